"""After the count: the levels above, what comes into force, and what each kind of motion then does."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from apps.core import clock
from apps.core.checks import Row
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.funds import services as funds
from apps.funds.models import Approval, PurposeChange, Restriction, Rulebook
from apps.funds.queries import effective_rules
from apps.governance import queries, services
from apps.governance.checks import CHECKS
from apps.governance.models import AdoptedBudget, Motion, Seat
from apps.governance.services import proposals
from apps.users.models import Role, User
from tests.cast import Cast
from tests.governance.house import DEADLINE, FROM, NOON, at, make_draft
from tests.governance.life import DAY, adopt, approval_of, carry, open_now, set_rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept() -> Any:
    yield
    broken: list[Row] = [row for check in CHECKS for row in check.rows()]
    assert not broken


def large(house: Cast) -> Motion:
    """A grant above the town's limit, carried."""
    set_rules(house, town_review_fen=1_000_000, review_days=7)
    with clock.set_to(NOON):
        motion = make_draft(house)
    return carry(house, open_now(house, motion))


def follow() -> int:
    return at(DEADLINE, services.follow_decided)


# --- the levels above ----------------------------------------------------------------------------------------------


def test_within_the_limits_it_is_in_force_at_once(house: Cast) -> None:
    with clock.set_to(NOON):
        motion = make_draft(house)
    carried = carry(house, open_now(house, motion))
    assert (carried.state, carried.settled_at) == ("in_force", DEADLINE)
    assert not Approval.objects.exists()


def test_above_the_towns_limit_the_town_agrees(house: Cast) -> None:
    motion = large(house)
    assert motion.state == "carried"
    with clock.set_to(DEADLINE):
        assert queries.waits_above(motion) == ("街镇审核", DEADLINE)
        step = approval_of(motion).steps.get()
        assert (step.role_kind, step.scope_code, step.due_at) == (
            "town_coordinator",
            "500110001",
            DEADLINE + 7 * DAY,
        )
        funds.pass_step(approval_of(motion), by=house.coordinator)
        services.review_decided(approval_of(motion).code)
    motion.refresh_from_db()
    assert (motion.state, motion.settled_at) == ("in_force", DEADLINE)
    assert queries.result(motion) is not None


def test_above_the_districts_limit_both_agree_one_after_the_other(house: Cast) -> None:
    set_rules(house, town_review_fen=1_000_000, district_confirm_fen=1_500_000)
    with clock.set_to(NOON):
        draft = make_draft(house)
    motion = carry(house, open_now(house, draft))
    with clock.set_to(DEADLINE):
        funds.pass_step(approval_of(motion), by=house.coordinator)
        assert services.review_decided(approval_of(motion).code).state == "carried"
        funds.pass_step(approval_of(motion), by=house.admin)
        assert services.review_decided(approval_of(motion).code).state == "in_force"


def test_sent_back_with_reasons_is_the_end_of_this_motion(house: Cast) -> None:
    motion = large(house)
    before = motion.result
    with clock.set_to(DEADLINE):
        with pytest.raises(Refused, match="原因"):
            funds.return_step(approval_of(motion), reason=" ", by=house.coordinator)
        funds.return_step(approval_of(motion), reason="请补上食品经营许可", by=house.coordinator)
    assert follow() == 1
    motion.refresh_from_db()
    assert (motion.state, motion.result) == ("returned", before)
    assert queries.return_reason(motion) == "请补上食品经营许可"
    assert OutboxMessage.objects.filter(
        key__startswith="governance.returned:", body__contains="食品经营许可"
    ).exists()
    with pytest.raises(Refused):
        at(DEADLINE, lambda: services.withdraw(motion, by=house.chair))
    with clock.set_to(DEADLINE):
        again = make_draft(house, follows=motion)
    assert again.follows == motion


def test_only_what_was_sent_back_can_be_followed(house: Cast) -> None:
    with clock.set_to(NOON):
        other = make_draft(house)
        with pytest.raises(Refused, match="被上级退回"):
            make_draft(house, follows=other)


def test_a_vote_does_not_open_where_a_level_is_missing(house: Cast) -> None:
    set_rules(house, town_review_fen=1_000_000)
    Role.objects.filter(kind="town_coordinator").delete()
    with clock.set_to(NOON):
        motion = make_draft(house)
    with pytest.raises(Refused, match=r"街镇审核.*没有人担任"):
        open_now(house, motion)
    motion.refresh_from_db()
    assert (motion.state, motion.roll.count()) == ("draft", 0)


