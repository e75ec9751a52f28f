"""What entries did to the net assets of books, beside the gifts themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, Q, Sum, When
from django.db.models.functions import Coalesce

from apps.ledger import charts
from apps.ledger.models import Posting
from apps.ledger.rules import SPENDABLE, EntryKind

NET = [key for key, account in charts.ACCOUNTS.items() if account.kind not in {"asset", "liability"}]
# Gifts and refunds are their own rows' to tell; things are no money; closing and conversion move nothing.
UNTOLD = (
    *(EntryKind.DONATION, EntryKind.REFUND, EntryKind.CLOSING, EntryKind.CONVERSION),
    *(EntryKind.IN_KIND, EntryKind.IN_KIND_OUT, EntryKind.IN_KIND_LOSS, EntryKind.IN_KIND_RETURN),
    *(EntryKind.CUSTODIAL_IN, EntryKind.CUSTODIAL_OUT),
)
# Things that were sold turn into money: there the money that came counts, not the gain.
SOLD = Q(booked_as=EntryKind.IN_KIND_SALE)


@dataclass(frozen=True, slots=True)
class NetChange:
    """How one entry changed the net assets of one book for one project: positive when there was more."""

    entry_id: int
    posted_at: datetime
    kind: str
    source: str
    fund: str
    restriction: str
    project: str
    amount: int


def net_changes(funds: Collection[str]) -> list[NetChange]:
    """Return the changes of the books of some funds (codes), as they were booked, without gifts and their refunds.

    Lines that name a donor are gifts' lines, so that a fund with many gifts is not read gift by gift.
    """
    rows = (
        Posting.objects.filter(fund__in=funds, donor="")
        .annotate(booked_as=Coalesce("entry__reverses__kind", "entry__kind"))
        .filter((Q(account_id__in=NET) & ~SOLD) | (Q(account_id__in=SPENDABLE) & SOLD))
        .exclude(booked_as__in=UNTOLD)
        .values(
            "entry_id",
            "fund",
            "restriction",
            "project",
            at=F("entry__posted_at"),
            kind=F("entry__kind"),
            source=F("entry__source"),
        )
        .annotate(change=Sum(Case(When(SOLD, then=F("amount")), default=-F("amount"))))
        .exclude(change=0)
        .order_by("entry_id", "fund", "restriction", "project")
    )
    return [
        NetChange(
            row["entry_id"],
            row["at"],
            row["kind"],
            row["source"],
            row["fund"],
            row["restriction"],
            row["project"],
            row["change"],
        )
        for row in rows
    ]
