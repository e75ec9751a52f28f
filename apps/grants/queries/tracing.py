"""Where gifts went, read in a fixed number of statements however many gifts their funds hold."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Case, Count, F, Sum, Value, When

from apps.core.sets import rows_source
from apps.donations.models import Donation, Refund
from apps.donations.states import DonationState, RefundState
from apps.funds.models import Fund, FundSuccession
from apps.grants.rules.trace import Change, Lines, Place, Pool, merged, own_parts
from apps.ledger.queries.changes import NetChange, net_changes
from apps.ledger.rules import EntryKind
from apps.projects.models import EvidencePhoto, Project, SatisfactionReply
from apps.projects.rules import Satisfaction, satisfaction
from apps.projects.states import ACCEPTED, PUBLIC

PHOTOS = 3
MARKERS = (("fund_id", "bigint"), ("restriction", "text"), ("moment", "timestamptz"), ("number", "bigint"))
# What of a gift lies on its pool's line: as `rules.trace.own_parts` says.
NET = "CASE WHEN amount - refunded - fee > 0 THEN amount - refunded - fee ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Trace:
    """One gift to the last fen: what went back, its payment's fee, and `places`, which add up to the rest."""

    gift: Donation
    back: int
    fee: int
    places: tuple[Place, ...]

    @property
    def used(self) -> int:
        """What was used, in fen."""
        return sum(place.amount for place in self.places if place.use is not None)

    @property
    def left(self) -> int:
        """What is still there, in fen."""
        return sum(place.amount for place in self.places if place.use is None)


def trace(gifts: Iterable[Donation]) -> dict[str, Trace]:
    """Return where booked gifts went, by their code. Six statements at most, and no row per gift of others."""
    booked = [gift for gift in gifts if gift.state == DonationState.BOOKED and gift.booked_at is not None]
    if not booked:
        return {}
    lines, before = _read(booked)
    found = {}
    for gift in booked:
        back, fee, net = own_parts(gift.amount, gift.fee, gift.refunded)
        pool = (gift.fund.code, gift.restriction)
        start = lines.start_of(pool, _moment(gift.booked_at), before[gift.pk])
        found[gift.code] = Trace(gift, back, fee, tuple(merged(list(lines.places(pool, start, net)))))
    return found


def _moment(at: datetime | None) -> str:
    if at is None:
        raise ValueError("a booked gift has its moment")
    return at.isoformat(timespec="microseconds")


def _read(gifts: Sequence[Donation]) -> tuple[Lines, dict[int, int]]:
    """Return the lines of the pools that the gifts' money may have reached, and what lay before each gift."""
    moves = list(
        FundSuccession.objects.filter(predecessor__host__in={gift.host_id for gift in gifts}).values_list(
            "predecessor__code", "restriction", "successor__code", "into"
        )
    )
    funds = _connected({gift.fund.code for gift in gifts}, [(source, heir) for source, _r, heir, _i in moves])
    ids = dict(Fund.objects.filter(code__in=funds).values_list("code", "pk"))
    changes = _followed(net_changes(funds), moves)
    pools = {change.pool for change in changes} | {(gift.fund.code, gift.restriction) for gift in gifts}
    pools |= {change.into for change in changes if change.into is not None}
    whole = _wholes(ids, pools)
    moments = sorted({(change.pool, change.moment) for change in changes if change.amount > 0}) + sorted(
        {(change.into, change.moment) for change in changes if change.into is not None}
    )
    asked = [mark for mark in dict.fromkeys(moments) if whole.get(mark[0], (0, 0))[0]]
    before, marks = _prefixes(ids, gifts, asked)

    def gifts_until(pool: Pool, moment: str) -> int:
        return marks.get((pool, moment), 0) if moment else whole.get(pool, (0, 0))[0]

    return Lines(changes, gifts_until, {pool: cost for pool, (_net, cost) in whole.items()}), before


def _connected(funds: Collection[str], edges: Collection[tuple[str, str]]) -> set[str]:
    """Return the funds that money of these may have gone to, and those whose money came there as well."""
    found = set(funds)
    size = 0
    while len(found) != size:
        size = len(found)
        found |= {end for edge in edges if found & set(edge) for end in edge}
    return found


def _followed(rows: Sequence[NetChange], moves: Sequence[tuple[str, str, str, str]]) -> list[Change]:
    """Return the changes; a move between pools is its outflow, and what arrived by it is not told a second time."""
    heirs: defaultdict[Pool, list[Pool]] = defaultdict(list)
    for source, restriction, heir, there in moves:
        heirs[source, restriction].append((heir, there))
    arrived: defaultdict[tuple[int, Pool], int] = defaultdict(int)
    for row in rows:
        if row.amount > 0 and row.kind in {EntryKind.TRANSFER, EntryKind.LIFTING}:
            arrived[row.entry_id, (row.fund, row.restriction)] += row.amount
    followed: defaultdict[tuple[int, Pool], int] = defaultdict(int)
    changes: list[Change] = []
    for row in sorted(rows, key=lambda one: one.amount > 0):
        pool: Pool = (row.fund, row.restriction)
        into: Pool | None = None
        amount = row.amount
        if amount < 0 and row.kind in {EntryKind.TRANSFER, EntryKind.LIFTING}:
            ways = heirs[pool] if row.kind == EntryKind.TRANSFER else [(row.fund, "")]
            into = next((way for way in ways if arrived[row.entry_id, way] + amount >= 0), None)
            if into is not None and into != pool:
                arrived[row.entry_id, into] += amount
                followed[row.entry_id, into] -= amount
        elif amount > 0 and followed[row.entry_id, pool]:
            by_move = min(amount, followed[row.entry_id, pool])
            followed[row.entry_id, pool] -= by_move
            amount -= by_move
        if amount:
            changes.append(
                Change(
                    row.entry_id,
                    _moment(row.posted_at),
                    pool,
                    amount,
                    row.kind,
                    row.source,
                    row.project,
                    into,
                )
            )
    return changes


