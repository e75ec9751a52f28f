"""Live invariants of finance."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from apps.core.canonical import sha256_hex
from apps.core.checks import Check, Row
from apps.donations.custody import HandOverState
from apps.donations.models import BatchGift, CashDeposit, Custody, Donation, GiftBatch, HandOver, Refund
from apps.donations.states import BatchState, Channel, DepositState
from apps.finance.models import BankMatch, BankStatement, StatementLine
from apps.finance.rules import proofs
from apps.funds.models import Fund, FundSuccession, Reservation, Succession
from apps.grants.models import ClawbackReturn, Grant, Payment
from apps.grants.states import LIVE
from apps.ledger import queries as books
from apps.ledger.rules import EntryKind

CHUNK = 500
Kind = BankMatch.Subject


def unequal_matches() -> Iterator[Row]:
    """Matches whose line and whose subject are not of the same amount, or whose subject is not there."""
    for kind, rows, sign in (
        (Kind.DONATION, Donation.objects.filter(state=Donation.State.BOOKED), 1),
        (Kind.PAYMENT, Payment.objects.filter(state__in=[Payment.State.PAID, Payment.State.BOUNCED]), -1),
        (Kind.BOUNCE, Payment.objects.filter(state=Payment.State.BOUNCED), 1),
        (Kind.REFUND, Refund.objects.filter(state=Refund.State.DONE), -1),
        (Kind.RETURN, ClawbackReturn.objects.all(), 1),
        (Kind.CUSTODY, Custody.objects.all(), 1),
        (Kind.HAND_OVER, HandOver.objects.filter(state=HandOverState.DONE), -1),
        (Kind.DEPOSIT, CashDeposit.objects.filter(state=DepositState.BOOKED), 1),
    ):
        yield from _unequal(kind, rows, sign)
    lists = GiftBatch.objects.filter(state=BatchState.BOOKED, channel=Channel.BANK)
    yield from _unequal(Kind.BATCH, lists.annotate(amount=F("expected_total")), 1)


def gifts_proved_twice() -> Iterator[Row]:
    """Gifts of a list that a line proves for themselves while another line proves the whole list."""
    lists = BankMatch.objects.filter(subject_kind=Kind.BATCH).values("subject_code")
    alone = BankMatch.objects.filter(subject_kind=Kind.DONATION).values("subject_code")
    rows = BatchGift.objects.filter(batch__code__in=lists, donation__code__in=alone)
    yield from map(dict, rows.values("batch__code", "donation__code"))


def _unequal(kind: str, subjects: QuerySet[Any], sign: int) -> Iterator[Row]:
    matches = list(
        BankMatch.objects.filter(subject_kind=kind).values_list("line_id", "subject_code", "line__amount")
    )
    for start in range(0, len(matches), CHUNK):
        part = matches[start : start + CHUNK]
        codes = [code for _line, code, _amount in part]
        known = dict(subjects.filter(code__in=codes).values_list("code", "amount"))
        for line, code, amount in part:
            if code not in known or sign * known[code] != amount:
                yield {"line": line, "kind": str(kind), "code": code, "line_amount": amount}


def states_without_match() -> Iterator[Row]:
    """Lines marked as matched without a match, or open with one."""
    rows = StatementLine.objects.filter(
        Q(state=StatementLine.State.MATCHED, match=None)
        | Q(state=StatementLine.State.OPEN, match__isnull=False)
    )
    for line in rows.values("pk", "state"):
        yield {"line": line["pk"], "state": line["state"]}


def unequal_statements() -> Iterator[Row]:
    """Statements whose lines do not lead from the bank's opening to its closing balance."""
    rows = (
        BankStatement.objects.filter(opening__isnull=False, closing__isnull=False)
        .annotate(total=Sum("lines__amount"), number=Count("lines"))
        .exclude(closing=F("opening") + F("total"))
    )
    for row in rows:
        yield {"statement": row.pk, "opening": row.opening, "closing": row.closing}


def ended_funds_hold_something() -> Iterator[Row]:
    """Closed funds with money, promises or running grants; those without a successor among them."""
    closed = Fund.objects.filter(state=Fund.State.CLOSED).select_related("host").order_by("pk")
    for fund in closed:
        left = books.standing(fund.code, host=fund.host.code)
        if left:
            yield {"fund": fund.code, "standing": left}
        if not FundSuccession.objects.filter(predecessor=fund).exists():
            yield {"fund": fund.code, "successor": None}
    held = Reservation.objects.filter(fund__in=closed, remaining__gt=0)
    yield from map(dict, held.values("fund__code", "source_kind", "source_code", "remaining"))
    running = Grant.objects.filter(fund__in=closed, state__in=LIVE)
    yield from map(dict, running.values("fund__code", "code", "state"))


def crooked_proofs() -> Iterator[Row]:
    """Mergers, splits and closings whose proof was changed, does not hold, or is not what the books say."""
    for act in Succession.objects.select_related("host").order_by("pk"):
        body = act.facts
        found = proofs.faults(body)
        if sha256_hex(act.body) != act.sha256:
            found.append("the hash is not the body's")
        for entry in body["entries"]:
            booked = books.entry_of(EntryKind.TRANSFER.value, entry["source"])
            lines = (
                [[one.fund, one.restriction, one.account, one.amount] for one in booked.lines]
                if booked
                else []
            )
            if sorted(lines) != sorted(entry["lines"]):
                found.append(f"entry {entry['source']} is not in the books like this")
        if found:
            yield {"succession": act.code, "faults": found}


def booked_after_the_end() -> Iterator[Row]:
    """Entries on a fund after it ended, but month closings and reversals with what they pass on."""
    allowed = {EntryKind.CLOSING, EntryKind.REVERSAL, EntryKind.TRANSFER}
    for act in Succession.objects.select_related("host").order_by("pk"):
        body = act.facts
        ends = [fund["code"] for fund in body["funds"] if fund["ends"]]
        for entry_id, kind, fund in books.entries_after(
            ends, host=act.host.code, entry_id=body["last_entry"]
        ):
            if kind not in allowed:
                yield {"fund": fund, "entry": entry_id, "kind": kind}


CHECKS = [
    Check("bank_match_amount", _("对上的流水和凭它入账的捐赠、拨付、退款金额相同。"), unequal_matches),
    Check(
        "bank_list_whole",
        _("整份名单由一行流水证明的，名单里没有哪一笔另由别的流水证明。"),
        gifts_proved_twice,
    ),
    Check("bank_line_state", _("标为“已对上”的流水都有对上的那一笔。"), states_without_match),
    Check(
        "ended_funds_hold_nothing",
        _("关闭的基金没有余额、预留和进行中的资助，都有接续的基金。"),
        ended_funds_hold_something,
    ),
    Check("succession_proofs", _("每次合并、拆分、终止的证明与凭证一致，一分不差。"), crooked_proofs),
    Check("nothing_after_the_end", _("基金终止以后没有再记账。"), booked_after_the_end),
    Check("bank_statement_sum", _("流水文件的期初加收减付等于期末，和银行写的一样。"), unequal_statements),
]
