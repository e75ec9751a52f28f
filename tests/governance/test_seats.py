"""Seats: forming in one list, giving, ending, replacing, renewing, calling up; each refusal changes nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.governance import queries, services
from apps.governance.checks import CHECKS
from apps.governance.models import Committee, Kinship, Motion, Seat
from apps.governance.services import SeatPlan
from tests.cast import Cast
from tests.governance.house import FROM, NOON, UNTIL, adopt, give_seat, make_committee, open_motion, vote

pytestmark = pytest.mark.django_db
DAY = clock.day_of(NOON)


def clean() -> bool:
    """Whether no check of the room finds anything."""
    return not [row for check in CHECKS for row in check.rows()]


def plans(cast: Cast, members: int = 6) -> list[SeatPlan]:
    return [
        SeatPlan(cast.chair, "chair", "party"),
        *[SeatPlan(user, "member", "resident") for user in cast.members[:members]],
        SeatPlan(cast.secretary, "secretary", "social_worker"),
        SeatPlan(cast.supervisor, "supervisor", "host_staff"),
    ]


def form(cast: Cast, people: list[SeatPlan], **facts: Any) -> Committee:
    usual: dict[str, Any] = {
        "size": 7,
        "appointed_by": "古南街道〔2026〕1号",
        "from_day": FROM,
        "until_day": UNTIL,
    }
    return services.form_with_seats(cast.fund, plans=people, by=cast.coordinator, **{**usual, **facts})


def test_a_whole_committee_is_formed_at_once(cast: Cast) -> None:
    people = [*plans(cast), SeatPlan(cast.stranger, "substitute", "resident", rank=1)]
    with clock.set_to(NOON):
        committee = form(cast, people)
        assert (committee.size, committee.seats.count(), queries.filled(committee)) == (7, 10, 7)
        assert queries.vacancies(committee) == []
        assert [seat.user for seat in queries.substitutes(committee)] == [cast.stranger]
        with pytest.raises(Refused, match="已经有管委会"):
            form(cast, people)
        assert clean()


def _of_four(cast: Cast) -> tuple[list[SeatPlan], dict[str, Any]]:
    return plans(cast, members=3), {"size": 4}


def _four_of_seven(cast: Cast) -> tuple[list[SeatPlan], dict[str, Any]]:
    return plans(cast, members=3), {}


def _even(cast: Cast) -> tuple[list[SeatPlan], dict[str, Any]]:
    return plans(cast, members=5), {"size": 6}


def _reversed_term(cast: Cast) -> tuple[list[SeatPlan], dict[str, Any]]:
    return plans(cast), {"from_day": UNTIL, "until_day": FROM}


def _long_term(cast: Cast) -> tuple[list[SeatPlan], dict[str, Any]]:
    return plans(cast), {"until_day": date(2029, 1, 2)}


def _same_person(cast: Cast) -> tuple[list[SeatPlan], dict[str, Any]]:
    return [*plans(cast), SeatPlan(cast.members[0], "supervisor", "firm")], {}


def _two_chairs(cast: Cast) -> tuple[list[SeatPlan], dict[str, Any]]:
    return [*plans(cast, members=5), SeatPlan(cast.members[5], "chair", "firm")], {}


def _no_supervisor(cast: Cast) -> tuple[list[SeatPlan], dict[str, Any]]:
    return plans(cast)[:-1], {}


def _too_many(cast: Cast) -> tuple[list[SeatPlan], dict[str, Any]]:
    return plans(cast), {"size": 5}


def _kin_supervisor(cast: Cast) -> tuple[list[SeatPlan], dict[str, Any]]:
    Kinship.objects.create(user=cast.chair, other=cast.supervisor, declared_on=FROM)
    return plans(cast), {}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (_of_four, "至少 5 席，写的是 4 席.*单数"),
        (_four_of_seven, "至少 5 位有表决权的成员，现在是 4 位"),
        (_even, "单数，现在设 6 席"),
        (_reversed_term, "结束不能早于开始"),
        (_long_term, "任期最长 3 年"),
        (_same_person, "写了两次"),
        (_two_chairs, "一位主任，不多也不少，现在是 2 位"),
        (_no_supervisor, "至少 1 位监督员，现在是 0 位"),
        (_too_many, "都有人了"),
        (_kin_supervisor, "监督员"),
    ],
)
def test_a_list_against_the_rules_changes_nothing(
    cast: Cast, given: Callable[[Cast], tuple[list[SeatPlan], dict[str, Any]]], sentence: str
) -> None:
    people, facts = given(cast)
    with clock.set_to(NOON), pytest.raises(Refused, match=sentence):
        form(cast, people, **facts)
    assert not Committee.objects.exists()
    assert not Seat.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_list_that_is_only_flagged_is_seated(cast: Cast) -> None:
    adopt(cast, composition_action="flag")
    with clock.set_to(NOON):
        form(cast, plans(cast, members=3), size=4)
        assert [("至少 5 位" in fault, "单数" in fault) for fault in queries.composition(cast.fund)] == [
            (True, False),
            (False, True),
        ]


def test_only_the_host_and_the_town_form(cast: Cast) -> None:
    for user in (cast.chair, cast.auditor, cast.finance, cast.stranger):
        with clock.set_to(NOON), pytest.raises(Refused, match="管理员或街镇统筹员"):
            services.form_with_seats(
                cast.fund, size=7, plans=plans(cast), appointed_by="", from_day=FROM, until_day=UNTIL, by=user
            )
    assert not Committee.objects.exists()


def test_the_size_is_odd_and_never_below_those_who_sit(house: Cast) -> None:
    committee = house.fund.committee
    with clock.set_to(NOON):
        for size, sentence in (
            (8, "单数"),
            (4, "至少 5 席"),
            (5, "7 位在任"),
            (26, "1 和 25 之间"),
            (0, "1 和 25"),
        ):
            with pytest.raises(Refused, match=sentence):
                services.resize(committee, size=size, by=house.admin)
        grown = services.resize(committee, size=9, by=house.admin)
        assert [(vacancy.since, vacancy.reason) for vacancy in queries.vacancies(grown)] == [(DAY, "")] * 2
        events = AuditEvent.objects.filter(verb="governance.resize").count()
        services.resize(committee, size=9, by=house.admin)
        assert AuditEvent.objects.filter(verb="governance.resize").count() == events


def test_a_vacancy_has_a_day_and_a_kind_of_reason(house: Cast) -> None:
    seat = Seat.objects.get(user=house.members[0])
    with clock.set_to(NOON):
        with pytest.raises(Refused, match="原因"):
            services.end_seat(seat, reason="他总是迟到", by=house.admin)
        services.end_seat(seat, reason="moved", by=house.admin)
        services.end_seat(seat, reason="died", by=house.admin)
        (vacancy,) = queries.vacancies(house.fund.committee)
        assert (vacancy.since, vacancy.reason, vacancy.seat) == (DAY, "搬离本地", seat)
        given = services.seat(
            house.fund.committee,
            user=house.stranger,
            office="member",
            kind="resident",
            from_day=DAY,
            until_day=UNTIL,
            succeeds=seat,
            by=house.admin,
        )
        assert given.began_at == NOON
        assert queries.vacancies(house.fund.committee) == []
        assert clean()


def test_one_seat_is_replaced_for_the_rest_of_its_term(house: Cast) -> None:
    motion = open_motion(house)
    old = Seat.objects.get(user=house.members[0])
    with clock.set_to(NOON + timedelta(hours=1)):
        new = services.replace(
            old, user=house.stranger, kind="donor", reason="resigned", by=house.coordinator
        )
        assert (new.until_day, new.office, new.kind, new.succeeds) == (UNTIL, "member", "donor", old)
        old.refresh_from_db()
        assert old.ended_at == new.began_at == clock.now()
        for user, sentence in ((house.members[0], "卸任"), (house.stranger, "名册")):
            with pytest.raises(Refused, match=sentence):
                vote(motion, user, "yes")
        with pytest.raises(Refused, match="已经卸任"):
            services.replace(old, user=house.implementer, kind="donor", reason="resigned", by=house.admin)
        with pytest.raises(Refused, match="已经有一个席位"):
            services.replace(new, user=house.chair, kind="party", reason="moved", by=house.admin)
        new.refresh_from_db()
        assert new.ended_at is None
        assert clean()


def test_a_seat_is_renewed_once_by_default_and_without_a_gap(house: Cast) -> None:
    seat = Seat.objects.get(user=house.chair)
    with clock.set_to(NOON):
        further = services.renew(seat, until_day=date(2031, 12, 31), by=house.admin)
        assert services.renew(seat, until_day=date(2031, 12, 31), by=house.admin) == further
        assert (further.from_day, further.office) == (date(2029, 1, 1), "chair")
        with pytest.raises(Refused, match="最多连任 1 次，任期到 2032-01-01 为止"):
            services.renew(further, until_day=date(2034, 12, 31), by=house.admin)
        with pytest.raises(Refused, match="任期最长 3 年"):
            services.renew(
                Seat.objects.get(user=house.members[0]), until_day=date(2032, 12, 31), by=house.admin
            )
        ended = services.end_seat(Seat.objects.get(user=house.members[1]), by=house.admin)
        with pytest.raises(Refused, match="不能连任"):
            services.renew(ended, until_day=date(2031, 12, 31), by=house.admin)
        assert clean()


def test_who_leaves_leaves_the_coming_term_too(house: Cast) -> None:
    seat = Seat.objects.get(user=house.members[0])
    with clock.set_to(NOON):
        further = services.renew(seat, until_day=date(2031, 12, 31), by=house.admin)
        services.end_seat(seat, reason="moved", by=house.admin)
        further.refresh_from_db()
        assert (further.ended_at, further.ended_reason) == (NOON, "moved")
        assert [vacancy.seat for vacancy in queries.vacancies(house.fund.committee)] == [seat]
        assert clean()
    with clock.set_to(clock.midnight(date(2029, 6, 1))):
        assert queries.seat_of(house.members[0], house.fund) is None


def test_a_member_becomes_chair_when_the_chair_has_left(house: Cast) -> None:
    member, chair = Seat.objects.get(user=house.members[0]), Seat.objects.get(user=house.chair)
    with clock.set_to(NOON):
        with pytest.raises(Refused, match="已经有主任"):
            services.change_office(member, office="chair", by=house.admin)
        member.refresh_from_db()
        assert member.ended_at is None
        services.end_seat(chair, reason="died", by=house.admin)
        new = services.change_office(member, office="chair", by=house.admin)
        assert (new.user, new.office, new.until_day) == (house.members[0], "chair", UNTIL)
        assert queries.seat_of(house.members[0], house.fund) == new
        with pytest.raises(Refused, match="主任和委员之间"):
            services.change_office(Seat.objects.get(user=house.supervisor), office="member", by=house.admin)
        assert clean()


def test_one_person_sits_in_several_funds(house: Cast) -> None:
    with clock.set_to(NOON):
        other = services.form_committee(house.other_fund, appointed_by="", day=FROM, size=7, by=house.admin)
        give_seat(other, house.members[0], "supervisor", "resident")
        open_motion(house)
        held = queries.seats_held_by(house.members[0])
        assert [(one.seat.committee, one.to_vote) for one in held] == [(other, 0), (house.fund.committee, 1)]
        assert clean()


def test_ending_terms_are_told_twice_to_those_who_look_after_them(house: Cast) -> None:
    def told() -> set[str]:
        rows = OutboxMessage.objects.filter(key__startswith="governance.term:")
        return {f"{row.address} {row.key.split(':')[3]}" for row in rows}

    def at(days: int) -> None:
        with clock.set_to(clock.midnight(UNTIL - timedelta(days=days)) + timedelta(hours=3)):
            services.warn_of_terms()
            services.warn_of_terms()

    people = {house.chair.email, house.secretary.email, house.admin.email, house.coordinator.email}
    at(91)
    assert told() == set()
    at(90)
    at(31)
    assert told() == {f"{address} 90" for address in people}
    at(30)
    at(0)
    assert told() == {f"{address} {days}" for address in people for days in (90, 30)}
    assert house.members[0].email not in " ".join(told())


def test_a_renewed_term_is_not_warned_of(house: Cast) -> None:
    with clock.set_to(clock.midnight(UNTIL - timedelta(days=20))):
        for seat in Seat.objects.all():
            services.renew(seat, until_day=date(2031, 12, 31), by=house.admin)
        assert queries.ending_terms(Committee.objects.all()) == []
        assert services.warn_of_terms() == 0


def test_the_checks_find_what_should_not_be(house: Cast) -> None:
    committee = house.fund.committee

    def broken() -> set[str]:
        return {check.name for check in CHECKS if list(check.rows())}

    def forced(**facts: Any) -> Seat:
        usual: dict[str, Any] = {
            "committee": committee,
            "user": house.stranger,
            "office": "secretary",
            "kind": "resident",
            "from_day": FROM,
            "until_day": UNTIL,
        }
        return Seat.objects.create(**{**usual, **facts})

    motion = open_motion(house)
    with clock.set_to(NOON):
        assert broken() == set()
        extra = forced(office="chair")
        assert broken() == {"governance.one_chair", "governance.size"}
        extra.delete()
        extra = forced(user=house.chair, from_day=date(2026, 2, 1))
        assert broken() == {"governance.one_seat"}
        extra.delete()
        extra = forced(until_day=date(2029, 6, 1))
        assert broken() == {"governance.terms"}
        extra.delete()
        Committee.objects.filter(pk=committee.pk).update(size=5)
        assert broken() == {"governance.size"}
        Committee.objects.filter(pk=committee.pk).update(size=7)
        Seat.objects.filter(user=house.members[0]).update(office="supervisor")
        assert broken() == {"governance.voters"}
    assert Motion.objects.get() == motion


def test_a_late_entry_does_not_reach_back_over_others(cast: Cast) -> None:
    """Who is seated from January on, written down in November after somebody else sat there, sits from November."""
    committee = make_committee(cast)
    with clock.set_to(NOON):
        services.end_seat(Seat.objects.get(user=cast.chair), by=cast.admin)
        new = give_seat(committee, cast.stranger, "chair", "party")
        assert (new.from_day, new.began_at) == (FROM, NOON)
        assert queries.seat_of(cast.chair, cast.fund, on=date(2026, 6, 1)) is not None
        assert queries.seat_of(cast.stranger, cast.fund, on=date(2026, 6, 1)) is None
        assert clean()
