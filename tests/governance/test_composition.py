"""Whether a committee may decide: every clause by table, then with the clauses of a rulebook."""

from datetime import date, timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.governance import queries, rules, services
from apps.governance.models import Committee, Motion, Seat
from apps.governance.rules import Limits, Place
from tests.cast import Cast
from tests.governance.house import FROM, NOON, UNTIL, adopt, give_seat, make_committee, open_motion, put_money

LIMITS: dict[str, Any] = {"min_size": 5, "odd": True, "supervisor_min": 1, "unpaid": True, "kin_apart": True}
FIVE = [Place(number, "chair" if number == 0 else "member", "resident") for number in range(5)]
WATCHED = [*FIVE, Place(9, "supervisor", "host_staff")]


@pytest.mark.parametrize(
    ("places", "size", "limits", "broken"),
    [
        (WATCHED, 5, {}, []),
        (WATCHED, 7, {}, []),
        (WATCHED[1:], 5, {}, ["committee_min_size"]),
        (WATCHED, 6, {}, ["committee_odd"]),
        (WATCHED, 6, {"odd": False}, []),
        (FIVE, 5, {}, ["supervisor_min"]),
        ([*FIVE, Place(9, "supervisor", "firm", is_paid=True)], 5, {}, ["supervisor_min"]),
        ([*FIVE, Place(9, "supervisor", "firm", kin=frozenset({3}))], 5, {}, ["supervisor_min"]),
        ([*FIVE, Place(4, "supervisor", "firm")], 5, {}, ["supervisor_min"]),
        ([*WATCHED, Place(10, "secretary", "social_worker", is_paid=True)], 5, {}, []),
        ([*WATCHED[1:], Place(0, "chair", "party", is_paid=True)], 5, {}, ["committee_unpaid"]),
        ([*WATCHED[1:], Place(0, "chair", "party", is_paid=True)], 5, {"unpaid": False}, []),
        (WATCHED, 5, {"kinds": {"donor": (1, 25)}}, ["seats_donor_min"]),
        (WATCHED, 5, {"kinds": {"resident": (1, 4)}}, ["seats_resident_max"]),
        (WATCHED, 5, {"kinds": {"resident": (5, 5), "firm": (0, 0)}}, []),
        ([*WATCHED[1:], Place(0, "chair", "party", kin=frozenset({1}))], 5, {}, ["kin_apart"]),
        ([*WATCHED[1:], Place(0, "chair", "party", kin=frozenset({1}))], 5, {"kin_apart": False}, []),
        ([Place(9, "supervisor", "firm")], 5, {"lapsed": 5}, ["term_years", "committee_min_size"]),
    ],
)
def test_each_clause(places: list[Place], size: int, limits: dict[str, Any], broken: list[str]) -> None:
    lapsed = limits.pop("lapsed", 0) if "lapsed" in limits else 0
    found = rules.findings(places, size=size, limits=Limits(**{**LIMITS, **limits}), lapsed=lapsed)
    assert [finding.key for finding in found if not finding.ok] == broken


@pytest.mark.parametrize(
    ("terms", "most"),
    [
        ([], 0),
        ([(1, 5), (6, 9)], 1),
        ([(1, 5), (5, 9)], 2),
        ([(1, 9), (2, 3), (3, 4), (5, 6)], 3),
    ],
)
def test_how_many_terms_run_at_once(terms: list[tuple[int, int]], most: int) -> None:
    assert rules.most_at_once((date(2026, 1, first), date(2026, 1, last)) for first, last in terms) == most


def test_unbroken_service_bridges_short_pauses_only() -> None:
    first = (date(2020, 1, 1), date(2022, 12, 31))
    second = (date(2023, 1, 1), date(2025, 12, 31))
    assert rules.served_since([first, second], date(2026, 1, 1)) == date(2020, 1, 1)
    assert rules.served_since([second, first], date(2026, 3, 31)) == date(2020, 1, 1)
    assert rules.served_since([first, second], date(2026, 4, 1)) is None
    assert rules.served_since([], date(2026, 1, 1)) is None
    assert rules.years_after(date(2024, 2, 29), 3) == date(2027, 2, 28)


