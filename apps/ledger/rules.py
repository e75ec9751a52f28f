"""What a journal entry is, when it balances, and which flow it is. Plain values only.

Amounts are integer fen: debit positive, credit negative. A book is one (host, fund, restriction); restriction "" is
money without a provider's restriction (非限定性), any code is restricted (限定性).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.ledger import charts

# PostgreSQL's and SQLite's largest integer; sums of sums must stay below it.
MAX_AMOUNT = 10**15
# The columns' widths.
MAX_SOURCE, MAX_MEMO = 80, 200
SPENDABLE = ("bank_deposits", "cash_on_hand", "payables", "provider_money")
CUSTODIAL = ("custodial_assets", "custodial_liabilities")
# What comes, is handed out, sold or lost in kind is a flow of its own, never money; the proceeds of a sale are money.
GOODS_ACCOUNTS = frozenset({"donation_income", "programme_expense", "admin_expense"})
IN_KIND_KINDS = frozenset({"in_kind", "in_kind_out", "in_kind_sale", "in_kind_loss", "in_kind_return"})


class EntryKind(TextChoices):
    """What an entry books."""

    DONATION = "donation", pgettext_lazy("one", "捐赠")
    REFUND = "refund", _("退款")
    CORRECTION = "correction", _("更正捐款去处")
    SEED = "seed", _("启动资金")
    GRANT_PAYMENT = "grant_payment", _("资助拨付")
    GRANT_RETURN = "grant_return", _("资助退回")
    PAYOUT = "payout", _("支付机构结算到账")
    IN_KIND = "in_kind", _("接受物资")
    IN_KIND_OUT = "in_kind_out", _("发放物资")
    IN_KIND_SALE = "in_kind_sale", _("变卖物资")
    IN_KIND_LOSS = "in_kind_loss", _("核销物资")
    IN_KIND_RETURN = "in_kind_return", _("退回物资")
    CASH_DEPOSIT = "cash_deposit", _("现金存入银行")
    CUSTODIAL_IN = "custodial_in", _("受托代理收入财物")
    CUSTODIAL_OUT = "custodial_out", _("受托代理转交财物")
    LIFTING = "lifting", _("解除限定")
    TRANSFER = "transfer", _("基金间划拨")
    INTEREST = "interest", _("利息")
    BANK_FEE = "bank_fee", _("银行手续费")
    CLOSING = "closing", _("结转")
    CONVERSION = "conversion", _("新旧制度衔接")
    REVERSAL = "reversal", _("冲销")
    OPENING = "opening", _("期初余额")


class Flow(TextChoices):
    """What happened to a fund's net assets; all flows of a fund add up to its net assets."""

    DONATED = "donated", _("捐入")
    REFUNDED = "refunded", _("退捐")
    SEED = "seed", _("启动资金与划拨")
    SPENT = "spent", _("支出")
    FEE = "fee", _("手续费")
    GOODS = "goods", _("物资")
    OTHER = "other", _("其他")


class BadDraft(ValueError):
    """A draft that no book may hold: unbalanced, without lines, on an unknown account."""


class Conflict(Exception):
    """The same (kind, source) is already booked with other lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a draft: fen on an account of one fund and restriction."""

    account: str
    amount: int
    fund: str
    restriction: str = ""
    project: str = ""
    donor: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it is booked. `day` is the accounting day in Asia/Shanghai."""

    kind: str
    source: str
    host: str
    day: date
    lines: Sequence[Line]
    memo: str = ""
    reverses: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What the entry is known by."""
        return str(self.kind), self.source


KINDS = frozenset(EntryKind.values)


def check_draft(draft: Draft) -> None:
    """Raise `BadDraft` unless the draft may be booked.

    Its kind and accounts are known on its day, it has two lines or more, no line is zero or a part of a fen, and every
    book it touches sums to zero.
    """
    if draft.kind not in KINDS or not 0 < len(draft.source) <= MAX_SOURCE or not draft.host:
        raise BadDraft(f"{draft.kind!r} {draft.source!r} of {draft.host!r} is not a known entry")
    if len(draft.lines) < 2:
        raise BadDraft(f"{draft.key} has fewer than two lines")
    try:
        accounts = charts.chart_on(draft.day).accounts
    except LookupError as error:
        raise BadDraft(str(error)) from error
    books: dict[tuple[str, str], int] = {}
    for line in draft.lines:
        amount = line.amount
        if type(amount) is not int or amount == 0 or not -MAX_AMOUNT <= amount <= MAX_AMOUNT:
            raise BadDraft(f"{draft.key}: {amount!r} is not an amount in fen")
        if line.account not in accounts:
            raise BadDraft(f"{draft.key}: no account {line.account!r} on {draft.day}")
        if not line.fund:
            raise BadDraft(f"{draft.key}: a line without a fund")
        book = (line.fund, line.restriction)
        books[book] = books.get(book, 0) + amount
    if any(books.values()):
        raise BadDraft(f"{draft.key} does not sum to zero in every fund and restriction: {books}")


