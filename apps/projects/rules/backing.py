"""What other money and which team an application may name, on plain values. Amounts are integer fen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.money import MAX_FEN, written
from apps.core.verdicts import Refused

MAX_FUNDING_LINES, MAX_TEAM_LINES = 6, 8
MAX_TEAM, MAX_CONFLICTS = 1000, 500


@dataclass(frozen=True)
class FundingItem:
    """Money from elsewhere before it is a row."""

    kind: str
    source: str
    amount: int
    is_secured: bool


@dataclass(frozen=True)
class TeamItem:
    """One role of the team before it is a row."""

    role: str
    persons: int


def check_funding(items: Sequence[FundingItem]) -> None:
    """Raise `Refused` naming `funding` for too many lines, an amount that cannot be, or one source twice."""
    if len(items) > MAX_FUNDING_LINES:
        raise Refused(
            _("其他资金最多 %(limit)d 行，请把相近的合并。") % {"limit": MAX_FUNDING_LINES}, "funding"
        )
    if any(item.amount <= 0 for item in items):
        raise Refused(_("其他资金每一行的金额都要大于 0。"), "funding")
    total = sum(item.amount for item in items)
    if total > MAX_FEN:
        raise Refused(
            _("其他资金合计 ¥%(total)s，超过了 ¥%(limit)s。")
            % {"total": written(total), "limit": written(MAX_FEN)},
            "funding",
        )
    if len({(item.kind, item.source, item.is_secured) for item in items}) < len(items):
        raise Refused(_("同一笔其他资金写了两次，请合成一行。"), "funding")


def check_team(items: Sequence[TeamItem]) -> None:
    """Raise `Refused` naming `team` for too many roles, a number that cannot be, or one role twice."""
    if len(items) > MAX_TEAM_LINES:
        raise Refused(_("团队最多写 %(limit)d 种角色，请合并。") % {"limit": MAX_TEAM_LINES}, "team")
    if any(not 0 < item.persons <= MAX_TEAM for item in items):
        raise Refused(_("团队每种角色要写 1 到 %(limit)d 人。") % {"limit": MAX_TEAM}, "team")
    if len({item.role for item in items}) < len(items):
        raise Refused(_("同一种角色写了两次，请合成一行。"), "team")
