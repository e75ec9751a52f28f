"""Registering a host, once, by the operator of the installation."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from stdnum.cn import uscc as uscc_digits
from stdnum.exceptions import ValidationError

from apps.core import audit, clock, codes, versions
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.divisions.rules import covers
from apps.funds import permissions
from apps.funds.models import Host
from apps.funds.services.opening import open_fund
from apps.funds.states import FundKind
from apps.users.models import User

NAME_LIMIT, LICENCE_LIMIT, CONTACT_LIMIT = 100, 100, 200


@verb
def register_host(
    *,
    name: str,
    uscc: str,
    division: Division,
    excluded: Sequence[Division] = (),
    licence: str = "",
    contact: str = "",
    address: str = "",
    by: User | None,
) -> Host:
    """Register a charity as a host, with its area and its general fund; the same code is registered once.

    Its area is `division` and everything under it, minus `excluded`. Raises `Refused` for a unified social credit
    code that is none or an excluded division outside the area.
    """
    permissions.may_register_host(by).require()
    name = clean_text(name, field="name", limit=NAME_LIMIT)
    if not name:
        raise Refused(_("请填写慈善会的名称。"), "name")
    try:
        number = uscc_digits.validate(uscc)
    except ValidationError:
        raise Refused(_("统一社会信用代码不对，请照证书核对 18 位。"), "uscc") from None
    existing = Host.objects.filter(uscc=number).first()
    if existing is not None:
        return existing
    for part in excluded:
        if part.code == division.code or not covers(division.code, part.code):
            raise Refused(
                _("%(part)s不在%(area)s里面，不用排除。") % {"part": part, "area": division}, "excluded"
            )
    host = Host.objects.create(
        code=codes.new_code("H", 6),
        name=name,
        uscc=number,
        division=division,
        licence=clean_text(licence, field="licence", limit=LICENCE_LIMIT),
        contact=clean_text(contact, field="contact", limit=CONTACT_LIMIT),
        address=clean_text(address, field="address", limit=CONTACT_LIMIT),
    )
    host.excluded.set(excluded)
    audit.record(by, "register_host", host, division=division.code, excluded=[part.code for part in excluded])
    open_fund(
        host,
        kind=FundKind.GENERAL,
        division=division,
        name=name,
        purpose="",
        agreement="",
        day=clock.today(),
        by=None,
    )
    versions.bump(f"division:{division.code}", "site", "house")
    return host
