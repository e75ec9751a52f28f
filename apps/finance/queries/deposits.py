"""Cash paid into the bank, and which of it a bank line proves."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.donations.models import CashDeposit
from apps.donations.states import DepositState
from apps.finance.models import BankMatch
from apps.finance.rules.matching import Candidate
from apps.funds.models import Host


def deposits_of(host: Host, amounts: set[int]) -> list[Candidate]:
    """Cash paid into the bank on one slip of one of the amounts; the slip's number may be the bank's serial."""
    rows = CashDeposit.objects.filter(host=host, state=DepositState.BOOKED, amount__in=amounts)
    rows = rows.order_by("day", "pk")
    taken = proved_deposits(host, [row.code for row in rows])
    return [
        Candidate(
            BankMatch.Subject.DEPOSIT,
            row.code,
            row.amount,
            row.handler,
            _("现金存款 · 回单 %(slip)s · %(day)s") % {"slip": row.slip, "day": row.day.isoformat()},
            mark=row.slip,
            serial=row.slip,
        )
        for row in rows
        if row.code not in taken
    ]


def proved_deposits(host: Host, codes: Iterable[str]) -> set[str]:
    """Return which of a host's deposits a bank line proves."""
    rows = BankMatch.objects.filter(
        host=host, subject_kind=BankMatch.Subject.DEPOSIT, subject_code__in=list(codes)
    )
    return set(rows.values_list("subject_code", flat=True))
