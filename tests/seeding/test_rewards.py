"""Rewards by score: who scores, what a score is worth, and paying all at once."""

from datetime import date, timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.seeding import services
from apps.seeding.models import Application, Award, Programme, Score
from apps.seeding.services import Applying
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give
from tests.seeding.house import (
    NOW,
    accepted_work,
    open_reward,
    pass_all,
    seat_officers,
)
from tests.seeding.test_applications import applied

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


def rewarded(cast: Cast, programme: Programme, points: dict[str, list[tuple[int, int, int]]]) -> list[Award]:
    """Apply, pass and score both funds, then pay."""
    for fund in (cast.fund, cast.other_fund):
        accepted_work(cast, fund, person_times=100, stars=(5, 4))
        application = pass_all(cast, applied(cast, programme, fund))
        for reviewer, row in zip((cast.finance, cast.admin), points[fund.code], strict=True):
            services.score(application, points=row, by=reviewer)
    with clock.set_to(AFTER_DEADLINE):
        return services.pay_rewards(programme, by=cast.admin)


def test_results_are_frozen_and_paid_by_shares_of_the_score(cast: Cast) -> None:
    programme = open_reward(cast)
    made = rewarded(
        cast, programme, {"F-BBT": [(40, 40, 20), (20, 20, 9)], "F-XJZ": [(10, 10, 5), (10, 10, 5)]}
    )
    # 74.50 and 25.00 points of 99.50 share ¥1,000.00.
    assert {award.fund.code: award.amount for award in made} == {"F-BBT": 748_74, "F-XJZ": 251_26}
    application = Application.objects.get(fund=cast.fund)
    assert (application.results["person_times"], application.results["stars"]) == (100, 9)
    accepted_work(cast, cast.fund, person_times=900)
    application.refresh_from_db()
    assert application.results["person_times"] == 100
    with clock.set_to(AFTER_DEADLINE):
        assert services.pay_rewards(programme, by=cast.admin) == made
        with pytest.raises(Refused, match="改分"):
            services.score(application, points=(1, 1, 1), by=cast.finance)


def test_bands_cap_and_what_is_left_of_the_pot(cast: Cast) -> None:
    bands = ((60, 700_00), (80, 900_00))
    programme = open_reward(cast, by_terms={"rule": "bands", "bands": bands, "pass_points": 50})
    made = rewarded(
        cast, programme, {"F-BBT": [(30, 30, 10), (30, 30, 10)], "F-XJZ": [(40, 40, 10), (40, 40, 10)]}
    )
    assert [
        (award.fund.code, award.amount, award.application.cut) for award in made if award.application
    ] == [
        ("F-XJZ", 800_00, "fund"),
        ("F-BBT", 200_00, "pot"),
    ]


def test_below_the_pass_mark_nothing_is_paid(cast: Cast) -> None:
    programme = open_reward(cast, by_terms={"pass_points": 90})
    with pytest.raises(Refused, match="够得上"):
        rewarded(cast, programme, {"F-BBT": [(10, 10, 10)] * 2, "F-XJZ": [(10, 10, 10)] * 2})
    assert not Award.objects.exists()


def test_when_rewards_cannot_be_paid(cast: Cast) -> None:
    programme = open_reward(cast)
    with pytest.raises(Refused, match="还没有验收过的成果"):
        applied(cast, programme)
    accepted_work(cast, cast.fund, person_times=100)
    application = applied(cast, programme)
    with pytest.raises(Refused, match="截止"):
        services.pay_rewards(programme, by=cast.admin)
    with clock.set_to(AFTER_DEADLINE), pytest.raises(Refused, match="1 份申请没有审核完"):
        services.pay_rewards(programme, by=cast.admin)
    pass_all(cast, application)
    services.score(application, points=(1, 1, 1), by=cast.finance)
    with clock.set_to(AFTER_DEADLINE), pytest.raises(Refused, match="只有 1 人评分"):
        services.pay_rewards(programme, by=cast.admin)
    with pytest.raises(Refused):
        services.pay_rewards(programme, by=cast.finance)
    assert not Award.objects.exists()


def test_who_may_score_and_which_points(cast: Cast) -> None:
    programme = open_reward(cast)
    accepted_work(cast, cast.fund, person_times=100)
    application = applied(cast, programme)
    for reviewer in (cast.coordinator, cast.stranger, cast.chair, cast.auditor):
        with pytest.raises(Refused):
            services.score(application, points=(1, 1, 1), by=reviewer)
    for points in ((1, 1), (41, 1, 1), (-1, 1, 1), (1, 1, True)):
        with pytest.raises(Refused):
            services.score(application, points=points, by=cast.finance)
    services.score(application, points=(1, 1, 1), by=cast.finance)
    services.score(application, points=(2, 2, 2), by=cast.finance)
    assert Score.objects.get().points == [2, 2, 2]


@pytest.mark.parametrize(
    ("terms", "changes", "field"),
    [
        ({"criteria": ()}, {}, "criteria"),
        ({"criteria": (("甲", 0),)}, {}, "criteria"),
        ({"criteria": (("甲", 5), ("甲", 5))}, {}, "criteria"),
        ({"bands": ((60, 1),)}, {}, "bands"),
        ({"rule": "bands", "bands": ((101, 1),)}, {}, "bands"),
        ({"rule": "lottery"}, {}, "rule"),
        ({"pass_points": 101}, {}, "pass_points"),
        ({"reviewers_min": 0}, {}, "reviewers_min"),
        ({"results_until": date(2025, 1, 1)}, {}, "results_until"),
        ({}, {"applying": None}, "apply_until"),
        ({}, {"applying": Applying(date(2027, 11, 30), ())}, "apply_until"),
    ],
)
def test_what_a_reward_may_not_be(cast: Cast, terms: Any, changes: Any, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        open_reward(cast, by_terms=terms, **changes)
    assert refusal.value.field == field
    assert not Programme.objects.exists()
