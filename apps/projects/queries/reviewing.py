"""Reads about calls and reviews. Who may read which of them is judged in `grants`, which knows the committees."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from apps.core import canonical, clock
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.funds.rules import CLAUSES
from apps.projects.models import Call, Expert, Project, Review
from apps.projects.queries.answers import answered_texts
from apps.projects.queries.backing import conflicts_of
from apps.projects.queries.offers import sealed
from apps.projects.rules import Criterion, Sheet, even_sheet
from apps.projects.states import CANCELLED, DRAFT, PUBLISHED, SUBMITTED
from apps.users.models import User


def frozen(project: Project) -> dict[str, Any]:
    """Return an application as it is judged and voted on: plain values, amounts in fen, days as ISO text.

    What several funds pay together stands in it, so that each of them votes on the same whole.
    """
    lines = project.budget_lines.order_by("id").values_list("cost_type", "words", "amount")
    shares = dict(project.shares.order_by("fund__code").values_list("fund__code", "amount"))
    together: dict[str, Any] = {"shares": shares} if len(shares) > 1 else {}
    milestones = project.milestones.order_by("number").values_list("words", "due_on", "share_bp")
    indicators = project.indicators.order_by("number").values_list("words", "unit", "target")
    plan: dict[str, Any] = {}
    if milestones:
        plan["milestones"] = [
            {"words": words, "due_on": day.isoformat()} | ({"share_bp": share} if share else {})
            for words, day, share in milestones
        ]
    if project.first_bp is not None:
        plan["first_bp"] = project.first_bp
    if indicators:
        plan["indicators"] = [
            {"words": words, "unit": unit, "target": target} for words, unit, target in indicators
        ]
    if funding := list(project.funding_lines.order_by("number")):
        plan["funding"] = [
            {"kind": row.kind, "source": row.source, "amount": row.amount, "is_secured": row.is_secured}
            for row in funding
        ]
    if team := list(project.team_lines.order_by("number")):
        plan["team"] = [{"role": row.role, "persons": row.persons} for row in team]
    if answers := answered_texts(project)[True]:
        plan["answers"] = answers
    return (
        together
        | plan
        | {
            "code": project.code,
            "title": project.title,
            "field": project.field,
            "fund": project.fund.code,
            "organisation_code": project.organisation.code,
            "organisation": project.organisation.name,
            "goal": project.goal,
            "starts_on": project.starts_on.isoformat(),
            "ends_on": project.ends_on.isoformat(),
            "expected_persons": project.expected_persons,
            "expected_person_times": project.expected_person_times,
            "amount": project.asked,
            "budget": [
                {"cost_type": kind, "words": words, "amount": amount} for kind, words, amount in lines
            ],
            "parts": dict(project.parts.order_by("partner").values_list("partner", "words")),
            "need": project.need.code if project.need else "",
        }
    )


def fingerprint_of(project: Project) -> str:
    """Return the fingerprint of an application as it stands now: of another text it is another.

    What was declared about ties and answers that are not published count too, although they stay out of what is voted
    on: that is public.
    """
    hidden: dict[str, Any] = {}
    if conflicts := conflicts_of(project):
        hidden["conflicts"] = conflicts
    if answers := answered_texts(project)[False]:
        hidden["unpublished_answers"] = answers
    return canonical.fingerprint(frozen(project) | hidden)


def may_pay_with(fund: Fund, call: Call | None = None) -> QuerySet[Fund]:
    """Return the other funds that may be asked to pay a part of what is applied for to a fund: those of its call;
    without one, the open funds of its host in the same town, and those of the town and the district above it."""
    others = Fund.objects.filter(host=fund.host_id, state=Fund.State.OPEN).exclude(kind=Fund.Kind.GENERAL)
    if call is not None:
        others = others.filter(calls=call)
    else:
        town, district = fund.division_id[:9], fund.division_id[:6]
        others = others.filter(Q(division__code__startswith=town) | Q(division_id=district))
    return others.exclude(pk=fund.pk).order_by("division_id", "code")


def public_calls() -> QuerySet[Call]:
    """Return the calls everyone may read, those that close last first."""
    found = Call.objects.filter(state=PUBLISHED).select_related("host").prefetch_related("funds__division")
    return found.order_by("-closes_at", "-id")


def takes_applications(call: Call, moment: datetime) -> bool:
    """Tell whether applying is open."""
    return call.state == PUBLISHED and call.opens_at <= moment < call.closes_at


def open_calls(fund_code: str = "") -> QuerySet[Call]:
    """Return the calls that take applications now, of one fund if named, those that close first first."""
    now = clock.now()
    found = Call.objects.filter(state=PUBLISHED, opens_at__lte=now, closes_at__gt=now)
    if fund_code:
        found = found.filter(funds__code=fund_code)
    return found.select_related("host").order_by("closes_at", "id")


def criteria_in_force(fund: Fund) -> list[str]:
    """Return the names of the criteria that a fund's rules ask for today."""
    value = effective_rules(fund)["review_criteria"].value
    return [str(name) for name in value] if isinstance(value, list) else []


