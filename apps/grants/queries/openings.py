"""What an organisation could take up (供需对接, from its side): open needs and calls that fit it, each with why.

The rule is the one by which a need finds organisations (`matching`), read the other way round: whoever stands among the
organisations for a need finds that need here, unless it answers it already.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from apps.divisions.rules import code_range
from apps.funds.models import Fund
from apps.grants.queries.matching import DISTRICT, TOWN, Candidate, above, nearness, takes
from apps.projects.models import Call, Field, Need, Offer, Project
from apps.projects.queries import open_calls
from apps.projects.states import CLOSED, MET, PUBLIC, PUBLISHED
from apps.registry.models import Organisation

MOST_LOOKED_AT, MOST_NEEDS, MOST_CALLS = 500, 30, 20


@dataclass(frozen=True)
class Way:
    """A way to answer a need: an application to a fund, in answer to a call if there is one that takes it."""

    fund: Fund
    call: Call | None


@dataclass(frozen=True)
class OpenNeed:
    """A need with why it fits, how many projects answer it already, and the ways to answer it."""

    need: Need
    fit: Candidate
    answered: int
    ways: list[Way]


@dataclass(frozen=True)
class OpenCall:
    """A call with why it fits: its funds that look after the organisation's place or lie near it, what the
    organisation did in its fields, and the services on its list that it sold before."""

    call: Call
    fit: Candidate
    funds: list[Fund]
    fields: list[str]
    sold: list[str]
    wanted: list[str]

    @property
    def covers_place(self) -> bool:
        """Whether one of its funds looks after the place where the organisation is registered."""
        return any(self.fit.organisation.division_id.startswith(fund.division_id) for fund in self.funds)


@dataclass(frozen=True)
class Openings:
    """Everything one organisation could take up."""

    needs: list[OpenNeed]
    calls: list[OpenCall]


def openings(organisation: Organisation) -> Openings:
    """Return what an organisation could take up: needs the nearest first and then where it did most, calls by their
    end."""
    record = _record(organisation)
    calls = list(open_calls().prefetch_related("funds__division", "items"))
    return Openings(_needs(organisation, record, calls), _calls(organisation, record, calls))


def _record(organisation: Organisation) -> dict[str, tuple[int, int, int]]:
    """Return how many projects an organisation did in each field, how many of them it closed, and how many needs of the
    field it met by a service or with volunteers."""
    rows = Project.objects.filter(organisation=organisation, state__in=PUBLIC).order_by().values("field")
    counted = rows.annotate(done=Count("pk"), closed=Count("pk", filter=Q(state=CLOSED)))
    projects = {row["field"]: (row["done"], row["closed"]) for row in counted}
    needs = Need.objects.filter(met_by=organisation, state=MET).order_by().values("field")
    met = {row["field"]: row["met"] for row in needs.annotate(met=Count("pk"))}
    return {name: (*projects.get(name, (0, 0)), met.get(name, 0)) for name in projects | met}


def _candidate(
    organisation: Organisation, place: str, fields: Iterable[str], record: dict[str, tuple[int, int, int]]
) -> Candidate:
    counts = [record.get(field, (0, 0, 0)) for field in fields]
    done, closed, met = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0, 0)
    return Candidate(organisation, nearness(organisation.division_id, place), done, closed, met)


def _needs(
    organisation: Organisation, record: dict[str, tuple[int, int, int]], calls: list[Call]
) -> list[OpenNeed]:
    here = organisation.division_id
    low, high = code_range(here[:DISTRICT])
    first, last = code_range(here[:TOWN])
    own = Project.objects.filter(need=OuterRef("pk"), organisation=organisation, state__in=PUBLIC)
    found = (
        Need.objects.filter(state=PUBLISHED, division_id__gte=low, division_id__lt=high)
        .filter(Q(division_id__gte=first, division_id__lt=last) | Q(field__in=list(record)))
        .exclude(Exists(own))
        .annotate(answered=Count("projects", filter=Q(projects__state__in=PUBLIC)))
        .select_related("division")
        .order_by("-voiced_at", "-pk")
    )
    rows = [
        (_candidate(organisation, need.division_id, [need.field], record), need)
        for need in found[:MOST_LOOKED_AT]
    ]
    fitting = [row for row in rows if row[0].fits]
    fitting.sort(key=lambda row: (-row[0].nearness, -row[0].closed, -row[0].done))
    shown = fitting[:MOST_NEEDS]
    funds = _open_funds([need for _fit, need in shown])
    return [OpenNeed(need, fit, need.answered, _ways(need, funds, calls)) for fit, need in shown]


def _open_funds(needs: Iterable[Need]) -> list[Fund]:
    """Return the open funds that look after the places of some needs, the smallest place first."""
    places = {place for need in needs for place in above(need.division_id)}
    found = Fund.objects.filter(division_id__in=places, state=Fund.State.OPEN).exclude(kind=Fund.Kind.GENERAL)
    return sorted(found.select_related("division"), key=lambda fund: (-len(fund.division_id), fund.code))


def _ways(need: Need, funds: list[Fund], calls: list[Call]) -> list[Way]:
    """Return how to answer a need: by each call that takes it, and to the fund nearest to it."""
    near = [fund for fund in funds if need.division_id.startswith(fund.division_id)]
    ways = []
    for call in calls:
        asked = {fund.pk for fund in call.funds.all()}
        first = next((fund for fund in near if fund.pk in asked), None)
        if first is not None and takes(call, need):
            ways.append(Way(first, call))
    return ways + [Way(fund, None) for fund in near[:1]]


def _calls(
    organisation: Organisation, record: dict[str, tuple[int, int, int]], calls: list[Call]
) -> list[OpenCall]:
    sold = set(
        Offer.objects.filter(project__organisation=organisation, project__state__in=PUBLIC)
        .order_by()
        .values_list("item__service", flat=True)
    )
    found = []
    for call in calls:
        fit, funds = _best_fund(organisation, call, record)
        wanted = [item.service for item in call.items.all()]
        if funds:
            names = [str(Field(name).label) for name in call.fields]
            found.append(OpenCall(call, fit, funds, names, [one for one in wanted if one in sold], wanted))
    return found[:MOST_CALLS]


def _best_fund(
    organisation: Organisation, call: Call, record: dict[str, tuple[int, int, int]]
) -> tuple[Candidate, list[Fund]]:
    """Return how a call fits by the nearest of its funds, and which of its funds fit at all."""
    here, fields = organisation.division_id, call.fields or list(Field.values)
    fits = []
    for fund in call.funds.all():
        fit = _candidate(organisation, fund.division_id, fields, record)
        if fund.state == Fund.State.OPEN and (here.startswith(fund.division_id) or fit.fits):
            fits.append((fit, fund))
    fits.sort(key=lambda row: (-row[0].nearness, -len(row[1].division_id), row[1].code))
    nothing = _candidate(organisation, here, fields, record)
    return (fits[0][0] if fits else nothing), [fund for _fit, fund in fits]
