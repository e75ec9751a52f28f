"""Live invariants of finance."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.donations.models import Donation, Refund
from apps.finance.models import BankMatch, BankStatement, StatementLine
from apps.grants.models import ClawbackReturn, Payment

CHUNK = 500
Kind = BankMatch.Subject


def unequal_matches() -> Iterator[Row]:
    """Matches whose line and whose subject are not of the same amount, or whose subject is not there."""
    for kind, rows, sign in (
        (Kind.DONATION, Donation.objects.filter(state=Donation.State.BOOKED), 1),
        (Kind.PAYMENT, Payment.objects.filter(state=Payment.State.PAID), -1),
        (Kind.REFUND, Refund.objects.filter(state=Refund.State.DONE), -1),
        (Kind.RETURN, ClawbackReturn.objects.all(), 1),
    ):
        yield from _unequal(kind, rows, sign)


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


CHECKS = [
    Check("bank_match_amount", _("对上的流水和凭它入账的捐赠、拨付、退款金额相同。"), unequal_matches),
    Check("bank_line_state", _("标为“已对上”的流水都有对上的那一笔。"), states_without_match),
    Check("bank_statement_sum", _("流水文件的期初加收减付等于期末，和银行写的一样。"), unequal_statements),
]
