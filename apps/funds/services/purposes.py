"""Changing what money is for."""

from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds import permissions
from apps.funds.models import Fund, PurposeChange, Restriction
from apps.funds.services.opening import PURPOSE_LIMIT, RESTRICTION_LIMIT
from apps.funds.services.promises import lock_fund
from apps.funds.states import FundState, PurposeBasis
from apps.users.models import User

REFERENCE_LIMIT = 120


@verb
def change_purpose(
    fund: Fund,
    *,
    restriction: Restriction | None,
    purpose: str,
    basis: str,
    reference: str,
    dated: date,
    source: str,
    by: User | None,
) -> PurposeChange:
    """Change a fund's purpose, or that of one of its restrictions; the old words stay in the history.

    `basis` is the donor's consent or a filing with civil affairs, `reference` and `dated` say which (慈善法第五十六条);
    `source` is the code of the decision, and one decision changes once. Raises `Refused` naming the field.
    """
    fund = lock_fund(fund.code)
    permissions.may_change_fund(by, fund).require()
    made = PurposeChange.objects.filter(source=source).first()
    if made is not None:
        return made
    if fund.state == FundState.CLOSED:
        raise Refused(_("%(fund)s已经关闭。") % {"fund": fund.name})
    if restriction is not None and restriction.fund_id != fund.pk:
        raise Refused(_("这项限定用途不属于本基金。"), "restriction")
    after, reference = check_purpose_change(
        restriction=restriction, purpose=purpose, basis=basis, reference=reference, dated=dated
    )
    subject: Fund | Restriction = restriction or fund
    before, subject.purpose = subject.purpose, after
    subject.save(update_fields=["purpose"])
    change = PurposeChange.objects.create(
        fund=fund,
        restriction=restriction,
        before=before,
        after=after,
        basis=basis,
        reference=reference,
        dated=dated,
        source=source,
        changed_at=clock.now(),
    )
    code = restriction.code if restriction else ""
    audit.record(by, "change_purpose", fund, restriction=code, basis=basis, source=source)
    versions.bump(f"fund:{fund.code}", f"division:{fund.division_id}", "site")
    return change


def check_purpose_change(
    *, restriction: Restriction | None, purpose: str, basis: str, reference: str, dated: date
) -> tuple[str, str]:
    """Return the cleaned purpose and reference. Raises `Refused` naming the field for a change without its basis."""
    limit = PURPOSE_LIMIT if restriction is None else RESTRICTION_LIMIT
    purpose = clean_text(purpose, field="purpose", limit=limit, lines=restriction is None)
    reference = clean_text(reference, field="reference", limit=REFERENCE_LIMIT)
    if not purpose:
        raise Refused(_("请写明改成什么用途。"), "purpose")
    if restriction is not None and restriction.is_general:
        raise Refused(_("这一项就是基金自己的用途，请改基金的用途范围。"), "restriction")
    if basis not in PurposeBasis.values:
        raise Refused(_("改用途要有依据：捐赠人同意，或报民政部门备案（慈善法第五十六条）。"), "basis")
    if not reference:
        raise Refused(_("请写明同意书或备案的编号。"), "reference")
    if dated > clock.today():
        raise Refused(_("同意或备案的日子不能在今天以后。"), "dated")
    return purpose, reference
