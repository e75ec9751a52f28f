"""The entries one flow of a fund is made of, newest first: what a published figure opens to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import F, Max, Q, Sum
from django.db.models.functions import Coalesce

from apps.ledger import charts
from apps.ledger.models import Entry, Posting
from apps.ledger.rules import EntryKind, Flow, flow_of


@dataclass(frozen=True, slots=True)
class FlowLine:
    """What one entry did to one flow of a fund; the amount has the sign of its effect on the fund."""

    day: date
    kind: str
    source: str
    memo: str
    amount: int
    entry_id: int
    project: str


@lru_cache(maxsize=8)
def _belongs(flow: str) -> Q:
    """Return the condition of a posting counting to a flow, spelt out from `flow_of` so that both never differ."""
    condition = Q(pk__in=[])
    for kind in EntryKind.values:
        accounts = [account for account in charts.ACCOUNTS if flow_of(kind, account) == flow]
        if accounts:
            condition |= Q(booked_as=kind, account_id__in=accounts)
    return condition


def flow_lines(
    fund: str, *, host: str, flow: str, before_id: int | None = None, limit: int = 50
) -> list[FlowLine]:
    """Return the entries of one flow of a fund; over all pages they add up to `queries.flows(fund)[flow]`.

    `before_id` is the last entry of the page before. A reversal belongs to the flow of what it reverses. Raises
    ValueError for an unknown flow.
    """
    rows = Posting.objects.filter(fund=fund, host=host)
    if before_id is not None:
        rows = rows.filter(entry_id__lt=before_id)
    found = (
        rows.annotate(booked_as=Coalesce("entry__reverses__kind", "entry__kind"))
        .filter(_belongs(Flow(flow).value))
        .values("entry_id")
        .annotate(
            effect=-Sum("amount"),
            day=F("entry__day"),
            kind=F("entry__kind"),
            source=F("entry__source"),
            memo=F("entry__memo"),
            work=Max("project"),
        )
        .exclude(effect=0)
        .order_by("-entry_id")[:limit]
    )
    return [
        FlowLine(
            row["day"], row["kind"], row["source"], row["memo"], row["effect"], row["entry_id"], row["work"]
        )
        for row in found
    ]


def entry_ids(kind: str, sources: Iterable[str]) -> dict[str, int]:
    """Return the entries that booked the sources, by source. One query."""
    return dict(Entry.objects.filter(kind=kind, source__in=list(sources)).values_list("source", "id"))
