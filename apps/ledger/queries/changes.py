"""What entries did to the net assets of books, beside the gifts themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from apps.ledger import charts
from apps.ledger.models import Posting
from apps.ledger.rules import EntryKind

NET = [key for key, account in charts.ACCOUNTS.items() if account.kind not in {"asset", "liability"}]
# Gifts and refunds are their own rows' to tell; things are no money; closing and conversion move nothing.
UNTOLD = (
    *(EntryKind.DONATION, EntryKind.REFUND, EntryKind.CLOSING, EntryKind.CONVERSION),
    *(EntryKind.IN_KIND, EntryKind.IN_KIND_OUT, EntryKind.CUSTODIAL_IN, EntryKind.CUSTODIAL_OUT),
)


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
        Posting.objects.filter(fund__in=funds, donor="", account_id__in=NET)
        .annotate(booked_as=Coalesce("entry__reverses__kind", "entry__kind"))
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
        .annotate(change=-Sum("amount"))
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
