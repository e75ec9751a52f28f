"""Reads about needs. Sealed facts are opened by a verb, never by a query."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from apps.divisions.models import Division
from apps.divisions.rules import lineage
from apps.funds.models import Fund, Host
from apps.funds.queries import host_for
from apps.projects.models import Need, Project
from apps.projects.queries.work import under
from apps.projects.states import MERGED, PUBLIC, PUBLISHED, SET_ASIDE

FUNDS_NAMED = 30


@dataclass(frozen=True)
class Serving:
    """Who serves a place where nobody reads needs: its own fund, if it has one that is not open; open funds that it
    lies under, the nearest first; some open ones that lie in it; and the charity whose area it is in."""

    own: Fund | None
    above: tuple[Fund, ...]
    within: tuple[Fund, ...]
    host: Host | None


def hears_needs(division: Division) -> bool:
    """Tell whether a division has an open fund of its own, whose secretary reads what residents voice."""
    return _open_funds().filter(division=division).exists()


def _open_funds() -> QuerySet[Fund]:
    return Fund.objects.filter(state=Fund.State.OPEN).exclude(kind=Fund.Kind.GENERAL)


def serving(division: Division) -> Serving:
    """Return who serves a place that has no open fund of its own."""
    own = (
        Fund.objects.filter(division=division).exclude(kind=Fund.Kind.GENERAL).exclude(state=Fund.State.OPEN)
    )
    funds = _open_funds().select_related("division", "host")
    above = funds.filter(division_id__in=lineage(division.code)[:-1]).order_by("-division__level", "code")
    within = funds.filter(under(division.code, "division_id")).order_by("division_id", "code")
    return Serving(
        own=own.select_related("host").order_by("-opened_on", "-pk").first(),
        above=tuple(above),
        within=tuple(within[:FUNDS_NAMED]),
        host=host_for(division.code),
    )


def published_needs(*, division: str = "") -> QuerySet[Need]:
    """Return the needs that wait for an answer and that everyone may read, newest first, under a division if given."""
    return public_needs(division=division, state=PUBLISHED)


def public_needs(
    *, division: str = "", state: str = "", field: str = "", urgency: str = "", group: str = ""
) -> QuerySet[Need]:
    """Return the needs that everyone may read or could read before they were merged, newest first, narrowed by a
    division (with everything under it), a state, a field, an urgency or a group. Unknown values find nothing."""
    found = Need.objects.exclude(published_at=None)
    if division:
        found = found.filter(under(division, "division_id"))
    for column, value in (("state", state), ("field", field), ("urgency", urgency)):
        if value:
            found = found.filter(**{column: value})
    if group:
        # The list is canonical JSON of known names, so a name between quotes is that name.
        found = found.filter(groups__icontains=f'"{group}"') if group in Need.Group.values else found.none()
    return found.select_related("division", "merged_into").order_by("-voiced_at", "-id")


def library(**narrowed: str) -> QuerySet[Need]:
    """Return the need library: public needs, without those that were merged into another, with how many second each."""
    found = public_needs(**narrowed).exclude(state=MERGED)
    return found.annotate(seconded=Count("seconds"))


def find_need(code: str) -> Need | None:
    """Return a need whose page everyone may open, or None. Of a merged one that was never public nothing shows but
    where it went; of one that was public and is set aside, nothing but why."""
    withdrawn = Q(state=SET_ASIDE, first_published_at__isnull=False)
    found = Need.objects.filter(Q(published_at__isnull=False) | Q(state=MERGED) | withdrawn, code=code)
    return found.select_related("division", "merged_into", "met_by").first()


def answering(need: Need) -> QuerySet[Project]:
    """Return the public projects that answer a need, the first first."""
    found = Project.objects.filter(need=need, state__in=PUBLIC)
    return found.select_related("fund", "organisation").order_by("created_at", "id")
