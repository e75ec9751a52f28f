"""Boards of grants over many funds: planned against paid, and what is wrong. A fixed number of queries, whatever the
number of funds and grants; sums are made by the database in fen."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.core import clock
from apps.funds.models import Fund, Reservation
from apps.funds.queries import in_scope, rules_of_each
from apps.funds.rules import EffectiveRule, EffectiveRules
from apps.governance.models import Seat
from apps.governance.queries import in_force, whole
from apps.grants.models import Clawback, Grant, Instalment
from apps.grants.queries.unproven import TOLERANCE, Unproven, overdue_on, unproven
from apps.grants.rules.boards import Award, Limits, Line, alarms_of, months_between, share_bp, splits
from apps.grants.states import CANCELLED, DUE, LIVE, PAID, PREPARED, TERMINATED
from apps.ledger.queries import fund_balances
from apps.projects.queries import closing_reported
from apps.projects.states import RUNNING
from apps.registry.queries import payees_sharing_an_account
from apps.users.models import User
from apps.users.permissions import Person

YEAR = timedelta(days=365)
REVIEWS = ("town_review_fen", "district_confirm_fen")
# What was asked back and did not come.
OUTSTANDING = F("asked") - F("returned") - F("written_off")
HOST_SHARE = "payee_share_host_max_bp"
CLAUSES = ("split_days", "payee_share_max_bp", HOST_SHARE, "idle_months", TOLERANCE, *REVIEWS)


def overseen_by(user: Person) -> QuerySet[Fund]:
    """Return the funds whose board a person reads: those their roles cover, and those on whose committee they sit."""
    if not isinstance(user, User) or not user.is_active:
        return Fund.objects.none()
    seats = Seat.objects.filter(in_force(), user=user).values("committee_id")
    return Fund.objects.filter(Q(pk__in=in_scope(user).order_by().values("pk")) | Q(committee__in=seats))


@dataclass(frozen=True)
class Payee:
    """Who money goes to: one organisation, or several that are paid on one account."""

    key: int
    name: str
    shares_account: bool = False


@dataclass(frozen=True)
class Crowd:
    """Who got most of a year's grants of several funds together: fen, the share in basis points, and the host's rule
    where it passes it."""

    payee: Payee
    amount: int
    share_bp: int
    over: EffectiveRule | None


@dataclass(frozen=True)
class Board:
    """The lines of a board, and whom the money reaches."""

    lines: list[Line]
    names: Mapping[int, Payee]
    recent: Mapping[int, Mapping[int, int]]
    rules: Mapping[int, EffectiveRules]
    unproven: list[Unproven]
    crowd: Crowd | None

    def total(self, column: str) -> int:
        """Return a column added up over the lines."""
        return sum(getattr(line, column) for line in self.lines)

    def ringing(self, alarm: str) -> list[Line]:
        """Return the lines on which an alarm rings."""
        return [line for line in self.lines if alarm in line.alarms]


def in_year(year: int | None, column: str) -> Q:
    """Return the condition of a moment lying in a year of Shanghai's calendar; no condition without a year."""
    if year is None:
        return Q()
    first, after = clock.midnight(date(year, 1, 1)), clock.midnight(date(year + 1, 1, 1))
    return Q(**{f"{column}__gte": first, f"{column}__lt": after})


def is_late(today: date) -> Q:
    """Return the condition of a grant under way of which a milestone's or the closing report is late; the grants carry
    `overdue` from `overdue_on`."""
    missed = Q(overdue__isnull=False) | Q(~closing_reported("project"), project__ends_on__lt=today)
    return missed & Q(state__in=LIVE, project__state=RUNNING)


def board(funds: QuerySet[Fund], *, year: int | None = None) -> Board:
    """Return the board of some funds of one host: eight queries.

    `year` narrows what was granted and paid to the grants awarded in it; the alarms are always those of today, and
    look one year back where they look at grants together.
    """
    today = clock.today()
    reserved = Reservation.objects.filter(fund=OuterRef("pk"), remaining__gt=0).order_by().values("fund")
    owed = Clawback.objects.filter(grant__fund=OuterRef("pk")).order_by().values("grant__fund")
    shown = list(
        funds.select_related("host")
        .annotate(
            promised=Coalesce(Subquery(reserved.annotate(total=Sum("remaining")).values("total")), 0),
            owed=Coalesce(Subquery(owed.annotate(total=Sum(OUTSTANDING)).values("total")), 0),
        )
        .order_by("name", "code")
    )
    if not shown:
        return Board([], {}, {}, {}, [], None)
    lines = {fund.pk: Line(fund.pk, fund.code, fund.name, owed=fund.owed) for fund in shown}
    rows = Grant.objects.filter(fund__in=funds.order_by().values("pk")).order_by()
    latest = _count(rows, lines, year=year, today=today)
    _add_up(rows, lines, year=year)
    payees = _sharing(shown[0].host.code)
    awards = _awards(rows, payees, since=today - YEAR)
    rules = rules_of_each(shown, CLAUSES)
    lacking = unproven(rows, tolerances={pk: whole(one[TOLERANCE]) for pk, one in rules.items()}, today=today)
    for one in lacking:
        lines[one.fund].unproven += 1
        lines[one.fund].unproven_paid += one.amount
    balances = fund_balances([fund.code for fund in shown], host=shown[0].host.code)
    recent = {pk: _by_payee(theirs) for pk, theirs in awards.items()}
    for fund in shown:
        line, theirs = lines[fund.pk], awards.get(fund.pk, [])
        line.balance = balances[fund.code]
        line.free = line.balance - fund.promised
        line.idle_months = months_between(latest.get(fund.pk, fund.opened_on), today)
        limits = _limits(rules[fund.pk])
        _measure(line, theirs, payees, limits)
        line.alarms = alarms_of(line, limits)
    crowd = _crowd(shown, recent, payees, rules, count=sum(line.recent for line in lines.values()))
    return Board(list(lines.values()), payees, recent, rules, lacking, crowd)


