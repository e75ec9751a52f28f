"""Applications up the levels, quotas and the pilots' share."""

from datetime import date, timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.funds import queries as fund_queries
from apps.funds import services as funds
from apps.funds.models import Approval, Fund, Host
from apps.funds.services import suspend_fund
from apps.seeding import services
from apps.seeding.models import Application, Programme
from apps.seeding.services import Applying, Reach, Step
from apps.users.models import Role
from tests.books import assert_books_clean
from tests.cast import Cast, person
from tests.funds.money import give
from tests.seeding.house import (
    NOW,
    TODAY,
    open_fixed,
    open_matching,
    pass_all,
    seat_officers,
)

pytestmark = pytest.mark.django_db
AFTER_DEADLINE = NOW + timedelta(days=15)


@pytest.fixture(autouse=True)
def _today(cast: Cast) -> Any:
    with clock.set_to(NOW):
        give(cast.general, 50_000_00)
        seat_officers(cast.fund, cast.chair, cast.secretary)
        seat_officers(cast.other_fund, cast.members[0], cast.members[1])
        yield
        # The work behind rewards is written without the grants that would stand behind it.
        for room in ("seeding", "funds", "ledger"):
            assert_books_clean(room)


def applied(cast: Cast, programme: Programme, fund: Fund | None = None) -> Application:
    fund = fund or cast.fund
    by = cast.secretary if fund == cast.fund else cast.members[1]
    return services.apply(programme, fund=fund, words="想办午餐点。", by=by)


def more_funds(cast: Cast, places: dict[str, str]) -> list[Fund]:
    """Open funds by code in divisions."""
    return [
        Fund.objects.create(
            code=code,
            host=cast.host,
            division_id=place,
            kind="community",
            name=f"{code}基金",
            opened_on=date(2026, 1, 1),
        )
        for code, place in places.items()
    ]


# --- applications ---------------------------------------------------------------------------------------------------


def test_an_application_passes_its_levels_and_is_awarded(cast: Cast) -> None:
    programme = open_fixed(cast)
    with pytest.raises(Refused, match="审核通过"):
        services.award(programme, fund=cast.fund, by=cast.admin)
    application = applied(cast, programme)
    approval = Approval.objects.get(code=application.approval_code)
    assert [step.label for step in fund_queries.steps_of(approval)] == ["街镇审核", "区确认"]
    funds.pass_step(approval, by=cast.coordinator)
    assert services.follow_approvals() == 0
    funds.pass_step(approval, by=cast.finance)
    assert services.follow_approvals() == 1
    assert services.follow_approvals() == 0
    application.refresh_from_db()
    assert application.state == "passed"
    made = services.award(programme, fund=cast.fund, by=cast.admin)
    assert (made.amount, made.application) == (100_00, application)


def test_returned_and_handed_in_again(cast: Cast) -> None:
    programme = open_fixed(cast)
    application = applied(cast, programme)
    approval = Approval.objects.get(code=application.approval_code)
    funds.return_step(approval, reason="请写清预算", by=cast.coordinator)
    services.follow_approval(approval.code)
    application.refresh_from_db()
    assert (application.state, application.reason) == ("returned", "请写清预算")
    with pytest.raises(Refused, match="主任或秘书"):
        services.hand_in_again(application, words="改好了", by=cast.stranger)
    with pytest.raises(Refused, match="请写明"):
        services.hand_in_again(application, words=" ", by=cast.secretary)
    # After the deadline a returned one may still be mended.
    with clock.set_to(AFTER_DEADLINE):
        services.hand_in_again(application, words="改好了", by=cast.chair)
        application.refresh_from_db()
        assert application.state == "under_review"
        assert pass_all(cast, application).state == "passed"


