"""Calls, scores and choosing: who may, what counts, and what nobody sees."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.governance.models import Motion
from apps.grants import permissions, queries, services
from apps.projects import services as projects
from apps.projects.models import Call, Criterion, Project, Review
from apps.projects.queries import own_review, reviews_of
from tests.cast import Cast
from tests.grants import calls as c
from tests.grants import house as h
from tests.projects.house import facts

pytestmark = pytest.mark.django_db


def rows(call: Call) -> dict[str, queries.Compared]:
    return {row.project.code: row for row in queries.compare(call).rows}


# --- calls -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "lottery"}, "kind"),
        ({"funds": []}, "funds"),
        ({"closes_at": c.OPENS}, "closes_at"),
        ({"review_until": c.CLOSES}, "review_until"),
        ({"review_until": None}, "review_until"),
        ({"pot": 0}, "pot"),
        ({"pot": 10**15}, "pot"),
        ({"smallest": 0}, "largest"),
        ({"largest": 99_999}, "largest"),
        ({"largest": 3_000_001}, "largest"),
        ({"fields": ["sports"]}, "fields"),
        ({"title": " "}, "title"),
        ({"words": ""}, "words"),
        ({"sheet": []}, "criteria"),
    ],
)
def test_a_call_that_cannot_be_is_refused(house: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        c.drafted(house, **changes)
    assert refused.value.field == field
    assert not Call.objects.exists()


def test_a_call_is_run_by_the_host_or_the_officers_of_every_fund(house: Cast) -> None:
    for by in (house.members[0], house.supervisor, house.finance, house.implementer, house.stranger):
        with pytest.raises(Refused):
            c.drafted(house, by=by)
    with pytest.raises(Refused, match="每个基金"):
        c.drafted(house, funds=[house.fund, house.other_fund])
    call = c.drafted(house, funds=[house.fund, house.other_fund], by=house.admin)
    with pytest.raises(Refused, match="每个基金"):
        services.publish_call(call, by=house.secretary)
    assert c.drafted(house, key="C23456789AB").pk == c.drafted(house, key="C23456789AB").pk


@pytest.mark.both_databases
def test_criteria_are_frozen_when_the_call_is_public(house: Cast) -> None:
    call = c.published(house)
    row = call.criteria.get(number=1)
    for change in (
        lambda: Criterion.objects.filter(pk=row.pk).update(weight=50),
        lambda: Criterion.objects.filter(pk=row.pk).delete(),
        lambda: Criterion.objects.create(call=call, number=9, name="x", weight=1, most=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with clock.set_to(c.CLOSES), pytest.raises(Refused, match="已经过了"):
        services.publish_call(c.drafted(house), by=house.secretary)


def test_answers_are_taken_in_time_in_bounds_and_for_its_funds(house: Cast) -> None:
    call = c.published(house, fields=["elderly"])
    project = c.answered(house, call)
    assert project.call == call and project.text_hash
    for amount in (99_999, 2_000_001):
        with pytest.raises(Refused, match="可以申请"):
            c.answered(house, call, amount=amount)
    with pytest.raises(Refused, match="领域"):
        c.answered(house, call, field="safety")
    with pytest.raises(Refused, match="不接受"):
        c.answered(house, call, fund=house.other_fund)
    for moment in (c.OPENS - timedelta(seconds=1), c.CLOSES):
        with clock.set_to(moment), pytest.raises(Refused, match="不接受"):
            projects.apply(house.fund, **facts(house, call=call))
    with clock.set_to(c.APPLYING):
        late = projects.apply(house.fund, **facts(house, call=call, budget=[("materials", "x", 200_000)]))
    with clock.set_to(c.CLOSES), pytest.raises(Refused, match="截止"):
        projects.submit(late, by=house.implementer)
    with clock.set_to(c.CLOSES), pytest.raises(Refused, match="秘书"):
        projects.withdraw(project, by=house.implementer)


def test_a_returned_answer_may_come_again_until_the_review_ends(house: Cast) -> None:
    project = c.answered(house, c.published(house))
    with clock.set_to(c.REVIEWING):
        with pytest.raises(Refused, match="原因"):
            services.return_application(project, reason=" ", by=house.secretary)
        returned = services.return_application(project, reason="预算没写清楚", by=house.secretary)
        assert (returned.state, returned.reason) == ("draft", "预算没写清楚")
        letter = OutboxMessage.objects.get(key__startswith="application-returned:")
        assert letter.address == house.implementer.email and "预算没写清楚" in letter.body
        again = projects.submit(returned, by=house.implementer)
        assert (again.state, again.reason) == ("submitted", "")
        services.return_application(again, reason="还是不清楚", by=house.secretary)
    with clock.set_to(c.REVIEW_ENDS), pytest.raises(Refused, match="截止"):
        projects.submit(project, by=house.implementer)


def test_a_cancelled_call_tells_its_applicants_and_takes_no_scores(house: Cast) -> None:
    call = c.published(house)
    project = c.answered(house, call)
    with clock.set_to(c.APPLYING):
        services.cancel_call(call, reason="经费没到位", by=house.secretary)
    assert "经费没到位" in OutboxMessage.objects.get(key__startswith="call-cancelled:").body
    with pytest.raises(Refused, match="结束"):
        c.scored(project, house.members[0])
    assert not queries.reviews_owed(house.members[0]).exists()


# --- scores ----------------------------------------------------------------------------------------------------------


def test_a_review_may_be_changed_until_the_close_and_one_is_current(house: Cast) -> None:
    project = c.answered(house, c.published(house))
    first = c.scored(project, house.members[0], 8, 4)
    assert c.scored(project, house.members[0], 8, 4).pk == first.pk
    second = c.scored(project, house.members[0], 6, 5, "再想了想")
    assert own_review(project, house.members[0]) == second
    assert Review.objects.count() == 2 and Review.objects.filter(is_current=True).count() == 1
    with clock.set_to(c.REVIEW_ENDS), pytest.raises(Refused, match="已经结束"):
        services.review(project, points={1: 1, 2: 1}, opinion="", seen=project.text_hash, by=house.members[0])
    # Neither points nor opinion are in the audit.
    events = AuditEvent.objects.filter(verb="hand_in_review")
    assert {tuple(event.facts) for event in events} == {("again",)}


@pytest.mark.both_databases
def test_the_database_keeps_reviews_as_they_were_given(house: Cast) -> None:
    project = c.answered(house, c.published(house))
    review = c.scored(project, house.members[0])
    late = {"project": project, "user": house.members[1], "points": [1, 1], "text_hash": project.text_hash}
    attacks = (
        lambda: Review.objects.filter(pk=review.pk).update(points=[10, 5]),
        lambda: Review.objects.filter(pk=review.pk).delete(),
        lambda: Review.objects.create(**late, given_at=c.REVIEW_ENDS),
        lambda: Review.objects.create(**{**late, "text_hash": "other"}, given_at=c.REVIEWING),
        lambda: Review.objects.create(**{**late, "user": house.members[0]}, given_at=c.REVIEWING),
    )
    for attack in attacks:
        with pytest.raises(IntegrityError), transaction.atomic():
            attack()


@pytest.mark.parametrize(
    "who",
    ["secretary", "supervisor", "admin", "finance", "coordinator", "auditor", "stranger", "implementer"],
)
def test_only_voting_members_and_experts_score(house: Cast, who: str) -> None:
    project = c.answered(house, c.published(house))
    with pytest.raises(Refused):
        c.scored(project, getattr(house, who))
    assert not Review.objects.exists()
    c.scored(project, house.chair)


def test_who_is_tied_steps_aside_and_who_applies_judges_nobody(house: Cast) -> None:
    call = c.published(house)
    ours = c.answered(house, call)
    organisation, applicant = c.another_organisation(house)
    theirs = c.answered(house, call, organisation=organisation, by=applicant, title="邻里花园")
    c.tie(house.members[0], house.organisation)
    with pytest.raises(Refused, match="回避"):
        c.scored(ours, house.members[0])
    c.scored(theirs, house.members[0])
    # A member who acts for one applicant scores no application of that call, not even a rival's.
    role = applicant.roles.get()
    role.pk, role.user = None, house.members[1]
    role.save()
    for project in (ours, theirs):
        with pytest.raises(Refused, match="申请"):
            c.scored(project, house.members[1])
    assert not permissions.may_compare(house.members[1], call)
    assert rows(call)[ours.code].aside == (house.members[0].name,)


def test_a_tie_declared_later_takes_the_score_out(house: Cast) -> None:
    project = c.answered(house, c.published(house))
    c.scored(project, house.members[0])
    c.scored(project, house.members[1])
    assert len(queries.counted_reviews(project)) == 2
    c.tie(house.members[0], house.organisation)
    assert [row.user for row in queries.counted_reviews(project)] == [house.members[1]]


def test_an_invited_expert_scores_and_has_no_vote(house: Cast) -> None:
    call = c.published(house)
    project = c.answered(house, call)
    with clock.set_to(c.APPLYING):
        with pytest.raises(Refused, match="自己"):
            services.invite_expert(call, email=house.secretary.email, name="我", by=house.secretary)
        with pytest.raises(Refused):
            services.invite_expert(call, email="x@qj.test", name="x", by=house.members[0])
        expert = services.invite_expert(call, email="expert@qj.test", name="孙教授", by=house.secretary)
        assert services.invite_expert(call, email="expert@qj.test", name="", by=house.secretary) == expert
    assert OutboxMessage.objects.filter(address="expert@qj.test").count() == 1
    review = c.scored(project, expert.user)
    assert review.is_expert and len(queries.counted_reviews(project)) == 1
    assert not permissions.may_compare(expert.user, call)
    assert not permissions.may_read_reviews(expert.user, project)
    services.dismiss_expert(expert, by=house.secretary)
    assert queries.counted_reviews(project) == []
    with pytest.raises(Refused):
        c.scored(project, expert.user, 1, 1)


def test_an_edited_application_must_be_scored_again(house: Cast) -> None:
    project = c.answered(house, c.published(house))
    seen = project.text_hash
    c.scored(project, house.members[0])
    with clock.set_to(c.APPLYING):
        project = projects.withdraw(project, by=house.implementer)
        same = facts(house, budget=[("materials", "食材", 1_500_000)])
        same.pop("organisation")
        project = projects.edit(project, **same)
        project = projects.submit(project, by=house.implementer)
    assert project.text_hash == seen and reviews_of(project).count() == 1
    with clock.set_to(c.APPLYING):
        project = projects.withdraw(project, by=house.implementer)
        project = projects.edit(project, **{**same, "goal": "改成晚饭"})
        project = projects.submit(project, by=house.implementer)
    assert project.text_hash != seen and not reviews_of(project).exists()
    with clock.set_to(c.REVIEWING):
        assert list(queries.reviews_owed(house.members[0])) == [project]
        with pytest.raises(Refused, match="改过"):
            services.review(project, points={1: 1, 2: 1}, opinion="", seen=seen, by=house.members[0])
    c.scored(project, house.members[0], 5, 5)
    assert reviews_of(project).count() == 1


# --- comparing and choosing ------------------------------------------------------------------------------------------


def two_answers(house: Cast) -> tuple[Call, Project, Project]:
    call = c.published(house)
    first = c.answered(house, call, amount=2_000_000)
    organisation, applicant = c.another_organisation(house)
    second = c.answered(
        house, call, organisation=organisation, by=applicant, title="邻里花园", amount=1_500_000
    )
    return call, first, second


def test_scores_stay_hidden_until_the_review_is_over(house: Cast) -> None:
    call, first, second = two_answers(house)
    for user in house.members[:3]:
        c.scored(first, user, 10, 5)
        c.scored(second, user, 5, 5)
    c.scored(first, house.members[0], 9, 5)
    with clock.set_to(c.REVIEWING):
        assert [row.scores for row in queries.compare(call).rows] == [None, None]
        assert queries.compare(call).suggested() == []
    with clock.set_to(c.CHOOSING):
        compared = queries.compare(call)
        assert [row.project for row in compared.rows] == [first, second]
        found = compared.rows[0].scores
        assert found is not None and found.count == 3
        assert (found.mean, found.spread) == (Fraction(94 + 100 + 100, 3), 6)
        # Both cost more than the pot of ¥30,000: the second is passed over.
        assert compared.suggested() == [first.code]


def test_scores_of_too_few_stay_hidden_and_the_review_may_be_extended(house: Cast) -> None:
    c.rule(house, reviewers_min=2)
    call, first, second = two_answers(house)
    c.scored(first, house.members[0])
    c.scored(first, house.members[1])
    c.scored(second, house.members[0])
    with clock.set_to(c.CHOOSING):
        assert [row.project for row in queries.compare(call).short] == [second]
        assert all(row.scores is None for row in queries.compare(call).rows)
        with pytest.raises(Refused, match="至少要有 2 人"):
            services.table_project(second, by=house.secretary)
        with pytest.raises(Refused, match="晚于"):
            services.extend_review(call, until=c.REVIEW_ENDS, by=house.secretary)
        services.extend_review(call, until=c.CHOOSING + timedelta(days=1), by=house.secretary)
        services.review(second, points={1: 1, 2: 1}, opinion="", seen=second.text_hash, by=house.members[2])
    with clock.set_to(c.CHOOSING + timedelta(days=2)):
        assert all(row.scores is not None for row in queries.compare(call).rows)
        with pytest.raises(Refused, match="不能再延长"):
            services.extend_review(call, until=c.CHOOSING + timedelta(days=9), by=house.secretary)


def test_tabling_waits_for_the_reviewers_and_closes_the_review(house: Cast) -> None:
    c.rule(house, reviewers_min=1)
    project = h.submitted(house)
    with pytest.raises(Refused, match="至少要有 1 人"):
        services.table_project(project, by=house.secretary)
    points = dict.fromkeys(range(1, 6), 8)
    with clock.set_to(h.NOON):
        services.review(project, points=points, opinion="好", seen=project.text_hash, by=house.members[0])
        services.table_project(project, by=house.secretary)
        with pytest.raises(Refused, match="已经结束"):
            services.review(project, points=points, opinion="", seen=project.text_hash, by=house.chair)


def test_choosing_makes_draft_motions_all_or_none(house: Cast) -> None:
    call, first, second = two_answers(house)
    with clock.set_to(c.REVIEWING), pytest.raises(Refused, match="还没有结束"):
        services.table_chosen(call, codes=[first.code], by=house.secretary)
    with clock.set_to(c.CHOOSING):
        with pytest.raises(Refused, match=r"多 ¥5,000\.00"):
            services.table_chosen(call, codes=[first.code, second.code], by=house.secretary)
        # The second is a team without a registered code: a person has to look first.
        with pytest.raises(Refused, match=r"邻里花园.*统一社会信用代码"):
            services.table_chosen(call, codes=[second.code], by=house.secretary)
        assert not Motion.objects.exists()
        for codes in ([], ["P-NONE"], [first.code, "P-NONE"]):
            with pytest.raises(Refused, match="勾选"):
                services.table_chosen(call, codes=codes, by=house.secretary)
        with pytest.raises(Refused, match="主任或秘书"):
            services.table_chosen(call, codes=[first.code], by=house.members[0])
        (motion,) = services.table_chosen(call, codes=[first.code], by=house.secretary)
        assert (motion.state, motion.amount) == ("draft", 2_000_000)
        compared = queries.compare(call)
        assert compared.spent == 2_000_000 and compared.weighed([second.code]).left == -500_000
        # What the committee votes on, and the public will read, says nothing of scores.
        assert "score" not in motion.subject and "points" not in motion.subject


def test_what_a_fund_cannot_spend_is_not_chosen(cast: Cast) -> None:
    h.seat_everyone(cast)
    h.money(cast, restricted=1_800_000)
    call, first, _second = two_answers(cast)
    with clock.set_to(c.CHOOSING), pytest.raises(Refused, match="百步梯"):
        services.table_chosen(call, codes=[first.code], by=cast.secretary)
    assert queries.compare(call).weighed([first.code]).over == {cast.fund.code}


def test_who_is_not_chosen_is_told_why_and_nobody_else(house: Cast) -> None:
    _call, first, _second = two_answers(house)
    with clock.set_to(c.REVIEWING), pytest.raises(Refused, match="还没有结束"):
        services.not_choose(first, reason="x", by=house.secretary)
    with clock.set_to(c.CHOOSING):
        found = services.not_choose(first, reason="这次钱不够，下一次请早", by=house.secretary)
    assert found.state == "not_chosen"
    letter = OutboxMessage.objects.get(key=f"not-chosen:{first.code}:{house.implementer.pk}")
    assert "下一次请早" in letter.body
    assert not any(user.name in letter.body for user in house.members)
    plain = h.submitted(house)
    with pytest.raises(Refused, match="不是回应征集"):
        services.not_choose(plain, reason="x", by=house.secretary)