def _crowd(
    shown: Sequence[Fund],
    recent: Mapping[int, Mapping[int, int]],
    payees: Mapping[int, Payee],
    rules: Mapping[int, EffectiveRules],
    *,
    count: int,
) -> Crowd | None:
    """Return who got most of a year's `count` grants of all funds together; None where a single fund is looked at."""
    together: Counter[int] = Counter()
    for theirs in recent.values():
        together.update(theirs)
    if len(shown) < 2 or not together:
        return None
    top, share = _top(together)
    # The host's own fund stands on the boards of those who see all its funds; its rules are the host's.
    rule = next((rules[fund.pk][HOST_SHARE] for fund in shown if fund.kind == Fund.Kind.GENERAL), None)
    # The only grant of a year is all of it, and says nothing.
    is_over = rule is not None and count > 1 and share > whole(rule)
    return Crowd(payees[top], together[top], share, rule if is_over else None)


def _top(amounts: Mapping[int, int]) -> tuple[int, int]:
    """Return who got most, and its share of all in basis points."""
    top = max(amounts, key=lambda key: (amounts[key], -key))
    return top, share_bp(amounts[top], sum(amounts.values()))


def _count(
    grants: QuerySet[Grant], lines: Mapping[int, Line], *, year: int | None, today: date
) -> dict[int, date]:
    """Fill in how many grants there are and how many are late; return the day of the latest award by fund."""
    chosen, late = in_year(year, "awarded_at"), is_late(today)
    rows = (
        grants.annotate(overdue=overdue_on(today))
        .values("fund")
        .annotate(
            grants=Count("pk", filter=chosen),
            live=Count("pk", filter=chosen & Q(state__in=LIVE)),
            late=Count("pk", filter=late),
            first_missed=Min("overdue", filter=late),
            first_ended=Min("project__ends_on", filter=late),
            latest=Max("awarded_at"),
        )
    )
    found = {}
    for row in rows:
        line = lines[row["fund"]]
        line.grants, line.live = row["grants"], row["live"]
        missed = [day for day in (row["first_missed"], row["first_ended"]) if day and day < today]
        line.late, line.late_since = row["late"], min(missed, default=None)
        found[line.pk] = clock.day_of(row["latest"])
    return found


def _add_up(grants: QuerySet[Grant], lines: Mapping[int, Line], *, year: int | None) -> None:
    """Fill in what was granted, is due and was paid."""
    chosen = in_year(year, "grant__awarded_at")
    rows = (
        Instalment.objects.filter(grant__in=grants.values("pk"))
        .order_by()
        .values("grant__fund")
        .annotate(
            planned=Sum("amount", filter=chosen & ~Q(state=CANCELLED)),
            paid=Sum("amount", filter=chosen & Q(state=PAID)),
            due=Sum("amount", filter=Q(state__in=[DUE, PREPARED])),
        )
    )
    for row in rows:
        line = lines[row["grant__fund"]]
        for column in ("planned", "paid", "due"):
            setattr(line, column, row[column] or 0)


def _sharing(host: str) -> dict[int, Payee]:
    """Return the payee that stands for each of a host's organisations that share an account."""
    return {
        organisation.pk: Payee(
            together[0].pk, _("、").join(row.name for row in together), shares_account=True
        )
        for together in payees_sharing_an_account(host)
        for organisation in together
    }


def _awards(grants: QuerySet[Grant], payees: dict[int, Payee], *, since: date) -> dict[int, list[Award]]:
    """Return the awards of the last year by fund, each under who is paid; add their names to `payees`."""
    rows = grants.filter(awarded_at__gte=clock.midnight(since)).exclude(state=TERMINATED)
    found: dict[int, list[Award]] = {}
    together = Grant.objects.filter(project=OuterRef("project")).order_by().values("project")
    rows = rows.annotate(of_all=Subquery(together.annotate(total=Sum("amount")).values("total")))
    looked_at: set[tuple[int, int]] = set()
    for fund, code, project, amount, of_all, moment, organisation, name in rows.order_by("pk").values_list(
        "fund", "code", "project", "amount", "of_all", "awarded_at", "project__organisation",
        "project__organisation__name",
    ):  # fmt: skip
        payee = payees.setdefault(organisation, Payee(organisation, name))
        is_first = (fund, project) not in looked_at
        looked_at.add((fund, project))
        award = Award(code, payee.key, amount, clock.day_of(moment), of_all, is_first)
        found.setdefault(fund, []).append(award)
    return found


def _by_payee(awards: Iterable[Award]) -> dict[int, int]:
    found: dict[int, int] = {}
    for award in awards:
        found[award.payee] = found.get(award.payee, 0) + award.amount
    return found


def _limits(rules: EffectiveRules) -> Limits:
    """Return what the clauses of one fund say to its board."""
    return Limits(
        payee_bp=whole(rules["payee_share_max_bp"]),
        split_days=whole(rules["split_days"]),
        idle_months=whole(rules["idle_months"]),
        reviews={key: whole(rules[key]) for key in REVIEWS},
    )


def _measure(line: Line, awards: list[Award], payees: Mapping[int, Payee], limits: Limits) -> None:
    """Fill in who got most of a year's grants, and where grants were split."""
    by_payee = _by_payee(awards)
    line.recent = len(awards)
    if by_payee:
        top, line.payee_bp = _top(by_payee)
        line.payee = payees[top].name
    line.splits = splits(awards, days=limits.split_days, limits=limits.reviews)