def test_refused_and_applied_anew(cast: Cast) -> None:
    programme = open_fixed(cast)
    application = applied(cast, programme)
    funds.refuse_step(Approval.objects.get(), reason="不合条件", by=cast.coordinator)
    services.follow_approvals()
    application.refresh_from_db()
    assert application.state == "refused"
    with pytest.raises(Refused):
        services.withdraw_application(application, by=cast.chair)
    again = applied(cast, programme)
    services.withdraw_application(again, by=cast.chair)
    assert services.withdraw_application(again, by=cast.chair).state == "withdrawn"
    assert applied(cast, programme).state == "under_review"
    assert Application.objects.count() == 3


@pytest.mark.parametrize(
    "what", ["late", "twice", "early", "suspended", "elsewhere", "stranger", "nothing", "closed"]
)
def test_when_an_application_is_refused(cast: Cast, what: str) -> None:
    programme = open_fixed(cast)
    moment, by, fund, words, before = NOW, cast.secretary, cast.fund, "想办午餐点。", 0
    if what == "late":
        moment = AFTER_DEADLINE
    elif what == "early":
        moment = NOW - timedelta(days=30)
    elif what == "twice":
        applied(cast, programme)
        before = 1
    elif what == "suspended":
        suspend_fund(cast.fund, reason="换届", by=None)
    elif what == "elsewhere":
        host = Host.objects.create(code="H-BS", name="璧山区慈善会", uscc="5" * 18, division_id="5001")
        fund = Fund.objects.create(
            code="F-BS", host=host, division_id="5001", kind="district", name="外区", opened_on=TODAY
        )
        by = None
    elif what == "stranger":
        by = cast.members[0]
    elif what == "nothing":
        words = "\u3000"
    elif what == "closed":
        services.close_programme(programme, reason="不办了", by=cast.admin)
    with clock.set_to(moment), pytest.raises(Refused) as refusal:
        services.apply(programme, fund=fund, words=words, by=by)
    assert str(refusal.value).endswith("。")
    assert Application.objects.count() == before == Approval.objects.count()


def test_a_matching_programme_takes_no_applications(cast: Cast) -> None:
    with pytest.raises(Refused, match="不用申请"):
        services.apply(open_matching(cast), fund=cast.fund, words="想要", by=cast.secretary)
    with pytest.raises(Refused, match="不是按基金"):
        services.award(open_matching(cast), fund=cast.fund, by=cast.admin)


# --- chains ---------------------------------------------------------------------------------------------------------


def coordinator(place: str, number: int) -> None:
    user = person(f"统筹{number}", f"level{number}@qj.test")
    Role.objects.create(
        user=user,
        kind="town_coordinator",
        scope_kind="division",
        scope_code=place,
        valid_from=date(2026, 1, 1),
    )


COUNTY_CITY_PROVINCE = tuple(
    Step(label, "town_coordinator", level, 10)
    for label, level in (("县申报", 3), ("市审核", 2), ("省确认", 1))
)


def test_a_chain_up_to_the_province(cast: Cast) -> None:
    for number, place in enumerate(("500110", "5001", "50")):
        coordinator(place, number)
    applying = Applying(date(2026, 11, 30), COUNTY_CITY_PROVINCE)
    programme = services.open_programme(cast.host, **_facts(cast), applying=applying)
    application = applied(cast, programme)
    steps = fund_queries.steps_of(Approval.objects.get(code=application.approval_code))
    assert [(step.label, step.scope_code) for step in steps] == [
        ("县申报", "500110"),
        ("市审核", "5001"),
        ("省确认", "50"),
    ]


def test_a_chain_with_a_missing_level_names_it(cast: Cast) -> None:
    coordinator("500110", 1)
    coordinator("50", 2)
    applying = Applying(date(2026, 11, 30), COUNTY_CITY_PROVINCE)
    with pytest.raises(Refused, match="市审核") as refusal:
        services.open_programme(cast.host, **_facts(cast), applying=applying)
    assert refusal.value.field == "chain"
    assert not Programme.objects.exists()