@pytest.mark.django_db
def test_a_fault_stops_the_vote_or_is_flagged_by_rule(cast: Cast) -> None:
    committee = make_committee(cast)
    Committee.objects.filter(pk=committee.pk).update(size=8)
    put_money(cast)
    with pytest.raises(Refused, match="单数，现在设 8 席（依据：参照湖南省"):
        open_motion(cast)
    adopt(cast, composition_action="flag")
    Motion.objects.all().delete()
    motion = open_motion(cast)
    assert motion.state == "open"
    assert ["单数" in fault for fault in motion.composition or []] == [True]
    assert queries.composition_of(cast.fund).stops == []


@pytest.mark.django_db
def test_kinds_have_their_fewest_and_most(cast: Cast) -> None:
    adopt(cast, seats_donor_min=1, seats_resident_max=6, seats_party_max=1)
    make_committee(cast, members=5)
    with clock.set_to(NOON):
        faults = queries.composition(cast.fund)
        assert len(faults) == 1
        assert "捐赠人的委员至少 1 位，现在是 0 位（依据：綦江区慈善会社区基金管理办法 第三条）" in faults[0]
        with pytest.raises(Refused, match="不多于 1 人，现在已经有 1 位"):
            give_seat(cast.fund.committee, cast.members[5], kind="party")
        give_seat(cast.fund.committee, cast.members[5], kind="donor")
        assert queries.composition(cast.fund) == []


@pytest.mark.django_db
def test_kin_are_flagged_and_a_supervisors_kin_stops_the_vote(house: Cast) -> None:
    with clock.set_to(NOON):
        kinship = services.declare_kin(house.members[0], other=house.members[1], by=house.members[0])
        assert services.declare_kin(house.members[0], other=house.members[1], by=house.members[0]) == kinship
        composition = queries.composition_of(house.fund)
        assert ["现在有 2 位有近亲属同在" in fault for fault in composition.faults] == [True]
        assert composition.stops == []
        with pytest.raises(Refused, match="本人"):
            services.end_kin(kinship, by=house.members[1])
        services.end_kin(kinship, by=house.members[0])
        assert queries.composition(house.fund) == []
        services.declare_kin(house.supervisor, other=house.chair, by=house.supervisor)
        assert ["监督员" in fault for fault in queries.composition_of(house.fund).stops] == [True]
        with pytest.raises(Refused, match="自己"):
            services.declare_kin(house.chair, other=house.chair, by=house.chair)


@pytest.mark.django_db
def test_a_supervisor_is_neither_paid_nor_kin_nor_a_member(house: Cast) -> None:
    committee = house.fund.committee

    def supervisor(**facts: Any) -> Seat:
        usual: dict[str, Any] = {"user": house.stranger, "office": "supervisor", "kind": "resident"}
        return services.seat(committee, from_day=FROM, until_day=UNTIL, by=None, **{**usual, **facts})

    with clock.set_to(NOON):
        with pytest.raises(Refused, match="监督员不能领报酬"):
            supervisor(is_paid=True)
        with pytest.raises(Refused, match="已经有一个席位"):
            supervisor(user=house.members[0])
        services.declare_kin(house.members[0], other=house.stranger, by=house.members[0])
        with pytest.raises(Refused, match="近亲属"):
            supervisor()
        assert not Seat.objects.filter(user=house.stranger).exists()


@pytest.mark.django_db
def test_a_committee_whose_terms_are_over_may_not_open(house: Cast) -> None:
    after = clock.midnight(UNTIL + timedelta(days=1))
    with clock.set_to(after):
        assert "7 个席位任期已满" in queries.composition(house.fund)[0]
        assert [vacancy.reason for vacancy in queries.vacancies(house.fund.committee)] == ["任期结束"] * 7
        motion = services.table(
            house.fund, kind="text", title="定例会", subject={"text": "每月一次"}, by=None
        )
        with pytest.raises(Refused, match="任期已满"):
            services.open_voting(motion, closes_at=after + timedelta(days=4), by=None)
        adopt(house, composition_action="flag")
        with pytest.raises(Refused, match="没有一位在任"):
            services.open_voting(motion, closes_at=after + timedelta(days=4), by=None)
