"""Reads about needs. Sealed facts are opened by a verb, never by a query."""

from django.db.models import Count, Q, QuerySet

from apps.projects.models import Need, Project
from apps.projects.queries.work import under
from apps.projects.states import MERGED, PUBLIC, PUBLISHED, SET_ASIDE


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
