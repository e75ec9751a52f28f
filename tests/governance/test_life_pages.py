"""The bench's pages of a motion's life, and what the public sees of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.funds.services import pass_step
from apps.governance import queries, services
from apps.governance.models import Meeting, Minutes, Motion, PartyReview, Seat
from apps.users.models import User
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, make_draft
from tests.governance.life import DAY, approval_of, call, carry, open_now, set_rules

pytestmark = pytest.mark.django_db
TODAY = clock.day_of(NOON)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


GIVEN: dict[str, dict[str, Any]] = {
    "text": {"title": "推选副主任", "text": "推选王某某"},
    "rule_change": {
        "title": "百步梯社区慈善基金管理办法",
        "effective_from": TODAY.isoformat(),
        "reason": "公示久一点",
        "notice_days": "10",
    },
    "purpose_change": {
        "purpose": "社区公益和居家养老",
        "basis": "filing",
        "reference": "綦民备〔2026〕8号",
        "dated": "2026-11-01",
        "reason": "老人多了",
    },
    "budget": {"year": "2027", "elderly": "30000", "children": "10,000.50", "reason": ""},
    "election": {
        "from_day": TODAY.isoformat(),
        "until_day": "2028-12-31",
        "user_1": "stranger@qj.test",
        "office_1": "member",
        "kind_1": "volunteer",
    },
    "closing": {"reason": "居民都搬走了", "surplus": "转给相邻社区的养老项目"},
}
SEEN = {
    "text": "推选王某某",
    "rule_change": "10 天",
    "purpose_change": "綦民备〔2026〕8号",
    "budget": "40,000.50",
    "election": "路人",
    "closing": "转给相邻社区",
}


@pytest.mark.parametrize("kind", list(GIVEN))
def test_each_kind_is_tabled_edited_voted_and_shown(house: Cast, kind: str) -> None:
    secretary, address = signed_in(house.secretary), f"/committee/{house.fund.code}/table/{kind}/"
    with clock.set_to(NOON):
        words(secretary, address)
        given = dict(GIVEN[kind])
        if kind == "closing":
            given["receiver"] = house.other_fund.code
        if kind == "election":
            given["replaces_1"] = str(Seat.objects.get(user=house.members[0]).pk)
        sent = secretary.post(address, given)
        assert sent.status_code == 302, sent.content.decode()
        motion = Motion.objects.get()
        assert SEEN[kind] in words(secretary, f"/motion/{motion.code}/")
        words(secretary, f"/motion/{motion.code}/edit/")
        assert secretary.post(f"/motion/{motion.code}/edit/", given).status_code == 302
        assert "@" not in motion.subject
    open_now(house, motion)
    with clock.set_to(NOON):
        assert SEEN[kind] in words(Client(), f"/m/{motion.code}/")
        assert SEEN[kind] in words(signed_in(house.members[1]), f"/vote/{motion.code}/")
    motion.refresh_from_db()
    carried = carry(house, motion)
    with clock.set_to(DEADLINE):
        page = words(Client(), f"/m/{motion.code}/")
        assert ("区里确认" in page) == (carried.state == "carried") == (kind in {"purpose_change", "closing"})
        services.follow_decided()
        words(Client(), f"/m/{motion.code}/")
        words(Client(), f"/f/{house.fund.code}/")


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        ("rule_change", {"notice_days": "3"}, "只能更严"),
        ("rule_change", {"notice_days": "很久"}, "请写整数"),
        ("purpose_change", {"basis": ""}, "请选一项"),
        ("purpose_change", {"dated": "2027-01-01"}, "不能在今天以后"),
        ("budget", {"elderly": "-5"}, "金额"),
        ("budget", {"elderly": "", "children": ""}, "至少有一个领域"),
        ("election", {"user_1": "nobody@qj.test"}, "没有用这个邮箱的人"),
        ("election", {"kind_1": ""}, "选职务和代表的方面"),
        ("election", {"user_1": ""}, "至少一位候选人"),
        ("election", {"until_day": "2025-01-01"}, "任期的结束不能早于开始"),
        ("closing", {"surplus": ""}, "这一项要填"),
        ("closing", {}, "账上还有钱，请选由哪支基金接收"),
        ("closing", {"receiver": "F-none"}, "请选本会运行中的基金"),
    ],
)
def test_what_cannot_be_tabled_comes_back_with_a_sentence(
    house: Cast, kind: str, changes: dict[str, str], sentence: str
) -> None:
    with clock.set_to(NOON):
        response = signed_in(house.secretary).post(
            f"/committee/{house.fund.code}/table/{kind}/", GIVEN[kind] | changes
        )
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert not Motion.objects.exists()


def test_a_kind_that_is_none_is_not_there(house: Cast) -> None:
    for kind in ("grant", "war", "x" * 300):
        assert signed_in(house.chair).get(f"/committee/{house.fund.code}/table/{kind}/").status_code == 404


def test_from_study_and_notice_to_the_vote(house: Cast) -> None:
    set_rules(house, party_review="all", motion_notice_days=2)
    secretary, chair = signed_in(house.secretary), signed_in(house.chair)
    with clock.set_to(NOON):
        motion = make_draft(house)
        place = f"/motion/{motion.code}/"
        assert "送党组织研究" in words(secretary, place)
        assert secretary.post(place + "study/send/").status_code == 302
        page = words(secretary, place + "study/")
        assert "没有赞成和反对" in page
        assert "投赞成票" not in page
        bad = {"held_on": TODAY.isoformat(), "took_part": "书记", "opinion": "yes"}
        assert secretary.post(place + "study/", bad).status_code == 422
        sent = secretary.post(place + "study/", bad | {"opinion": "matters_raised", "raised": "再问两家价"})
        assert sent.status_code == 302
        assert "再问两家价" in words(secretary, place)
        assert secretary.post(place + "notice/").status_code == 302
        early = chair.post(place + "open/", {"closes_at": "2026-11-30T18:00"})
        assert "通知期还没满" in early.content.decode()
    with clock.set_to(NOON + 2 * DAY):
        assert chair.post(place + "open/", {"closes_at": "2026-11-30T18:00"}).status_code == 302
        public = words(Client(), f"/m/{motion.code}/")
    assert PartyReview.objects.count() == 1
    assert "党组织前置研究" in public
    assert "不计入票数" in public
    assert "再问两家价" not in public


def test_a_meeting_on_its_pages(house: Cast) -> None:
    set_rules(house, meeting_needed="always")
    secretary, chair = signed_in(house.secretary), signed_in(house.chair)
    with clock.set_to(NOON):
        motion = make_draft(house)
        when = {"starts_at": "2026-11-26T09:00", "ends_at": "2026-11-26T11:00"}
        assert secretary.post(f"/committee/{house.fund.code}/meeting/", when).status_code == 422
        given = when | {"place": "社区议事厅", "agenda": [motion.code]}
        assert secretary.post(f"/committee/{house.fund.code}/meeting/", given).status_code == 302
        meeting = Meeting.objects.get()
        assert "独居老人午餐" in words(chair, f"/meeting/{meeting.code}/")
        assert "社区议事厅" in words(chair, f"/motion/{motion.code}/")
    with clock.set_to(meeting.starts_at):
        opened = chair.post(
            f"/motion/{motion.code}/open/", {"closes_at": "2026-11-26T10:00", "in_meeting": "1"}
        )
        assert opened.status_code == 302
        seats = [str(seat.pk) for seat in Seat.objects.all()]
        sent = {"seats": seats, "guests": "街道科长"}
        wrong = secretary.post(
            f"/meeting/{meeting.code}/attendance/", sent | {"seats": [seats[0], str(2**63)]}
        )
        assert wrong.status_code == 422 and not meeting.attendances.exists()
        assert secretary.post(f"/meeting/{meeting.code}/attendance/", sent).status_code == 302
    with clock.set_to(meeting.starts_at + timedelta(minutes=30)):
        assert chair.post(f"/meeting/{meeting.code}/end/").status_code == 302
        motion.refresh_from_db()
        assert motion.state == "lost"
        assert secretary.post(f"/meeting/{meeting.code}/minutes/").status_code == 302
        assert "开了 1 次会" in words(chair, f"/committee/{house.fund.code}/")
        assert "开了 1 次会" in words(Client(), f"/f/{house.fund.code}/committee/")
        minutes = Minutes.objects.get()
        assert minutes.meeting == meeting
        # Whoever has no seat is not led to a page that is closed to them.
        assert f"/minutes/{minutes.code}/" in words(chair, f"/meeting/{meeting.code}/")
        assert f"/minutes/{minutes.code}/" not in words(signed_in(house.admin), f"/meeting/{meeting.code}/")
        Minutes.objects.update(state=Minutes.State.SIGNED)
        page = words(signed_in(house.admin), f"/meeting/{meeting.code}/")
        assert f'href="/minutes/{minutes.code}/"' in page


def test_minutes_are_public_once_two_signed(house: Cast) -> None:
    with clock.set_to(NOON):
        motion = make_draft(house)
    carry(house, open_now(house, motion))
    with clock.set_to(DEADLINE):
        minutes = services.draft_minutes(motion, by=house.secretary)
        place = f"/minutes/{minutes.code}/edit/"
        for user in (house.chair, house.supervisor):
            assert Client().get(f"/minutes/{minutes.code}/").status_code == 404
            assert Client().get(f"/minutes/{minutes.code}.pdf").status_code == 404
            client = signed_in(user)
            page = words(client, place)
            digest = page.split('name="content_hash" value="')[1].split('"')[0]
            assert client.post(place, {"sign": "1", "content_hash": "0" * 64}).status_code in {400, 422}
            assert client.post(place, {"sign": "1", "content_hash": digest}).status_code == 302
        public = words(Client(), f"/minutes/{minutes.code}/")
        document = Client().get(f"/minutes/{minutes.code}.pdf")
        assert f"/minutes/{minutes.code}/" in words(Client(), f"/m/{motion.code}/")
    assert "赵国强" in public
    assert "@" not in queries.read_minutes(Minutes.objects.get())["title"]
    assert document.content.startswith(b"%PDF")
    with clock.set_to(DEADLINE):
        assert signed_in(house.stranger).get(place).status_code == 404


def test_the_public_page_says_who_is_waited_for_and_what_came(house: Cast) -> None:
    set_rules(house, town_review_fen=1_000_000)
    with clock.set_to(NOON):
        motion = make_draft(house)
    carried = carry(house, open_now(house, motion))
    with clock.set_to(DEADLINE + 11 * DAY):
        page = words(Client(), f"/m/{motion.code}/")
        assert "街镇审核" in page
        assert "已经晚了" in page
        desk = words(signed_in(house.secretary), "/desk/")
        assert "上级晚了" in desk
        pass_step(approval_of(carried), words="同意，注意留样", by=house.coordinator)
        services.review_decided(approval_of(carried).code)
        page = words(Client(), f"/m/{motion.code}/")
    assert "同意，注意留样" in page
    assert "生效" in page


@pytest.mark.parametrize("place", ["study/", "study/send/", "notice/", "minutes/"])
def test_strangers_find_none_of_it(house: Cast, place: str) -> None:
    with clock.set_to(NOON):
        motion = make_draft(house)
        meeting = call(house, motion)
        client = signed_in(house.stranger)
        assert client.post(f"/motion/{motion.code}/{place}").status_code == 404
        for other in ("", "attendance/", "end/", "minutes/"):
            address = f"/meeting/{meeting.code}/{other}"
            assert client.post(address).status_code in {404, 405}


def test_the_desk_says_what_is_next(house: Cast) -> None:
    set_rules(house, party_review="all", motion_notice_days=2)
    secretary = signed_in(house.secretary)
    with clock.set_to(NOON):
        motion = make_draft(house)
        assert "送党组织研究：独居" in words(secretary, "/desk/")
        services.send_to_study(motion, by=house.secretary)
        assert "登记前置研究：独居" in words(secretary, "/desk/")
        services.record_study(
            motion, held_on=date(2026, 11, 20), took_part="书记", opinion="no_objection", by=house.secretary
        )
        assert "通知委员：独居" in words(secretary, "/desk/")
        services.give_notice(motion, by=house.secretary)
        assert "开始表决：独居" in words(secretary, "/desk/")
