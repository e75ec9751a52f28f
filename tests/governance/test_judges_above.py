"""Who sits on a committee does not judge its motions on a level above, whatever other role they hold."""

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.funds import permissions as fund_permissions
from apps.funds import queries as fund_queries
from apps.funds import services as funds
from apps.funds.models import ApprovalStep
from apps.governance import queries, services
from apps.governance.checks.life import judged_by_a_member
from apps.governance.models import Motion
from apps.users.models import Role, User
from tests.cast import OPENED, Cast, person
from tests.governance.house import DEADLINE, NOON, give_seat, make_draft
from tests.governance.life import approval_of, carry, open_now, set_rules

pytestmark = pytest.mark.django_db
LEVELS = {
    "town": ("town_coordinator", "division", "500110001"),
    "district": ("host_admin", "host", "H-QJ"),
}
OFFICES = ("chair", "member", "secretary", "supervisor")


def hold(user: User, level: str) -> User:
    kind, scope, code = LEVELS[level]
    Role.objects.create(user=user, kind=kind, scope_kind=scope, scope_code=code, valid_from=OPENED)
    return user


def holder(house: Cast, office: str) -> User:
    return {"member": house.members[0]}.get(office) or getattr(house, office)  # type: ignore[no-any-return]


def carried(house: Cast, level: str) -> Motion:
    """A grant that one level above has to agree to, carried."""
    set_rules(house, **{{"town": "town_review_fen", "district": "district_confirm_fen"}[level]: 1_000_000})
    with clock.set_to(NOON):
        motion = make_draft(house)
    return carry(house, open_now(house, motion))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("office", OFFICES)
def test_no_office_of_the_committee_judges_on_any_level(house: Cast, office: str, level: str) -> None:
    member = hold(holder(house, office), level)
    outsider = house.coordinator if level == "town" else house.admin
    motion = carried(house, level)
    approval = approval_of(motion)
    with clock.set_to(DEADLINE):
        assert not fund_queries.approvals_waiting_for(member).exists()
        for verb, words in ((funds.pass_step, {}), (funds.refuse_step, {"reason": "不行"})):
            with pytest.raises(Refused, match=r"管委会任职|您提出的"):
                verb(approval, by=member, **words)  # type: ignore[operator]
        funds.pass_step(approval, by=outsider)
        assert services.review_decided(approval.code).state == "in_force"


@pytest.mark.parametrize("level", LEVELS)
def test_a_tie_to_the_implementer_keeps_a_level_from_judging(house: Cast, level: str) -> None:
    tied = hold(person("有关系的人", "tied@qj.test"), level)
    with clock.set_to(NOON):
        services.declare_tie(tied, kind="kin", organisation_code="O-NY", by=tied)
    approval = approval_of(carried(house, level))
    with clock.set_to(DEADLINE):
        assert (
            fund_permissions.may_decide(tied, approval).reason == "您和这件事有申报过的关系，要由别人来批。"
        )


@pytest.mark.parametrize("level", LEVELS)
def test_a_vote_does_not_open_where_only_its_own_people_could_judge(house: Cast, level: str) -> None:
    kind, _scope, _code = LEVELS[level]
    Role.objects.filter(kind=kind).delete()
    hold(house.members[0], level)
    with pytest.raises(Refused, match="本管委会的人"):
        carried(house, level)


def test_who_left_the_committee_after_voting_still_does_not_judge(house: Cast) -> None:
    member = hold(house.members[0], "town")
    motion = carried(house, "town")
    assert member.pk in queries.parties_to(motion)
    with clock.set_to(DEADLINE):
        seat = queries.seat_of(member, house.fund)
        assert seat is not None
        services.end_seat(seat, by=house.admin)
        assert queries.seat_of(member, house.fund) is None
        assert not fund_permissions.may_decide(member, approval_of(motion))


def test_who_takes_a_seat_while_a_level_looks_does_not_judge_any_more(house: Cast) -> None:
    hold(person("另一位", "town2@qj.test"), "town")
    motion = carried(house, "town")
    with clock.set_to(DEADLINE):
        assert fund_permissions.may_decide(house.coordinator, approval_of(motion))
        give_seat(house.fund.committee, house.coordinator, "supervisor", "host_staff")
        assert not fund_permissions.may_decide(house.coordinator, approval_of(motion))


def test_the_check_finds_a_member_who_judged(house: Cast) -> None:
    motion = carried(house, "town")
    with clock.set_to(DEADLINE):
        funds.pass_step(approval_of(motion), by=house.coordinator)
    assert not list(judged_by_a_member())
    ApprovalStep.objects.update(decided_by_id=house.members[1].pk)
    assert list(judged_by_a_member()) == [{"motion": motion.code}]
