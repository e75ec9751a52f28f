"""Reads about seed programmes; all of them are public."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet, Sum

from apps.core import clock
from apps.funds.models import Fund, Host
from apps.funds.queries import hosts_in_scope
from apps.funds.states import FundKind, FundState
from apps.seeding.models import Award, Programme
from apps.users.models import User


@dataclass(frozen=True)
class ProgrammeView:
    """A programme with what is given and left of its pot, in fen."""

    programme: Programme
    given: int
    awards: int

    @property
    def left(self) -> int:
        """What is left of the pot."""
        return self.programme.pot - self.given

    @property
    def state(self) -> str:
        """Whether it takes awards today: waiting, open, spent or closed."""
        today = clock.today()
        if today > self.programme.closes_on:
            return "closed"
        if today < self.programme.opens_on:
            return "waiting"
        return "open" if self.left >= self.programme.per_fund else "done"


def given(programme: Programme) -> int:
    """Return what was awarded from the pot. To decide on it, hold the programme's lock first."""
    return Award.objects.filter(programme=programme).aggregate(given=Sum("amount"))["given"] or 0


def programmes(hosts: QuerySet[Host] | None = None) -> list[ProgrammeView]:
    """Return the programmes of the hosts (of all, when not told), newest first. One query."""
    found = Programme.objects.select_related("source__host")
    if hosts is not None:
        found = found.filter(source__host__in=hosts)
    rows = found.annotate(given=Sum("awards__amount"), number=Count("awards")).order_by("-opens_on", "-pk")
    return [ProgrammeView(row, row.given or 0, row.number) for row in rows]


def in_scope(user: User | AnonymousUser) -> list[ProgrammeView]:
    """Return the programmes of the hosts a person works for."""
    return programmes(hosts_in_scope(user))


def viewed(programme: Programme) -> ProgrammeView:
    """Return one programme with its figures."""
    return ProgrammeView(programme, given(programme), Award.objects.filter(programme=programme).count())


def awards(programme: Programme) -> list[Award]:
    """Return what was awarded, newest first, with the funds."""
    return list(
        Award.objects.filter(programme=programme)
        .select_related("fund__division")
        .order_by("-awarded_at", "-pk")
    )


def seeds_of(fund: Fund) -> list[Award]:
    """Return the seeds a fund received, newest first."""
    return list(Award.objects.filter(fund=fund).select_related("programme").order_by("-awarded_at", "-pk"))


def eligible(programme: Programme) -> QuerySet[Fund]:
    """Return the host's open special funds that have nothing from the programme yet."""
    return (
        Fund.objects.filter(host_id=programme.source.host_id, state=FundState.OPEN)
        .exclude(kind=FundKind.GENERAL)
        .exclude(seed_awards__programme=programme)
        .select_related("division")
        .order_by("division_id", "code")
    )
