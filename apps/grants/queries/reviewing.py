"""Who scores what, whose scores count, and how the answers to a call compare."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Q, QuerySet

from apps.core import clock
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.governance.models import VOTING_OFFICES, Seat
from apps.governance.queries import in_force, usable, voting_seats, whole
from apps.grants.queries.money import OFFICERS
from apps.grants.queries.sides import payees_side
from apps.projects.models import Call, Expert, Project, Review
from apps.projects.queries import (
    answers_to,
    funds_of,
    is_closed_to_eyes,
    is_expert,
    is_past_review,
    is_sealed,
    records_of,
    review_is_over,
    sheet_of,
    to_review,
)
from apps.projects.rules import (
    Candidate,
    Choice,
    Record,
    Scores,
    Sheet,
    formula,
    one_decimal,
    record_said,
    record_words,
    score,
    suggest,
    summed,
    weigh,
    with_record,
)
from apps.projects.states import ACCEPTED, APPROVED, CLOSED, RUNNING, SUBMITTED, TABLED
from apps.users.models import Role, User
from apps.users.permissions import Person
from apps.users.queries import scope_codes

# An application that takes its part of the pot: it was put to a vote and not voted down.
TAKING = frozenset({TABLED, APPROVED, RUNNING, ACCEPTED, CLOSED})


def seated_funds(user: User, *offices: str) -> QuerySet[Fund]:
    """Return the funds on whose committee a person holds one of some offices (any without)."""
    seats = Seat.objects.filter(in_force(), user=user)
    if offices:
        seats = seats.filter(office__in=offices)
    return Fund.objects.filter(committee__in=seats.values("committee_id"))


def opens_reviews(user: User, project: Project) -> bool:
    """Tell whether a person opens the page of an application's reviews: who sits on a committee that is asked, or is
    invited to score; nobody while its offer is sealed."""
    if is_sealed(project):
        return False
    asked = [fund.pk for fund in funds_of(project)]
    return seated_funds(user).filter(pk__in=asked).exists() or is_expert(user, project.call)


def reviews_owed(user: Person) -> QuerySet[Project]:
    """Return the applications a person has not scored yet, the first due first; whether they may is judged one by
    one."""
    if not isinstance(user, User) or not user.is_active:
        return Project.objects.none()
    return to_review(user, Q(shares__fund__in=seated_funds(user, *VOTING_OFFICES)))


def calls_seen_by(user: Person) -> QuerySet[Call]:
    """Return the calls whose workbench a person may open: of hosts they administer, and of their committees' funds."""
    if not isinstance(user, User) or not user.is_active:
        return Call.objects.none()
    hosts = scope_codes(user, Role.Kind.HOST_ADMIN, Role.Scope.HOST)
    mine = Call.funds.through.objects.filter(fund__in=seated_funds(user)).values("call_id")
    return (
        Call.objects.filter(Q(host__code__in=hosts) | Q(pk__in=mine))
        .select_related("host")
        .order_by("-closes_at", "-id")
    )


def funds_to_call(user: Person) -> QuerySet[Fund]:
    """Return the open funds for which a person may write a call: their hosts', or those whose committee they run."""
    if not isinstance(user, User) or not user.is_active:
        return Fund.objects.none()
    hosts = scope_codes(user, Role.Kind.HOST_ADMIN, Role.Scope.HOST)
    found = Fund.objects.filter(Q(host__code__in=hosts) | Q(pk__in=seated_funds(user, *OFFICERS)))
    open_ones = found.filter(state=Fund.State.OPEN).exclude(kind=Fund.Kind.GENERAL)
    return open_ones.select_related("host", "division").order_by("division_id", "code")


def reviewers_needed(fund: Fund) -> int:
    """Return how many must have scored before the vote."""
    return whole(effective_rules(fund)["reviewers_min"])


def record_weight(fund: Fund) -> int:
    """Return how much an applicant's record of satisfaction weighs at most, in basis points of the score."""
    return whole(effective_rules(fund)["satisfaction_weight_bp"])


def score_formulas(call: Call) -> list[str]:
    """Return the formula by which the answers to a call are compared; of its funds' rules each different one."""
    weights = {record_weight(fund) for fund in call.funds.select_related("host", "division").order_by("code")}
    return [words for words in map(formula, sorted(weights)) if words]


def counted(project: Project, reviews: Iterable[Review], experts: set[int]) -> list[Review]:
    """Return the reviews that count: of the present text, by people without a tie today, and by experts who are still
    invited."""
    fresh = [row for row in reviews if row.text_hash == project.text_hash]
    tied = payees_side(project, [row.user_id for row in fresh])
    return [row for row in fresh if row.user_id not in tied and (not row.is_expert or row.user_id in experts)]


def counted_reviews(project: Project) -> list[Review]:
    """Return the reviews of one application that count, the first given first."""
    rows = Review.objects.filter(project=project, is_current=True).select_related("user")
    return counted(project, rows.order_by("given_at", "id"), _experts(project.call))


def _experts(call: Call | None) -> set[int]:
    if call is None:
        return set()
    return set(Expert.objects.filter(call=call, ended_at=None).values_list("user_id", flat=True))


def sheet_for(project: Project) -> Sheet:
    """Return the sheet by which one application is scored."""
    return sheet_of(project.call, project.criteria)


def scores_of(reviews: Sequence[Review], sheet: Sheet) -> Scores:
    """Return what some reviews come to."""
    return summed([score(row.points, sheet) for row in reviews])


