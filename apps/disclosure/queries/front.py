"""The front page: one sum, four figures, what is being decided, what money became, what just came in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core import clock
from apps.core.templatetags.charts import Month
from apps.disclosure.queries import cards, totals
from apps.disclosure.queries.cards import Card
from apps.disclosure.queries.houses import House, house_of
from apps.disclosure.queries.totals import NOTHING, Flows
from apps.divisions import queries as divisions
from apps.divisions.models import Division
from apps.donations import queries as donations
from apps.donations.queries import PublicGift
from apps.funds.models import Fund, Host
from apps.funds.states import FundKind, FundState
from apps.governance.models import Motion
from apps.projects.models import Project
from apps.projects.queries import person_times
from apps.projects.states import ACCEPTED, APPROVED, CLOSED, RUNNING
from apps.seeding.models import Award
from apps.seeding.states import ProgrammeKind

DECISIONS, STORIES, GIFTS, TOWNS = 3, 3, 4, 4
TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Front:
    """Everything the front page shows of one host, or of all hosts of the installation."""

    house: House | None
    hosts: tuple[Host, ...]
    area: Division | None
    flows: Flows
    as_of: datetime
    reserved: int
    reserved_things: int
    funds: int
    seeded: int
    seed_each: int
    projects: int
    person_times: int
    decisions: tuple[Card, ...]
    stories: tuple[Card, ...]
    months: tuple[Month, ...]
    gifts: tuple[PublicGift, ...]
    towns: tuple[Division, ...]
    town_count: int


def front() -> Front:
    """Return what the front page shows; an installation without a host shows an empty book."""
    hosts = tuple(Host.objects.select_related("division").prefetch_related("excluded").order_by("code")[:50])
    host = hosts[0] if len(hosts) == 1 else None
    figures = totals.by_month(host.division_id, host.code) if host else totals.by_month("")
    as_of = totals.folded_at() or clock.now()
    reserved, things = totals.reserved(Q(fund__host=host) if host else Q())
    funds = Fund.objects.exclude(kind=FundKind.GENERAL).exclude(state=FundState.CLOSED)
    seeds = Award.objects.filter(programme__kind=ProgrammeKind.FIXED)
    projects = Project.objects.filter(state__in=(RUNNING, ACCEPTED, CLOSED))
    told_of = Project.objects.filter(state__in=(APPROVED, RUNNING, ACCEPTED, CLOSED))
    motions = cards.public_motions(Q(committee__fund__host=host) if host else None)
    if host:
        funds = funds.filter(host=host)
        seeds = seeds.filter(fund__host=host)
        projects = projects.filter(fund__host=host)
        told_of = told_of.filter(fund__host=host)
    excluded = {row.code for row in host.excluded.all()} if host else set()
    towns = [row for row in divisions.children(host.division_id) if row.code not in excluded] if host else []
    told = list(told_of.select_related("fund").order_by("-created_at")[:STORIES])
    seed = seeds.aggregate(funds=Count("fund", distinct=True), least=Min("amount"), most=Max("amount"))
    return Front(
        house=house_of(host) if host else None,
        hosts=hosts,
        area=host.division if host else None,
        flows=figures.get("", NOTHING),
        as_of=as_of,
        reserved=reserved,
        reserved_things=things,
        funds=funds.count(),
        seeded=seed["funds"],
        seed_each=(seed["most"] or 0) if seed["least"] == seed["most"] else 0,
        projects=projects.count(),
        person_times=person_times(division=host.division_id) if host else person_times(),
        decisions=tuple(cards.motion_card(motion) for motion in _urgent(list(motions[: 4 * DECISIONS]))),
        stories=tuple(cards.project_cards(told)),
        months=tuple(totals.chart_months(figures, as_of.astimezone(clock.SHANGHAI).strftime("%Y-%m"))),
        gifts=tuple(donations.as_listed(donations.latest(host, limit=GIFTS))) if host else (),
        towns=tuple(towns[:TOWNS]),
        town_count=len(towns),
    )


def _urgent(motions: list[Motion]) -> list[Motion]:
    """Return the few that matter now: open votes by deadline, then what was decided last."""
    far = clock.now()
    opened = sorted(
        (motion for motion in motions if motion.state == Motion.State.OPEN), key=lambda m: m.closes_at or far
    )
    decided = sorted(
        (motion for motion in motions if motion.is_decided), key=lambda m: m.decided_at or far, reverse=True
    )
    return (opened + decided)[:DECISIONS]


def ten_thousands(count: int) -> tuple[str, str]:
    """Return a count of person-times and its unit: 7.8 and 万人次, or 842 and 人次."""
    if count >= TEN_THOUSAND and pgettext("how large numbers are counted", "万") == "万":
        return f"{count / TEN_THOUSAND:.1f}".removesuffix(".0"), "万人次"
    return f"{count:,}", _("人次")


def as_context(shown: Front) -> dict[str, Any]:
    """Return the page's own names."""
    figure, unit = ten_thousands(shown.person_times)
    return {"front": shown, "times_figure": figure, "times_unit": unit, "house": shown.house}
