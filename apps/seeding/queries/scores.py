"""Reads about applications and their scores."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from apps.core import clock
from apps.funds.models import Fund
from apps.funds.queries import hosts_in_scope
from apps.governance.models import Seat
from apps.governance.queries import in_force
from apps.seeding import rules
from apps.seeding.models import Application, Programme
from apps.seeding.queries.programmes import funds_of
from apps.seeding.states import OVER, ProgrammeKind
from apps.users.models import User

OFFICERS = (Seat.Office.CHAIR, Seat.Office.SECRETARY)


def scores_of(programme: Programme) -> dict[str, int]:
    """Return every application's score in hundredths of a point, by its code; 0 without scores."""
    rows = Application.objects.filter(programme=programme).prefetch_related("scores")
    return {row.code: rules.score(one.points for one in row.scores.all()) for row in rows}


def applications_of(programme: Programme) -> QuerySet[Application]:
    """Return a programme's applications, the oldest first."""
    return (
        Application.objects.filter(programme=programme)
        .select_related("fund__division", "programme", "award")
        .prefetch_related("scores")
        .order_by("submitted_at", "pk")
    )


def funds_run_by(user: User | AnonymousUser | None) -> QuerySet[Fund]:
    """Return the funds whose committee a person chairs or is the secretary of."""
    if not isinstance(user, User) or not user.is_active:
        return Fund.objects.none()
    seats = Seat.objects.filter(in_force(), user=user, office__in=OFFICERS)
    return (
        Fund.objects.filter(committee__in=seats.values("committee_id"))
        .select_related("host", "division")
        .order_by("name", "code")
    )


def applications_visible_to(user: User | AnonymousUser) -> QuerySet[Application]:
    """Return the applications a person may open: of the hosts they work for and of the funds they run."""
    return Application.objects.filter(
        Q(fund__in=funds_run_by(user).order_by().values("pk"))
        | Q(programme__source__host__in=hosts_in_scope(user).order_by().values("pk"))
    ).select_related("programme__source__host", "fund__host", "fund__division")


def open_to(fund: Fund) -> list[Programme]:
    """Return the programmes a fund's committee may apply to today, what closes first on top."""
    today = clock.today()
    applied = Application.objects.filter(fund=fund).exclude(state__in=OVER)
    found = Programme.objects.filter(
        source__host=fund.host_id,
        by_application=True,
        closed_at=None,
        opens_on__lte=today,
        apply_until__gte=today,
    ).exclude(pk__in=applied.values("programme_id"))
    rows = found.select_related("source__host").order_by("apply_until", "pk")
    return [one for one in rows if funds_of(one).filter(pk=fund.pk).exists()]


def unscored_by(user: User) -> QuerySet[Application]:
    """Return the applications for rewards that a person has not scored, the oldest first."""
    return (
        Application.objects.filter(
            programme__kind=ProgrammeKind.REWARD,
            programme__source__host__in=hosts_in_scope(user).order_by().values("pk"),
            programme__closed_at=None,
            programme__awards=None,
        )
        .exclude(state__in=OVER)
        .exclude(scores__reviewer_id=user.pk)
        .select_related("programme", "fund__host")
        .order_by("submitted_at", "pk")
    )