def test_a_level_that_went_missing_holds_the_motion_until_somebody_is_there(house: Cast) -> None:
    set_rules(house, town_review_fen=1_000_000)
    with clock.set_to(NOON):
        motion = make_draft(house)
    open_now(house, motion)
    role = Role.objects.get(kind="town_coordinator")
    Role.objects.filter(pk=role.pk).update(ended_at=NOON)
    motion.refresh_from_db()
    carried = carry(house, motion)
    assert carried.state == "carried"
    assert follow() == 0
    assert not Approval.objects.exists()
    Role.objects.filter(pk=role.pk).update(ended_at=None)
    assert follow() == 1
    assert approval_of(carried).state == "open"


# --- what each kind does -------------------------------------------------------------------------------------------


def rule_change(house: Cast, **changes: Any) -> services.Proposal:
    facts: dict[str, Any] = {
        "title": "百步梯社区慈善基金管理办法",
        "document": "",
        "clauses": {"notice_days": (10, "第三条")},
        "effective_from": clock.day_of(NOON),
        "reason": "公示久一点",
    } | changes
    return at(NOON, lambda: proposals.rule_change(house.fund, **facts))


def test_a_rule_change_becomes_a_version_of_the_communitys_rules(house: Cast) -> None:
    motion = adopt(house, rule_change(house))
    assert (motion.state, motion.is_major) == ("in_force", True)
    assert follow() == 1
    motion.refresh_from_db()
    book = Rulebook.objects.get()
    assert (book.level, book.division_id, book.effective_from) == (
        4,
        house.fund.division_id,
        clock.day_of(DEADLINE),
    )
    assert effective_rules(house.fund, clock.day_of(DEADLINE))["notice_days"].value == 10
    assert (motion.done_at, book.motion_code) == (DEADLINE, motion.code)
    assert follow() == 0
    assert Rulebook.objects.count() == 1


def test_a_rule_looser_than_above_is_refused_when_tabled_and_again_when_adopted(house: Cast) -> None:
    with pytest.raises(Refused, match="松") as refusal:
        rule_change(house, clauses={"notice_days": (3, "")})
    assert refusal.value.field == "notice_days"
    motion = adopt(house, rule_change(house))
    set_rules(house, notice_days=15)
    assert follow() == 0
    motion.refresh_from_db()
    assert (motion.state, motion.done_at) == ("in_force", None)
    assert "松" in motion.waits_for
    assert Rulebook.objects.count() == 1


