"""The pages: who sees them, what they take, and that nothing on them tells a count before the close."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client

from apps.core import clock
from apps.governance import services
from apps.governance.models import Ballot, Motion, Seat, Tie
from apps.users.models import User
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, make_draft, open_motion, vote

pytestmark = pytest.mark.django_db
NONE = {"tie": "none", "reason": ""}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answer(motion: Motion, **given: str) -> dict[str, str]:
    return {"subject_hash": motion.subject_hash, **given}


def test_the_ballot_page_shows_what_is_decided_and_preselects_nothing(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        page = signed_in(house.chair).get(f"/vote/{motion.code}/").content.decode()
    for words in (
        "独居老人午餐第二期",
        "食材",
        "14,880.00",
        "18,600.00",
        "31,400.00",
        "还剩",
        "暖阳社工服务中心",
    ):
        assert words in page
    assert "checked" not in page


def test_a_member_votes_changes_and_reads_it_back(motion: Motion, house: Cast) -> None:
    client, address = signed_in(house.chair), f"/vote/{motion.code}/"
    with clock.set_to(NOON):
        assert client.post(address, answer(motion, choice="yes", **NONE)).status_code == 302
        assert "您投的是：赞成" in client.get(address).content.decode()
        client.post(address, answer(motion, choice="no", tie="none", reason="太贵"))
        page = client.get(address).content.decode()
    assert "您投的是：反对" in page
    assert "理由：太贵" in page
    assert Ballot.objects.get(is_current=True).choice == "no"


def test_a_member_steps_aside_on_the_page(motion: Motion, house: Cast) -> None:
    client, address = signed_in(house.chair), f"/vote/{motion.code}/"
    with clock.set_to(NOON):
        client.post(address, answer(motion, tie="tied", reason="爱人在那里"))
        page = client.get(address).content.decode()
    assert "您在这件事上回避了" in page
    assert "爱人" not in page
    assert "确认投票" not in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "请先说有没有关系"),
        ({"tie": "none"}, "请选赞成、反对或弃权"),
        ({"tie": "none", "choice": "maybe"}, "maybe"),
        ({"tie": "none", "choice": "yes", "reason": "字" * 301}, "300"),
        ({"tie": "none", "choice": "yes", "reason": "a\u202eb"}, "控制字符"),
        ({"tie": "none", "choice": "yes", "subject_hash": "0" * 64}, "不是现在这一版"),
        ({"tie": "none", "choice": "yes", "subject_hash": ""}, "subject_hash"),
    ],
)
def test_an_incomplete_answer_comes_back_with_a_sentence(
    motion: Motion, house: Cast, given: dict[str, str], sentence: str
) -> None:
    with clock.set_to(NOON):
        response = signed_in(house.chair).post(f"/vote/{motion.code}/", {**answer(motion), **given})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Ballot.objects.exists()


def test_a_vote_form_sent_after_the_deadline_closes_the_vote(motion: Motion, house: Cast) -> None:
    with clock.set_to(DEADLINE):
        response = signed_in(house.chair).post(f"/vote/{motion.code}/", answer(motion, choice="yes", **NONE))
    assert response.status_code == 422
    assert "截止" in response.content.decode()
    motion.refresh_from_db()
    assert motion.state == "lost"
    assert not Ballot.objects.exists()


def test_whoever_looks_first_closes_an_overdue_vote(motion: Motion, house: Cast) -> None:
    with clock.set_to(DEADLINE + timedelta(minutes=1)):
        page = signed_in(house.members[0]).get(f"/vote/{motion.code}/").content.decode()
    assert f'href="/m/{motion.code}/"' in page
    assert "确认投票" not in page


def test_a_former_member_reads_why(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        services.end_seat(Seat.objects.get(user=house.members[0]), by=house.admin)
        page = signed_in(house.members[0]).get(f"/vote/{motion.code}/").content.decode()
    assert "已经卸任" in page


PLACES = [
    "/vote/{motion}/", "/motion/{motion}/", "/motion/{motion}/edit/", "/committee/{fund}/",
    "/committee/{fund}/seat/", "/committee/{fund}/table/", "/motion/{motion}/ballots/",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_strangers_find_nothing(motion: Motion, house: Cast, place: str) -> None:
    address = place.format(motion=motion.code, fund=house.fund.code)
    with clock.set_to(NOON):
        assert signed_in(house.stranger).get(address).status_code == 404
        assert signed_in(house.stranger).post(address).status_code in {404, 405}
        assert Client().get(address).status_code == 302


@pytest.mark.parametrize("verb", ["open", "withdraw", "remind", "sheet"])
def test_only_officers_act(motion: Motion, house: Cast, verb: str) -> None:
    address = f"/motion/{motion.code}/{verb}/"
    with clock.set_to(NOON):
        assert signed_in(house.stranger).post(address).status_code == 404
        assert signed_in(house.chair).get(address).status_code == 405
        response = signed_in(house.members[0]).post(address, {"closes_at": "2026-12-01T18:00"})
    assert response.status_code in {400, 422}
    motion.refresh_from_db()
    assert motion.state == "open"


def test_no_answer_tells_a_count_before_the_close(motion: Motion, house: Cast) -> None:
    """The same pages, byte by byte, whether nobody or nearly everybody has voted."""

    def pages() -> list[str]:
        found = []
        for user in (
            house.chair,
            house.secretary,
            house.supervisor,
            house.members[5],
            house.admin,
            house.auditor,
        ):
            client = signed_in(user)
            for place in (*PLACES, "/m/{motion}/record.json"):
                response = client.get(place.format(motion=motion.code, fund=house.fund.code))
                text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
                found.append(f"{response.status_code} {text}")
        return found

    with clock.set_to(NOON):
        before = pages()
        for user in house.members[:5]:
            vote(motion, user, "no", reason="很特别的理由")
        after = pages()
    assert before == after


def test_an_officer_opens_reminds_and_withdraws(house: Cast) -> None:
    chair, secretary = signed_in(house.chair), signed_in(house.secretary)
    with clock.set_to(NOON):
        sent = secretary.post(
            f"/committee/{house.fund.code}/table/",
            {"title": "推选副主任", "text": "推选王某某", "is_major": "on"},
        )
        motion = Motion.objects.get()
        assert sent["Location"] == f"/motion/{motion.code}/"
        assert (
            secretary.post(
                f"/motion/{motion.code}/edit/", {"title": "推选", "text": "推选李某某"}
            ).status_code
            == 302
        )
        assert secretary.get(f"/motion/{motion.code}/").status_code == 200
        early = chair.post(f"/motion/{motion.code}/open/", {"closes_at": "2026-11-22T18:00"})
        assert (early.status_code, "至少要开 3 天" in early.content.decode()) == (422, True)
        for broken in ("", "明天", "2026-13-01T00:00", "0001-01-01T00:00"):
            assert chair.post(f"/motion/{motion.code}/open/", {"closes_at": broken}).status_code == 422
        assert (
            chair.post(f"/motion/{motion.code}/open/", {"closes_at": "2026-11-25T12:00"}).status_code == 302
        )
        motion.refresh_from_db()
        assert (motion.state, motion.closes_at, motion.is_major) == ("open", DEADLINE, False)
        assert secretary.post(f"/motion/{motion.code}/edit/", {"title": "x", "text": "y"}).status_code == 422
        assert secretary.post(f"/motion/{motion.code}/remind/").status_code == 302
        assert chair.post(f"/motion/{motion.code}/withdraw/").status_code == 302
    motion.refresh_from_db()
    assert motion.state == "withdrawn"


def recorded(motion: Motion, witness: User, **said: str) -> dict[str, str | int]:
    """What the page of recorded ballots sends; `said` by the member's e-mail name."""
    seats = {seat.user.email.partition("@")[0]: seat.pk for seat in Seat.objects.select_related("user")}
    given: dict[str, str | int] = {
        "subject_hash": motion.subject_hash,
        "witness": seats[witness.email.partition("@")[0]],
    }
    for entry in motion.roll.all():
        given[f"channel_{entry.seat_id}"] = "hand"
    return given | {f"choice_{seats[name]}": choice for name, choice in said.items()}


