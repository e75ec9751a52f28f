"""Reads of one fund's books between two accounting days, both included: what a period report is made of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Max, Min, Sum
from django.db.models.functions import Coalesce

from apps.core.compiled import Compiled, Param
from apps.ledger.models import Entry, Posting
from apps.ledger.rules import IN_KIND_KINDS, SPENDABLE, EntryKind, Flow, flow_of


@dataclass(frozen=True, slots=True)
class EntryRange:
    """Which entries touch a fund in a span of days."""

    count: int
    first: int | None
    last: int | None


_OF_FUND = {"fund": Param("fund"), "host": Param("host")}
_IN_SPAN = {"entry__day__gte": Param("since"), "entry__day__lte": Param("until")}
_spendable = Compiled(
    lambda: (
        Posting.objects.filter(**_OF_FUND, account__in=SPENDABLE, entry__day__lte=Param("day"))
        .values_list("restriction")
        .annotate(total=Sum("amount"))
    )
)
_flows = Compiled(
    lambda: (
        Posting.objects.filter(**_OF_FUND, **_IN_SPAN)
        .annotate(booked_as=Coalesce(F("entry__reverses__kind"), F("entry__kind")))
        .values_list("booked_as", "account")
        .annotate(total=Sum("amount"))
    )
)
_spent = Compiled(
    lambda: (
        Posting.objects.filter(**_OF_FUND, **_IN_SPAN, account="programme_expense")
        .exclude(entry__kind__in={EntryKind.CLOSING, *IN_KIND_KINDS})
        .values_list("project")
        .annotate(total=Sum("amount"))
    )
)
_range = Compiled(
    lambda: (
        Posting.objects.filter(**_OF_FUND, **_IN_SPAN)
        .exclude(entry__kind=EntryKind.CLOSING)
        .values_list("fund")
        .annotate(count=Count("entry_id", distinct=True), first=Min("entry_id"), last=Max("entry_id"))
        .values_list("count", "first", "last")
    )
)


def spendable_on(fund: str, *, host: str, day: date) -> dict[str, int]:
    """Return what the fund had to spend at the end of a day, in fen by restriction; zero ones are left out."""
    rows = _spendable(fund=fund, host=host, day=day)
    return {restriction: total for restriction, total in rows if total}


def flows_between(fund: str, *, host: str, since: date, until: date) -> dict[str, int]:
    """Return every flow of the fund in a span of days, in fen, by its effect on the fund."""
    found = dict.fromkeys(Flow.values, 0)
    for kind, account, total in _flows(fund=fund, host=host, since=since, until=until):
        flow = flow_of(kind, account)
        if flow is not None:
            found[flow.value] -= total
    return found


def spent_by_project(fund: str, *, host: str, since: date, until: date) -> dict[str, int]:
    """Return what projects cost the fund in a span of days, less what came back, in fen by project code; money only."""
    rows = _spent(fund=fund, host=host, since=since, until=until)
    return {project: total for project, total in rows if total}


def entries_between(fund: str, *, host: str, since: date, until: date) -> EntryRange:
    """Return how many entries touch the fund in a span of days, and their first and last number.

    The closing of a month is left out: it moves no money, and may come after the span was reported on.
    """
    found = _range.first(fund=fund, host=host, since=since, until=until)
    return EntryRange(*found) if found is not None else EntryRange(0, None, None)


def posted_by(entry_ids: Collection[int]) -> dict[int, int | None]:
    """Return who booked each of the entries, as ids of users; None is the system."""
    return dict(Entry.objects.filter(pk__in=list(entry_ids)).values_list("pk", "posted_by_id"))