@pytest.mark.parametrize("changes", [{"clauses": {}}, {"effective_from": date(2026, 1, 1)}])
def test_a_rule_change_without_rules_or_backwards_is_refused(house: Cast, changes: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        rule_change(house, **changes)


def purpose(house: Cast, **changes: Any) -> services.Proposal:
    facts: dict[str, Any] = {
        "restriction": None,
        "purpose": "社区公益和居家养老",
        "basis": "filing",
        "reference": "綦民备〔2026〕8号",
        "dated": date(2026, 11, 1),
        "reason": "老人多了",
    } | changes
    return at(NOON, lambda: proposals.purpose_change(house.fund, **facts))


def test_a_change_of_purpose_needs_its_basis_and_the_districts_word(house: Cast) -> None:
    for changes, field in (
        ({"basis": ""}, "basis"),
        ({"reference": ""}, "reference"),
        ({"dated": date(2026, 12, 1)}, "dated"),
        ({"purpose": "社区公益"}, "purpose"),
    ):
        with pytest.raises(Refused) as refusal:
            purpose(house, **changes)
        assert refusal.value.field == field
    motion = adopt(house, purpose(house))
    assert (motion.state, motion.is_major) == ("carried", True)
    with clock.set_to(DEADLINE):
        funds.pass_step(approval_of(motion), by=house.admin)
    follow()
    follow()
    house.fund.refresh_from_db()
    change = PurposeChange.objects.get()
    assert house.fund.purpose == "社区公益和居家养老"
    assert (change.before, change.source, change.basis) == ("社区公益", motion.code, "filing")


def test_the_purpose_of_a_restriction_changes_with_the_donors_consent(house: Cast) -> None:
    given = Restriction.objects.create(code="R-1", fund=house.fund, purpose="买轮椅")
    motion = adopt(
        house, purpose(house, restriction=given, purpose="买助行器", basis="consent", reference="同意书")
    )
    with clock.set_to(DEADLINE):
        funds.pass_step(approval_of(motion), by=house.admin)
    follow()
    follow()
    given.refresh_from_db()
    assert given.purpose == "买助行器"


def test_a_budget_is_adopted_and_the_latest_holds(house: Cast) -> None:
    def budget(amount: int) -> services.Proposal:
        lines = {"elderly": amount, "children": 0}
        return at(NOON, lambda: proposals.budget(house.fund, year=2027, lines=lines, reason=""))

    for amount in (3_000_000, 4_000_000):
        adopt(house, budget(amount))
        follow()
    assert [row.total for row in AdoptedBudget.objects.order_by("pk")] == [3_000_000, 4_000_000]
    with clock.set_to(NOON):
        for year, lines in ((2025, {"elderly": 1}), (2027, {}), (2027, {"gold": 1}), (2027, {"elderly": -1})):
            with pytest.raises(Refused):
                proposals.budget(house.fund, year=year, lines=lines, reason="")


def election(house: Cast, from_day: date) -> services.Proposal:
    chair, member = (Seat.objects.get(user=user) for user in (house.chair, house.members[0]))
    nominations = [
        proposals.Nomination(house.members[0], "chair", "resident", replaces=chair),
        proposals.Nomination(house.stranger, "member", "volunteer", replaces=member),
    ]
    return at(
        NOON,
        lambda: proposals.election(
            house.fund, nominations=nominations, from_day=from_day, until_day=date(2028, 12, 31), reason=""
        ),
    )


def test_who_is_elected_is_seated_and_who_they_follow_leaves(house: Cast) -> None:
    motion = adopt(house, election(house, clock.day_of(NOON)))
    assert "@" not in motion.subject
    follow()
    motion.refresh_from_db()
    assert motion.waits_for == ""
    with clock.set_to(DEADLINE + DAY):
        held = {seat.user_id: seat.office for seat in queries.seats_of(house.fund)}
    assert held[house.members[0].pk] == "chair"
    assert held[house.stranger.pk] == "member"
    assert house.chair.pk not in held


def test_an_election_for_later_waits_for_its_day(house: Cast) -> None:
    motion = adopt(house, election(house, clock.day_of(DEADLINE) + 10 * DAY))
    follow()
    motion.refresh_from_db()
    assert (motion.done_at, "任期从" in motion.waits_for) == (None, True)
    at(DEADLINE + 10 * DAY, services.follow_decided)
    motion.refresh_from_db()
    assert motion.done_at is not None


def test_a_name_written_otherwise_since_the_vote_holds_nobody_up(house: Cast) -> None:
    motion = adopt(house, election(house, clock.day_of(NOON)))
    house.stranger.name = "路人（更正）"
    house.stranger.save(update_fields=["name"])
    follow()
    motion.refresh_from_db()
    assert motion.done_at is not None
    with clock.set_to(DEADLINE + DAY):
        assert queries.seats_of(house.fund).get(user=house.stranger).office == "member"


def test_nobody_of_the_same_name_slips_into_what_the_members_were_told(house: Cast) -> None:
    """The text holds names and no accounts, so another person of the same name would leave its fingerprint as it is."""
    proposal = election(house, FROM)
    first, second = proposal.nominations
    namesake = User.objects.create(email="namesake@x.example", name=second.user.name)
    swapped = replace(proposal, nominations=[first, replace(second, user=namesake)])
    with clock.set_to(NOON):
        motion = services.table_proposal(house.fund, proposal, by=house.secretary)
        services.revise(motion, swapped, by=house.secretary)
        assert motion.nominees.filter(user=namesake).exists()
        motion = services.give_notice(motion, by=house.secretary)
        with pytest.raises(Refused, match="同名"):
            services.revise(motion, proposal, by=house.secretary)
    assert motion.nominees.filter(user=namesake).exists()


@pytest.mark.parametrize(("clause", "aside"), [("votes", 0), ("recused", 1)])
def test_who_stands_may_vote_unless_the_rules_say_no(house: Cast, clause: str, aside: int) -> None:
    set_rules(house, nominee_recusal=clause)
    with clock.set_to(NOON):
        motion = services.table_proposal(house.fund, election(house, FROM), by=house.secretary)
    opened = open_now(house, motion)
    assert opened.recusals.count() == aside


def test_closing_a_fund_goes_to_the_district(house: Cast) -> None:
    with clock.set_to(NOON):
        with pytest.raises(Refused, match="剩下的钱"):
            proposals.closing(house.fund, reason="居民搬迁", surplus=" ")
        proposal = proposals.closing(
            house.fund, reason="居民搬迁", surplus="转给相邻社区的养老项目", receiver=house.other_fund
        )
    motion = adopt(house, proposal)
    assert (motion.state, motion.is_major) == ("carried", True)
    with clock.set_to(DEADLINE), pytest.raises(Refused, match="已经提交过"):
        services.table_proposal(house.fund, proposal, by=house.chair)


def test_checks_find_what_was_settled_against_the_levels_above(house: Cast) -> None:
    motion = large(house)
    with transaction.atomic():
        savepoint = transaction.savepoint()
        Motion.objects.filter(pk=motion.pk).update(state="in_force", settled_at=DEADLINE)
        broken = {check.name for check in CHECKS if list(check.rows())}
        transaction.savepoint_rollback(savepoint)
    assert broken == {"governance.settled"}