def test_a_level_missing_for_one_fund_is_named_when_it_applies(cast: Cast) -> None:
    (fund,) = more_funds(cast, {"F-TW": "500110002001"})
    seat_officers(fund, cast.members[2], cast.members[3])
    programme = open_fixed(cast)
    with pytest.raises(Refused, match=r"街镇审核.*文龙街道"):
        services.apply(programme, fund=fund, words="想要", by=cast.members[2])
    assert not Application.objects.exists()


def _facts(cast: Cast) -> dict[str, Any]:
    return {
        "title": "启动资金",
        "pot": 1_000_00,
        "per_fund": 100_00,
        "document": "决议 3 号",
        "opens_on": TODAY,
        "closes_on": date(2026, 12, 31),
        "by": cast.admin,
    }


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (Step("", "finance", 0, 5),),
        (Step("区确认", "finance", 4, 5),),
        (Step("区确认", "finance", 0, 0),),
        (Step("区确认", "donor", 0, 5),),
        (Step("区确认", "town_coordinator", 9, 5),),
    ],
)
def test_what_a_chain_may_not_be(cast: Cast, steps: tuple[Step, ...]) -> None:
    with pytest.raises(Refused) as refusal:
        services.open_programme(cast.host, **_facts(cast), applying=Applying(date(2026, 11, 30), steps))
    assert refusal.value.field == "chain"


# --- quotas and the pilots' share -----------------------------------------------------------------------------------


def test_a_town_gets_at_most_its_quota(cast: Cast) -> None:
    (third,) = more_funds(cast, {"F-TW": "500110002001"})
    programme = open_fixed(cast, applying=False, reach=Reach(quota_level=4, quota_awards=1))
    services.award(programme, fund=cast.fund, by=cast.admin)
    with pytest.raises(Refused, match="名额"):
        services.award(programme, fund=cast.other_fund, by=cast.admin)
    services.award(programme, fund=third, by=cast.admin)
    by_sum = open_fixed(cast, applying=False, reach=Reach(quota_level=4, quota_fen=150_00))
    services.award(by_sum, fund=cast.fund, by=cast.admin)
    with pytest.raises(Refused, match="50"):
        services.award(by_sum, fund=cast.other_fund, by=cast.admin)


def test_the_pilots_share_is_kept(cast: Cast) -> None:
    """Of three sums at least 65 %: by largest remainder two are the pilots', one may go elsewhere."""
    more = more_funds(cast, {"F-T1": "500110002001", "F-T2": "500110002001"})
    reach = Reach(pilots=("500110001",), pilot_bp=6_500)
    programme = open_fixed(cast, applying=False, pot=399_00, reach=reach)
    services.award(programme, fund=more[0], by=cast.admin)
    with pytest.raises(Refused, match="试点"):
        services.award(programme, fund=more[1], by=cast.admin)
    services.award(programme, fund=cast.fund, by=cast.admin)
    services.award(programme, fund=cast.other_fund, by=cast.admin)


def test_only_the_chosen_divisions(cast: Cast) -> None:
    programme = open_fixed(cast, applying=False, reach=Reach(divisions=("500110001002",)))
    with pytest.raises(Refused, match="范围"):
        services.award(programme, fund=cast.fund, by=cast.admin)
    services.award(programme, fund=cast.other_fund, by=cast.admin)


@pytest.mark.parametrize(
    ("reach", "field"),
    [
        (Reach(pilot_bp=10_001, pilots=("500110001",)), "pilot_bp"),
        (Reach(pilot_bp=6_500), "pilots"),
        (Reach(quota_level=4), "quota_level"),
        (Reach(quota_level=7, quota_awards=1), "quota_awards"),
        (Reach(pilot_bp=6_500, pilots=("500110004",)), "pilots"),
    ],
)
def test_what_a_reach_may_not_be(cast: Cast, reach: Reach, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        open_fixed(cast, applying=False, reach=reach)
    assert refusal.value.field == field
