"""Reads about programmes and what was given out of them; all of them are public."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.core import clock
from apps.divisions.rules import LENGTHS, code_range, covers
from apps.funds.models import Fund, Host
from apps.funds.queries import hosts_in_scope
from apps.funds.states import FundKind, FundState
from apps.seeding.models import Application, Award, Match, Programme
from apps.seeding.states import ApplicationState, ProgrammeKind
from apps.users.models import User


@dataclass(frozen=True)
class ProgrammeView:
    """A programme with what is given and left of its pot, in fen, and how many awards or matched gifts there are."""

    programme: Programme
    given: int
    awards: int

    @property
    def left(self) -> int:
        """What is left of the pot."""
        return self.programme.pot - self.given

    @property
    def state(self) -> str:
        """Whether it gives money today: waiting, open, done (nothing left to give) or closed."""
        today = clock.today()
        if self.programme.closed_at or today > self.programme.closes_on:
            return "closed"
        if today < self.programme.opens_on:
            return "waiting"
        least = self.programme.per_fund if self.programme.kind == ProgrammeKind.FIXED else 1
        return "open" if self.left >= least else "done"


def given(programme: Programme) -> int:
    """Return what was given out of the pot and not taken back. To decide on it, hold the programme's lock first."""
    awarded = Award.objects.filter(programme=programme).aggregate(given=Sum("amount"))["given"] or 0
    matched = Match.objects.filter(programme=programme).aggregate(given=Sum(F("amount") - F("taken")))
    return awarded + (matched["given"] or 0)


def programmes(hosts: QuerySet[Host] | None = None) -> list[ProgrammeView]:
    """Return the programmes of the hosts (of all, when not told), newest first. One query."""
    found = Programme.objects.select_related("source__host")
    if hosts is not None:
        found = found.filter(source__host__in=hosts)
    matches = Match.objects.filter(programme=OuterRef("pk")).order_by().values("programme")
    rows = found.annotate(
        awarded=Coalesce(Sum("awards__amount"), 0),
        matched=Coalesce(Subquery(matches.annotate(n=Sum(F("amount") - F("taken"))).values("n")), 0),
        number=Count("awards"),
        gifts=Coalesce(
            Subquery(
                matches.annotate(n=Count("pk", filter=Q(amount__gt=0))).values("n"),
                output_field=BigIntegerField(),
            ),
            0,
        ),
    ).order_by("-opens_on", "-pk")
    return [ProgrammeView(row, row.awarded + row.matched, row.number + row.gifts) for row in rows]


def in_scope(user: User | AnonymousUser) -> list[ProgrammeView]:
    """Return the programmes of the hosts a person works for."""
    return programmes(hosts_in_scope(user))


def viewed(programme: Programme) -> ProgrammeView:
    """Return one programme with its figures."""
    awards = Award.objects.filter(programme=programme).count()
    gifts = Match.objects.filter(programme=programme, amount__gt=0).count()
    return ProgrammeView(programme, given(programme), awards + gifts)


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


def places(programme: Programme) -> list[str]:
    """Return the codes of the divisions whose funds may have the programme; none means all of the host's."""
    return sorted(programme.divisions.values_list("code", flat=True))


def is_pilot(programme: Programme, fund: Fund) -> bool:
    """Whether the fund lies in or under one of the programme's pilots."""
    return any(covers(pilot, fund.division_id) for pilot in programme.pilots.values_list("code", flat=True))


def quota_place(programme: Programme, fund: Fund) -> str:
    """Return the division within which the fund's quota is counted; empty when the programme has none."""
    if not programme.quota_level:
        return ""
    return fund.division_id[: LENGTHS[programme.quota_level - 1]]


def funds_of(programme: Programme) -> QuerySet[Fund]:
    """Return the host's special funds that the programme is for, whatever their state."""
    found = Fund.objects.filter(host_id=programme.source.host_id).exclude(kind=FundKind.GENERAL)
    if chosen := places(programme):
        within = Q()
        for code in chosen:
            low, high = code_range(code)
            within |= Q(division_id__gte=low, division_id__lt=high)
        found = found.filter(within)
    return found.select_related("host", "division").order_by("division_id", "code")


def eligible(programme: Programme) -> QuerySet[Fund]:
    """Return the open funds the programme is for that have nothing from it yet; by application, only the passed."""
    found = funds_of(programme).filter(state=FundState.OPEN).exclude(seed_awards__programme=programme)
    if programme.by_application:
        passed = Application.objects.filter(programme=programme, state=ApplicationState.PASSED)
        found = found.filter(pk__in=passed.values("fund_id"))
    return found