def test_the_secretary_records_a_meeting_on_one_page(motion: Motion, house: Cast) -> None:
    address, client = f"/motion/{motion.code}/ballots/", signed_in(house.secretary)
    first, second = (user.email.partition("@")[0] for user in house.members[:2])
    said = {"chair": "yes", first: "no", second: "abstain"}
    with clock.set_to(NOON):
        vote(motion, house.members[0], "yes")
        page = client.get(address).content.decode()
        assert all(user.name in page for user in (house.chair, *house.members))
        given = recorded(motion, house.supervisor, **said)
        phone = Seat.objects.get(user=house.members[1]).pk
        assert client.post(address, given | {f"channel_{phone}": "phone"}).status_code == 302
    current = Ballot.objects.filter(is_current=True).order_by("pk").values_list("choice", "channel")
    assert list(current) == [("yes", "hand"), ("no", "hand"), ("abstain", "phone")]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"witness": ""}, "请选一位见证人"),
        ({"witness": "chair"}, "见证人"),
        ({"witness": "secretary"}, "见证人"),
        ({"subject_hash": "0" * 64}, "不是现在这一版"),
        ({"chair": "maybe"}, "maybe"),
        ({"chair": ""}, "一张票也没有选"),
    ],
)
def test_recorded_ballots_are_taken_all_or_none(
    motion: Motion, house: Cast, change: dict[str, str], sentence: str
) -> None:
    seats = {seat.user.email.partition("@")[0]: seat.pk for seat in Seat.objects.select_related("user")}
    given = recorded(motion, house.supervisor, chair="yes")
    for name, value in change.items():
        is_choice = name == "chair"
        key = f"choice_{seats[name]}" if is_choice else name
        given[key] = value if is_choice else str(seats.get(value, value))
    if change.get("witness") == "chair":
        given |= recorded(motion, house.chair, **{house.members[0].email.partition("@")[0]: "yes"})
    with clock.set_to(NOON):
        response = signed_in(house.secretary).post(f"/motion/{motion.code}/ballots/", given)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert not Ballot.objects.exists()


