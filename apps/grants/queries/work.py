"""Reads about work under way with the money behind it."""

from django.db.models import Q, QuerySet

from apps.governance.models import Seat
from apps.governance.queries import in_force
from apps.grants.models import Grant
from apps.grants.queries.changes import budget_now
from apps.grants.queries.money import HOST_STAFF, figures, funds_run_by
from apps.projects.models import Activity, Project, SatisfactionReply, Share
from apps.projects.queries import Spending, occasions_to_read, spending_of, words_to_read
from apps.projects.states import PUBLIC
from apps.users.models import Role, User
from apps.users.queries import scope_codes


def work_seen_by(user: User) -> QuerySet[Project]:
    """Return the projects whose work a person looks after: those that their committee's fund is asked to pay, and
    those of the host whose staff they are."""
    seats = Seat.objects.filter(in_force(), user=user).values("committee__fund")
    mine = Q(fund__in=seats)
    for kind in HOST_STAFF:
        mine |= Q(fund__host__code__in=scope_codes(user, kind, Role.Scope.HOST))
    found = Project.objects.filter(state__in=PUBLIC, pk__in=Share.objects.filter(mine).values("project"))
    return found.select_related("fund__host", "organisation").order_by("-created_at", "-id")


def spending(project: Project) -> Spending:
    """Return what was spent against the budget as the changes in force left it."""
    grant = Grant.objects.filter(project=project).order_by("pk").first()
    return spending_of(project, planned=budget_now(grant) if grant else {})


def paid_for(project: Project) -> int:
    """Return what all funds together paid for a project and did not get back, in fen."""
    return sum(figures(grant).net for grant in Grant.objects.filter(project=project))


def words_waiting_for(user: User) -> QuerySet[SatisfactionReply]:
    """Return the words with ratings that an officer of a paying fund has to read before everyone may, oldest first."""
    return words_to_read(_paid_by(user))


def occasions_waiting_for(user: User) -> QuerySet[Activity]:
    """Return the occasions whose words an officer of a paying fund has to read before everyone may, oldest first."""
    return occasions_to_read(_paid_by(user))


def _paid_by(user: User) -> QuerySet[Project]:
    mine = Share.objects.filter(fund__in=funds_run_by(user)).values("project")
    return Project.objects.filter(pk__in=mine)