def _wholes(ids: dict[str, int], pools: Collection[Pool]) -> dict[Pool, tuple[int, int]]:
    """Return by pool the fen of all its gifts, and the costs that no gift bears: fees of gifts that went back."""
    rest = F("amount") - F("refunded")
    rows = (
        Donation.objects.filter(fund__in=ids.values(), state=DonationState.BOOKED)
        .values_list("fund__code", "restriction")
        .annotate(
            net=Sum(Case(When(fee__lt=rest, then=rest - F("fee")), default=Value(0))),
            cost=Sum(Case(When(fee__gt=rest, then=F("fee") - rest), default=Value(0))),
        )
    )
    found = {(fund, code): (net, cost) for fund, code, net, cost in rows if (fund, code) in pools}
    disputes = (
        Refund.objects.filter(donation__fund__in=ids.values(), state=RefundState.DONE, fee__gt=0)
        .values_list("donation__fund__code", "donation__restriction")
        .annotate(cost=Sum("fee"))
    )
    for fund, code, fee in disputes:
        net, cost = found.get((fund, code), (0, 0))
        found[fund, code] = (net, cost + fee)
    return found


def _prefixes(
    ids: dict[str, int], gifts: Sequence[Donation], asked: Sequence[tuple[Pool, str]]
) -> tuple[dict[int, int], dict[tuple[Pool, str], int]]:
    """Return what lay before each of the gifts, and what gifts there were before each asked moment. One statement."""
    adapt = connection.ops.adapt_datetimefield_value
    pools = sorted(
        {(gift.fund_id, gift.restriction) for gift in gifts} | {(ids[p[0]], p[1]) for p, _m in asked}
    )
    rows = [
        (ids[pool[0]], pool[1], adapt(datetime.fromisoformat(moment)), number)
        for number, (pool, moment) in enumerate(asked)
    ]
    source, values = rows_source(MARKERS, rows)
    inside = " OR ".join("(fund_id = %s AND restriction = %s)" for _pool in pools)
    own = ", ".join("%s" for _gift in gifts)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, number, before FROM (SELECT id, number, SUM(net) OVER (PARTITION BY fund_id, restriction"
            " ORDER BY moment, number, id) - net AS before FROM (SELECT fund_id, restriction, booked_at AS moment,"
            f" -1 AS number, id, {NET} AS net FROM donations_donation WHERE state = 'booked' AND ({inside})"
            f" UNION ALL SELECT fund_id, restriction, moment, number, 0 AS id, 0 AS net FROM {source}) AS laid)"
            f" AS line WHERE number >= 0 OR id IN ({own})",
            [*(value for pool in pools for value in pool), *values, *(gift.pk for gift in gifts)],
        )
        found = cursor.fetchall()
    before = {key: int(sum_before) for key, number, sum_before in found if number < 0}
    return before, {asked[number]: int(sum_before) for _key, number, sum_before in found if number >= 0}


@dataclass(frozen=True, slots=True)
class Story:
    """What a project that a gift reached shows: its newest public photographs and how those served rated it."""

    project: Project
    photos: tuple[EvidencePhoto, ...]
    rating: Satisfaction


def stories(traces: Iterable[Trace]) -> dict[str, Story]:
    """Return the public projects that the gifts reached, by code. Three statements."""
    codes = {place.use.project for one in traces for place in one.places if place.use is not None}
    projects = list(
        Project.objects.filter(code__in=codes - {""}, state__in=PUBLIC).select_related("organisation", "fund")
    )
    photos: defaultdict[int, list[EvidencePhoto]] = defaultdict(list)
    shown = EvidencePhoto.objects.filter(
        evidence__project__in=projects, evidence__state=ACCEPTED, file__is_public=True
    )
    for photo in shown.select_related("file", "evidence").order_by("-evidence__filed_at", "pk"):
        if len(photos[photo.evidence.project_id]) < PHOTOS:
            photos[photo.evidence.project_id].append(photo)
    stars: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    replies = SatisfactionReply.objects.filter(code__project__in=projects).order_by()
    counted = replies.values_list("code__project", "stars").annotate(how_many=Count("pk"))
    for project, given, how_many in counted:
        stars[project].append((given, how_many))
    return {
        one.code: Story(
            one,
            tuple(photos[one.pk]),
            satisfaction(stars[one.pk], issued=sum(count for _given, count in stars[one.pk])),
        )
        for one in projects
    }
