"""Opening funds and restrictions, and what a fund may be called."""

import re
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, codes, versions
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import permissions, queries
from apps.funds.models import Fund, Host, Restriction
from apps.funds.services.promises import lock_fund
from apps.funds.states import FundKind, FundState
from apps.users.models import User

NAME_LIMIT, PURPOSE_LIMIT, AGREEMENT_LIMIT, RESTRICTION_LIMIT = 100, 2000, 60, 200
# 民办函〔2021〕47号: standard characters, no letters or Arabic numerals, no national-sounding words.
_WESTERN = re.compile(r"[A-Za-z0-9Ａ-Ｚａ-ｚ０-９]")
_NATIONAL = ("中国", "中华", "全国", "国际")
_LEVELS: dict[str, Division.Level] = {
    FundKind.TOWN: Division.Level.TOWN,
    FundKind.COMMUNITY: Division.Level.VILLAGE,
}


@verb
def open_fund(
    host: Host,
    *,
    kind: str,
    division: Division,
    name: str,
    purpose: str,
    agreement: str,
    day: date,
    by: User | None,
) -> Fund:
    """Open a fund of the host in a division of its area, with the restriction for its own purposes.

    A special fund needs its agreement (民发〔2015〕241号); the host has one general fund. Raises `Refused` for a name
    the rules forbid or that is taken, a division outside the area, or a level that is not the kind's.
    """
    lock_row(Host, pk=host.pk)
    permissions.may_open_fund(by, host).require()
    if kind not in FundKind.values:
        raise Refused(_("请选择基金的类别。"), "kind")
    check_place(host, kind, division, day)
    name = checked_name(host, kind, name)
    agreement = clean_text(agreement, field="agreement", limit=AGREEMENT_LIMIT)
    purpose = clean_text(purpose, field="purpose", limit=PURPOSE_LIMIT, lines=True)
    if kind != FundKind.GENERAL and not agreement:
        raise Refused(_("专项基金要先签设立协议，请填写协议编号。"), "agreement")
    if kind != FundKind.GENERAL and not purpose:
        raise Refused(_("请写明基金的用途范围。"), "purpose")
    fund = Fund.objects.create(
        code=codes.new_code("F", 6),
        host=host,
        division=division,
        kind=kind,
        name=name,
        purpose=purpose,
        agreement=agreement,
        opened_on=day,
    )
    # Kept in the site's language, whatever the language of the person who opens the fund.
    with translation.override(settings.LANGUAGE_CODE):
        purpose_of_all = _("本基金宗旨范围内")
    Restriction.objects.create(code=f"{fund.code}-G", fund=fund, purpose=purpose_of_all, is_general=True)
    audit.record(by, "open_fund", fund, host=host.code, kind=kind, division=division.code)
    versions.bump(f"fund:{fund.code}", f"division:{division.code}", "site")
    return fund


def check_place(host: Host, kind: str, division: Division, day: date) -> None:
    """Raise `Refused` unless a fund of the kind may stand in the division on a day."""
    if not queries.contains(host, division.code):
        raise Refused(
            _("%(division)s 不在%(host)s的服务区域里。") % {"division": division.name, "host": host.name},
            "division",
        )
    if division.closed_on is not None and division.closed_on <= day:
        raise Refused(_("%(division)s 已经撤销，请选现在的区划。") % {"division": division.name}, "division")
    if kind == FundKind.GENERAL:
        if division.code != host.division_id:
            raise Refused(_("慈善会本部的基金设在慈善会自己的区划。"), "division")
        if Fund.objects.filter(host=host, kind=FundKind.GENERAL).exists():
            raise Refused(_("%(host)s已经有本部基金了，只能有一个。") % {"host": host.name}, "kind")
    level = _LEVELS.get(kind)
    if level is not None and division.level != level:
        kind_words = FundKind(kind).label
        raise Refused(
            _("%(kind)s不能设在%(division)s这一级。") % {"kind": kind_words, "division": division.name},
            "division",
        )
    if kind == FundKind.DISTRICT and division.level > Division.Level.COUNTY:
        raise Refused(_("区级专项基金要设在区县一级。"), "division")


def checked_name(host: Host, kind: str, name: str, *, fund: Fund | None = None) -> str:
    """Return a name that a fund of the host may have; `fund` is the one that is renamed. Raises `Refused`.

    The rules are those of 民办函〔2021〕47号.
    """
    name = clean_text(name, field="name", limit=NAME_LIMIT)
    if not name:
        raise Refused(_("请填写基金名称。"), "name")
    if kind != FundKind.GENERAL:
        if _WESTERN.search(name):
            raise Refused(_("专项基金的名称用规范汉字，不能有字母和阿拉伯数字。"), "name")
        for word in _NATIONAL:
            if word in name:
                raise Refused(_("专项基金的名称不能用“%(word)s”。") % {"word": word}, "name")
    others = Fund.objects.filter(host=host, name=name)
    if (others if fund is None else others.exclude(pk=fund.pk)).exists():
        raise Refused(_("%(host)s已经有叫这个名称的基金了。") % {"host": host.name}, "name")
    return name


@verb
def open_restriction(fund: Fund, *, purpose: str, until: date | None = None, by: User | None) -> Restriction:
    """Open a narrower purpose for which donors may give to the fund; the same purpose is opened once."""
    fund = lock_fund(fund.code)
    permissions.may_change_fund(by, fund).require()
    if fund.state == FundState.CLOSED:
        raise Refused(_("%(fund)s已经关闭。") % {"fund": fund.name})
    purpose = clean_text(purpose, field="purpose", limit=RESTRICTION_LIMIT)
    if not purpose:
        raise Refused(_("请写明这笔钱限定用在哪里。"), "purpose")
    existing = Restriction.objects.filter(fund=fund, purpose=purpose, until=until).first()
    if existing is not None:
        return existing
    restriction = Restriction.objects.create(
        code=codes.new_code("R", 8), fund=fund, purpose=purpose, until=until
    )
    audit.record(by, "open_restriction", fund, restriction=restriction.code)
    versions.bump(f"fund:{fund.code}")
    return restriction