@dataclass(frozen=True)
class Compared:
    """One application among the answers to a call.

    `scores` are None while they are nobody's to see; `aside` names the voting members who are tied, never why.
    """

    project: Project
    count: int
    needed: int
    scores: Scores | None
    aside: tuple[str, ...]
    record: Record
    weight_bp: int

    @property
    def final(self) -> Fraction | None:
        """The score by which it is compared: the reviewers' mean with the applicant's record by its weight."""
        return with_record(self.scores.mean if self.scores else None, self.record, self.weight_bp)

    @property
    def final_shown(self) -> str:
        """That score as pages show it."""
        return one_decimal(self.final)

    @property
    def record_shown(self) -> str:
        """How the applicant's record weighs, in words."""
        return record_words(self.record, self.weight_bp)

    @property
    def is_short(self) -> bool:
        """Whether too few have scored."""
        return self.project.state == SUBMITTED and self.count < self.needed

    @property
    def can_be_chosen(self) -> bool:
        """Whether it still waits for a choice."""
        return self.project.state == SUBMITTED


@dataclass(frozen=True)
class Comparison:
    """The answers to a call beside each other; `purses` is what each fund can spend today, fen by fund code."""

    call: Call
    rows: list[Compared]
    purses: dict[str, int]
    is_over: bool
    as_of: datetime

    @property
    def short(self) -> list[Compared]:
        """The applications that too few have scored."""
        return [row for row in self.rows if row.is_short]

    @property
    def candidates(self) -> list[Candidate]:
        """What may still be chosen."""
        return [
            Candidate(
                row.project.code,
                {share.fund.code: share.amount for share in row.project.shares.all()},
                row.final,
            )
            for row in self.rows
            if row.can_be_chosen
        ]

    @property
    def spent(self) -> int:
        """What of the pot is taken by applications that were put to a vote, in fen."""
        return sum(row.project.asked for row in self.rows if row.project.state in TAKING)

    def weighed(self, codes: Iterable[str]) -> Choice:
        """Return what a choice costs against what is left of the pot and each fund's money."""
        wanted = set(codes)
        chosen = [one for one in self.candidates if one.code in wanted]
        return weigh(chosen, pot=self.call.pot - self.spent, purses=self.purses)

    def suggested(self) -> list[str]:
        """Return the codes that fit when taken by score; a suggestion only."""
        return suggest(self.candidates, pot=self.call.pot - self.spent, purses=self.purses)


def compare(call: Call) -> Comparison:
    """Return the answers to a call, the best first once scores may be seen: when the review is over and none of them
    has too few.

    Until then nobody sees another's score, because one's own can still be changed. Offers from a list are opened
    together: before the call closes there is nothing to compare.
    """
    now = clock.now()
    projects, sheet, experts = (
        [] if is_closed_to_eyes(call) else list(answers_to(call).prefetch_related("shares__fund")),
        sheet_of(call),
        _experts(call),
    )
    by_project: dict[int, list[Review]] = {project.pk: [] for project in projects}
    for row in Review.objects.filter(project__in=projects, is_current=True).order_by("given_at", "id"):
        by_project[row.project_id].append(row)
    funds = {project.fund_id: project.fund for project in projects}
    needed = {pk: reviewers_needed(fund) for pk, fund in funds.items()}
    weights = {pk: record_weight(fund) for pk, fund in funds.items()}
    records = records_of(project.organisation_id for project in projects)
    seats = {pk: list(voting_seats(fund)) for pk, fund in funds.items()}
    valid = {project.pk: counted(project, by_project[project.pk], experts) for project in projects}
    short = any(
        project.state == SUBMITTED and len(valid[project.pk]) < needed[project.fund_id]
        for project in projects
    )
    rows = []
    for project in projects:
        seen = review_is_over(project, now) and (project.review_closed_at is not None or not short)
        rows.append(
            Compared(
                project,
                len(valid[project.pk]),
                needed[project.fund_id],
                scores_of(valid[project.pk], sheet) if seen else None,
                _aside(project, seats[project.fund_id]),
                records.get(project.organisation_id, Record()),
                weights[project.fund_id],
            )
        )
    rows.sort(key=_best_first)
    purses = {fund.code: usable(fund, "") for fund in call.funds.select_related("host")}
    return Comparison(call, rows, purses, is_past_review(call, now), now)


def is_shown(project: Project) -> bool:
    """Tell whether the committee may read the scores of an application: its review was closed, or its call's is over
    and no answer has too few."""
    if project.review_closed_at is not None or project.call is None:
        return project.review_closed_at is not None
    return is_past_review(project.call, clock.now()) and not compare(project.call).short


@dataclass(frozen=True)
class ShownRecord:
    """An applicant's record of satisfaction beside one application: in words, by which formula it weighs (empty where
    it does not), and the score it comes to with the reviewers' mean (empty where there is none)."""

    words: str
    formula: str
    score: str


def shown_record(project: Project, fund: Fund, mean: Fraction | None = None) -> ShownRecord:
    """Return the applicant's record as a fund's committee weighs it, with or without a call; `mean` is the reviewers',
    where it may be seen."""
    record = records_of([project.organisation_id]).get(project.organisation_id, Record())
    weight = record_weight(fund)
    return ShownRecord(
        record_words(record, weight) or record_said(record),
        formula(weight),
        one_decimal(with_record(mean, record, weight)) if weight else "",
    )


def _aside(project: Project, seats: Sequence[Seat]) -> tuple[str, ...]:
    tied = payees_side(project, [seat.user_id for seat in seats])
    return tuple(seat.user.name for seat in seats if seat.user_id in tied)


def _best_first(row: Compared) -> tuple[bool, Fraction, str]:
    mean = row.final
    return mean is None, -(mean or Fraction()), row.project.code
