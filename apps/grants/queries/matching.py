"""Who and what could answer a need (供需对接): organisations, calls, things in store, each with its reasons.

Nothing is scored: a row stands here because of facts that the reader can check, and these facts are its order.
"""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from apps.core import clock
from apps.donations.models import InKindGift
from apps.donations.queries.inkind import in_store
from apps.funds.models import Fund
from apps.projects.models import Call, Need
from apps.projects.queries import open_calls, under
from apps.projects.states import CLOSED, MET, PUBLIC
from apps.registry.models import Organisation

MOST = 8
# A town's code has nine digits, a district's six (GB/T 2260, GB/T 10114).
TOWN, DISTRICT = 9, 6


@dataclass(frozen=True)
class Candidate:
    """An organisation with what speaks for it: how near it is registered, and what it did in the need's field."""

    organisation: Organisation
    nearness: int
    done: int
    closed: int
    # Needs of the field that it met by a service or with volunteers.
    met: int = 0

    @property
    def fits(self) -> bool:
        """Whether it is one to think of: of the same town, or with something done in the field."""
        return self.nearness >= TOWN or self.done > 0 or self.met > 0

    @property
    def is_of_place(self) -> bool:
        """Whether it is registered in the need's own community."""
        return self.nearness > TOWN

    @property
    def is_of_town(self) -> bool:
        """Whether it is registered in the need's town, or for the town as a whole."""
        return self.nearness == TOWN


@dataclass(frozen=True)
class Matches:
    """Everything that could answer one need."""

    organisations: list[Candidate]
    teams: list[Candidate]
    calls: list[Call]
    things: list[InKindGift]


def matches(need: Need) -> Matches:
    """Return what could answer a need, each kind at most a handful."""
    found = _organisations(need)
    teams = [row for row in found if row.organisation.kind == Organisation.Kind.TEAM]
    others = [row for row in found if row.organisation.kind != Organisation.Kind.TEAM]
    return Matches(others[:MOST], teams[:MOST], _calls(need), list(_things(need)[:MOST]))


def near(need: Need) -> QuerySet[Organisation]:
    """Return the active organisations of a need's district."""
    in_district = under(need.division_id[:DISTRICT], "division_id")
    return Organisation.objects.filter(in_district, state=Organisation.State.ACTIVE)


def _organisations(need: Need) -> list[Candidate]:
    """Return active organisations of the need's district: first those of its community, then of its town, then those
    that did most in its field."""
    place = need.division_id
    in_field = Q(projects__field=need.field)
    found = (
        near(need)
        .annotate(
            done=Count("projects", filter=in_field & Q(projects__state__in=PUBLIC), distinct=True),
            closed=Count("projects", filter=in_field & Q(projects__state=CLOSED), distinct=True),
            met=Count(
                "needs_met", filter=Q(needs_met__field=need.field, needs_met__state=MET), distinct=True
            ),
        )
        .filter(Q(done__gt=0) | Q(met__gt=0) | Q(division__code__startswith=place[:TOWN]))
    )
    rows = [
        Candidate(row, nearness(row.division_id, place), row.done, row.closed, row.met)
        for row in found.select_related("division").order_by("name", "pk")[:500]
    ]
    rows.sort(key=lambda row: (-row.nearness, -row.closed, -row.done, -row.met, row.organisation.name))
    return rows


def nearness(here: str, place: str) -> int:
    """Return how many leading digits of their codes two places share, counted in whole levels."""
    if here == place:
        return len(place)
    return TOWN if here[:TOWN] == place[:TOWN] else DISTRICT


def _calls(need: Need) -> list[Call]:
    """Return the open calls of a fund in the need's place, or of one above it, that take its field."""
    funds = Fund.objects.filter(division_id__in=above(need.division_id))
    found = open_calls().filter(funds__in=funds).distinct()
    return [call for call in found if takes(call, need)][:MOST]


def above(place: str) -> list[str]:
    """Return the codes of a community, its town and its district."""
    return [place[:end] for end in (12, TOWN, DISTRICT)]


def takes(call: Call, need: Need) -> bool:
    """Tell whether a call is open to the field of a need."""
    return not call.fields or need.field in call.fields


def _things(need: Need) -> QuerySet[InKindGift]:
    """Return the things in the store of the community's fund and of its town's, what goes bad first in front."""
    today = clock.today()
    here = InKindGift.objects.filter(fund__division_id__in=[need.division_id, need.division_id[:TOWN]])
    return in_store(here.exclude(expires_on__lt=today)).select_related("fund")