def same_lines(one: Iterable[Line], other: Iterable[Line]) -> bool:
    """Whether two entries have the same lines, in whatever order."""
    return Counter(one) == Counter(other)


def mirrored(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines with every sign turned round."""
    return tuple(
        Line(line.account, -line.amount, line.fund, line.restriction, line.project, line.donor)
        for line in lines
    )


def flow_of(kind: str, account: str) -> Flow | None:
    """Return the flow of a line on `account` in an entry of `kind` (of the reversed entry's kind, for a reversal).

    None for lines that leave net assets as they are, and for entries that only move them between accounts.
    """
    if kind in {EntryKind.CLOSING, EntryKind.LIFTING}:
        return None
    if kind in IN_KIND_KINDS and account in GOODS_ACCOUNTS:
        return Flow.GOODS
    if account == "donation_income":
        return Flow.REFUNDED if kind == EntryKind.REFUND else Flow.DONATED
    if account == "programme_expense":
        return Flow.SPENT
    if account == "fundraising_expense":
        return Flow.FEE
    group = charts.ACCOUNTS[account].kind
    if group == "net_assets":
        return Flow.SEED if kind in {EntryKind.SEED, EntryKind.TRANSFER} else Flow.OTHER
    return Flow.OTHER if group in {"income", "expense"} else None


def last_day(month: date) -> date:
    """Return the last day of the month that begins on `month`."""
    following = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    return date.fromordinal(following.toordinal() - 1)


def closing_lines(sums: Mapping[tuple[str, str, str], int], month: date) -> list[Line]:
    """Return the lines that close a month's income and expense to net assets.

    `sums` maps (fund, restriction, account) to the month's sum in fen. From 2026 restricted income and expense close
    straight to 3102 (articles 68, 78, 79). Before, expenses closed to 3101 and a restricted one was first released:
    Dr 3102 / Cr 3101.
    """
    lines: list[Line] = []
    into: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for (fund, restriction, account), amount in sorted(sums.items()):
        kind = charts.ACCOUNTS[account].kind
        if amount == 0 or not (kind in {"income", "expense"} or account == "prior_years"):
            continue
        lines.append(Line(account, -amount, fund, restriction))
        into[fund, restriction, "net_restricted" if restriction else "net_unrestricted"] += amount
        if kind == "expense" and restriction and month < charts.CHANGE_DAY:
            lines.append(Line("net_unrestricted", amount, fund, restriction))
            lines.append(Line("net_unrestricted", -amount, fund, restriction))
    lines.extend(
        Line(account, amount, fund, restriction)
        for (fund, restriction, account), amount in sorted(into.items())
        if amount
    )
    return lines


def lifting_lines(
    fund: str, restriction: str, book: Mapping[str, int], income: Mapping[str, int]
) -> list[Line]:
    """Return the lines that lift a restriction from what is left of its money (articles 69, 70).

    `book` maps accounts to what stands in the restricted book, `income` to what this month added there. What is left is
    taken to be this month's gifts and government grants first (4101 and 4401 restricted to unrestricted), the rest goes
    from 3102 to 3101. Everything the book owns and owes moves along; custodial things stay. Empty when nothing is left.
    """
    moving = {
        account: amount
        for account, amount in sorted(book.items())
        if amount and account not in CUSTODIAL and charts.ACCOUNTS[account].kind in {"asset", "liability"}
    }
    left = sum(moving.values())
    if left <= 0:
        return []
    lines = []
    for account, amount in moving.items():
        lines += [Line(account, -amount, fund, restriction), Line(account, amount, fund)]
    for account in ("donation_income", "government_grants"):
        part = min(left, max(0, -income.get(account, 0)))
        if part:
            lines += [Line(account, part, fund, restriction), Line(account, -part, fund)]
            left -= part
    if left:
        lines += [Line("net_restricted", left, fund, restriction), Line("net_unrestricted", -left, fund)]
    return lines