def test_staff_give_and_end_seats(house: Cast) -> None:
    client, address = signed_in(house.coordinator), f"/committee/{house.fund.code}/seat/"
    given = {
        "email": "STRANGER@qj.test", "office": "member", "kind": "donor", "from_day": "2026-11-01",
        "until_day": "2029-11-01",
    }  # fmt: skip
    with clock.set_to(NOON):
        assert client.post(address, given | {"until_day": "2029-11-02"}).status_code == 422
        assert client.post(address, given | {"email": "nobody@qj.test"}).status_code == 422
        assert (
            client.post(address, given | {"from_day": "2028-01-01", "until_day": "2027-01-01"}).status_code
            == 422
        )
        assert client.post(address, given | {"email": "chair@qj.test"}).status_code == 422
        full = client.post(address, given)
        assert (full.status_code, "都有人了" in full.content.decode()) == (422, True)
        services.resize(house.fund.committee, size=9, by=house.coordinator)
        assert client.post(address, given).status_code == 302
        seat = Seat.objects.get(user=house.stranger)
        assert "空缺 1 席" in client.get(f"/committee/{house.fund.code}/").content.decode()
        end = f"/committee/{house.fund.code}/seat/{seat.pk}/end/"
        assert signed_in(house.chair).post(end).status_code == 400
        assert (
            signed_in(house.admin).post(f"/committee/{house.other_fund.code}/seat/{seat.pk}/end/").status_code
            == 404
        )
        assert client.post(end, {"reason": "unknown"}).status_code == 422
        assert client.post(end, {"reason": "moved"}).status_code == 302
        assert "空缺 2 席" in client.get(f"/committee/{house.fund.code}/").content.decode()


def test_a_member_declares_and_ends_a_tie(house: Cast) -> None:
    client = signed_in(house.members[0])
    with clock.set_to(NOON):
        assert client.post("/ties/", {"organisation": "O-NONE", "kind": "kin"}).status_code == 422
        assert (
            client.post("/ties/", {"organisation": house.organisation.code, "kind": "kin"}).status_code == 302
        )
        tie = Tie.objects.get()
        assert house.organisation.name in client.get("/ties/").content.decode()
        assert signed_in(house.chair).post(f"/ties/{tie.pk}/end/").status_code == 404
        assert client.post(f"/ties/{tie.pk}/end/").status_code == 302
        motion = open_motion(house)
    tie.refresh_from_db()
    assert tie.ended_on is not None
    assert not motion.recusals.exists()


def test_a_draft_has_no_ballot_page(house: Cast) -> None:
    with clock.set_to(NOON):
        draft = make_draft(house)
        assert signed_in(house.chair).get(f"/vote/{draft.code}/").status_code == 404
        assert "开始表决" in signed_in(house.chair).get(f"/motion/{draft.code}/").content.decode()


@pytest.mark.parametrize("bad", ["\x00", "9" * 40, "-1", "' OR 1=1", "\ud7ff\u202e", "x" * 5000])
def test_rubbish_is_never_an_error(motion: Motion, house: Cast, bad: str) -> None:
    chair, admin = signed_in(house.chair), signed_in(house.admin)
    ballot = {"subject_hash": bad, "tie": bad, "choice": bad, "reason": bad}
    hand = {"subject_hash": bad, "witness": bad, "channel_1": bad, "choice_1": bad}
    seat = {"email": bad, "office": bad, "kind": bad, "from_day": bad, "until_day": bad}
    # A NUL is stopped at the door, before any form.
    refused = 400 if "\x00" in bad else 422
    with clock.set_to(NOON):
        assert chair.post(f"/vote/{motion.code}/", ballot).status_code == refused
        assert (
            chair.post(f"/vote/{motion.code}/", ballot | {"tie": "none", "choice": "yes"}).status_code
            == refused
        )
        assert chair.post(f"/motion/{motion.code}/ballots/", hand).status_code == refused
        assert chair.post(f"/motion/{motion.code}/open/", {"closes_at": bad}).status_code == refused
        assert admin.post(f"/committee/{house.fund.code}/seat/", seat).status_code == refused
        tie = {"organisation": bad, "kind": bad, "restriction": bad}
        assert chair.post("/ties/", tie).status_code == refused
        for place in ("/vote/{}/", "/motion/{}/", "/committee/{}/", "/m/{}/record.json", "/ties/{}/end/"):
            assert chair.get(place.format(quote(bad))).status_code in {404, 405}
        assert chair.post(f"/ties/{quote(bad)}/end/").status_code == 404
    assert not Ballot.objects.exists()


def test_pages_are_whole_in_english(motion: Motion, house: Cast) -> None:
    client = signed_in(house.chair)
    client.cookies["language"] = "en"
    with clock.set_to(NOON):
        for place in (
            f"/vote/{motion.code}/",
            f"/motion/{motion.code}/",
            f"/committee/{house.fund.code}/",
            "/ties/",
        ):
            assert client.get(place).status_code == 200