def usual_sheet(names: Sequence[str]) -> Sheet:
    """Return the sheet of some criteria of the clause, all of one weight; the clause's default for none."""
    kind = CLAUSES["review_criteria"]
    chosen = names or (kind.default if isinstance(kind.default, list) else [])
    return even_sheet([words for name, words in kind.options if name in chosen])


def sheet_of(call: Call | None, criteria: Sequence[str] = ()) -> Sheet:
    """Return by what the answers to a call are scored; without a call, by the criteria an application was handed in
    under."""
    if call is None:
        return usual_sheet(criteria)
    return [
        Criterion(row.number, row.name, row.weight, row.most, row.words)
        for row in call.criteria.order_by("number")
    ]


def review_is_open(project: Project, moment: datetime) -> bool:
    """Tell whether scores are taken: the application is in, nobody closed its review, and its call's has not ended."""
    return project.state == SUBMITTED and not review_is_over(project, moment)


def review_is_over(project: Project, moment: datetime) -> bool:
    """Tell whether the scores of an application are frozen."""
    if project.review_closed_at is not None or (project.call is not None and project.call.state == CANCELLED):
        return True
    return project.call is not None and is_past_review(project.call, moment)


def is_past_review(call: Call, moment: datetime) -> bool:
    """Tell whether a call's own end of scoring has passed."""
    return call.review_until is not None and moment >= call.review_until


def own_review(project: Project, user: User) -> Review | None:
    """Return what a person gave last; for their own eyes until the review is over."""
    return Review.objects.filter(project=project, user=user, is_current=True).first()


def is_stale(review: Review, project: Project) -> bool:
    """Tell whether the application was changed after a review was given, so that it has to be given again."""
    return review.text_hash != project.text_hash


def reviews_of(project: Project) -> QuerySet[Review]:
    """Return the current reviews of the text that was handed in last, the first given first."""
    return (
        Review.objects.filter(project=project, text_hash=project.text_hash, is_current=True)
        .select_related("user")
        .order_by("given_at", "id")
    )


def answers_to(call: Call) -> QuerySet[Project]:
    """Return the applications that were handed in for a call, in the order they came; drafts are nobody's business."""
    return (
        Project.objects.filter(call=call)
        .exclude(state=DRAFT)
        .select_related("fund__host", "fund__division", "organisation", "call")
        .order_by("submitted_at", "id")
    )


def is_expert(user: User, call: Call | None) -> bool:
    """Tell whether a person is invited to score the answers to a call."""
    return call is not None and Expert.objects.filter(call=call, user=user, ended_at=None).exists()


def to_review(user: User, seated: Q) -> QuerySet[Project]:
    """Return the applications whose review is open and in which a person has not scored the present text: those of
    their committees (`seated`, a condition on projects) and of the calls they are invited to, the first due first.

    Whether they may is judged one by one.
    """
    now = clock.now()
    invited = Expert.objects.filter(user=user, ended_at=None).values("call_id")
    given = Review.objects.filter(user=user, is_current=True).values_list("project_id", "text_hash")
    done = Q()
    for project, text_hash in given.filter(project__state=SUBMITTED):
        done |= Q(pk=project, text_hash=text_hash)
    found = Project.objects.filter(
        seated | Q(call__in=invited),
        Q(call=None) | Q(call__review_until=None) | Q(call__review_until__gt=now),
        state=SUBMITTED,
        review_closed_at=None,
    ).exclude(Q(call__state=CANCELLED) | sealed())
    if done:
        found = found.exclude(done)
    return (
        found.select_related("fund__host", "organisation", "call")
        .order_by("call__review_until", "submitted_at", "id")
        .distinct()
    )
