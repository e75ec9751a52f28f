"""Beginning a host's books with what its funds had before: opening balances, never counted as gifts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.finance.rules.opening import GENERAL, OpeningRow
from apps.funds.models import Fund, Host, Restriction
from apps.funds.states import FundState
from apps.ledger import queries as ledger
from apps.ledger import services as books
from apps.ledger.rules import Conflict, Draft, EntryKind, Line


@dataclass(frozen=True)
class Opening:
    """What a host begins with: each row's fund and its purpose, none where nobody restricted the money; fen."""

    rows: tuple[tuple[Fund, Restriction | None, int], ...]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(amount for _fund, _purpose, amount in self.rows)


def find_opening(host: Host, rows: Sequence[OpeningRow]) -> tuple[Opening, list[str]]:
    """Return what the rows of a file mean for a host, and a sentence for each that means nothing."""
    funds: dict[str, list[Fund]] = {}
    for fund in Fund.objects.filter(host=host).exclude(state=FundState.CLOSED):
        for known_as in (fund.code, fund.name):
            funds.setdefault(known_as, []).append(fund)
    purposes = {
        (row.fund_id, word): row
        for row in Restriction.objects.filter(fund__host=host)
        for word in (row.code, row.purpose, *([GENERAL] if row.is_general else ()))
    }
    found: list[tuple[Fund, Restriction | None, int]] = []
    faults: list[str] = []
    seen: set[tuple[Fund, Restriction | None]] = set()
    for row in rows:
        named = funds.get(row.fund, [])
        purpose = purposes.get((named[0].pk, row.purpose)) if len(named) == 1 else None
        words = {"number": row.number, "fund": row.fund, "purpose": row.purpose}
        if not named:
            faults.append(_("第 %(number)d 行：没有叫“%(fund)s”的基金。") % words)
        elif len(named) > 1:
            faults.append(_("第 %(number)d 行：叫“%(fund)s”的不止一支，请写基金的编号。") % words)
        elif row.purpose and purpose is None:
            faults.append(_("第 %(number)d 行：%(fund)s没有“%(purpose)s”这个限定用途。") % words)
        elif (named[0], purpose) in seen:
            faults.append(_("第 %(number)d 行：%(fund)s的这种钱前面写过了。") % words)
        else:
            seen.add((named[0], purpose))
            found.append((named[0], purpose, row.amount))
    return Opening(tuple(found)), faults


@verb
def open_books(host: Host, opening: Opening, *, day: date) -> int:
    """Book what a host begins with as money in the bank, on `day`, and return the entry's id.

    The operator does it, once; the same again changes nothing. Restricted money opens in 限定性净资产, any other in
    非限定性净资产, fund by fund, neither as income. Raises `Refused` for a day that is not there yet or closed, and
    where the books began with something else.
    """
    if not opening.rows:
        raise Refused(_("没有要登记的期初余额。"))
    if day > clock.today():
        raise Refused(_("期初的日期不能晚于今天。"), "day")
    source = f"{host.code}:opening"
    lines = []
    for fund, purpose, amount in opening.rows:
        code, net = (purpose.code, "net_restricted") if purpose else ("", "net_unrestricted")
        lines += [Line("bank_deposits", amount, fund.code, code), Line(net, -amount, fund.code, code)]
    before = ledger.entry_of(EntryKind.OPENING.value, source)
    try:
        entry = books.post(Draft(EntryKind.OPENING.value, source, host.code, day, lines, memo=_("期初余额")))
    except Conflict:
        raise Refused(_("这家慈善会的期初余额登记过了，和这次的不一样。")) from None
    if before is None:
        audit.record(
            None, "open_books", host, total=opening.total, funds=len(opening.rows), day=day.isoformat()
        )
        funds = {fund for fund, _purpose, _amount in opening.rows}
        keys = {f"fund:{fund.code}" for fund in funds} | {f"division:{fund.division_id}" for fund in funds}
        versions.bump("site", *sorted(keys))
    return entry.pk
