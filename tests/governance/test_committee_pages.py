"""The pages of a committee: the bench, forming, one seat, hand-over, papers, opinions, kin, my seats."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core import clock
from apps.governance import queries, services
from apps.governance.models import Appointment, Committee, HandOver, Kinship, Motion, Seat, SupervisorOpinion
from apps.governance.waiting import waiting_for
from apps.users.models import User
from tests.cast import Cast
from tests.governance.house import FROM, NOON, give_seat, make_committee

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def rows(people: list[tuple[User | str, str, str]]) -> dict[str, Any]:
    """The list of a committee as a browser sends it."""
    sent: dict[str, Any] = {"seats-TOTAL_FORMS": len(people), "seats-INITIAL_FORMS": 0}
    for number, (user, office, kind) in enumerate(people):
        sent |= {
            f"seats-{number}-user": user.email if isinstance(user, User) else user,
            f"seats-{number}-office": office,
            f"seats-{number}-kind": kind,
        }
    return sent


def seven(cast: Cast) -> list[tuple[User | str, str, str]]:
    return [
        (cast.chair, "chair", "party"),
        *[(user, "member", "resident") for user in cast.members],
        (cast.secretary, "secretary", "social_worker"),
        (cast.supervisor, "supervisor", "host_staff"),
        ("", "member", ""),
    ]


FORMING = {
    "size": "7",
    "appointed_by": "古南〔2026〕1号",
    "from_day": "2026-01-01",
    "until_day": "2028-12-31",
}


def test_a_committee_is_formed_in_one_form(cast: Cast) -> None:
    client, address = signed_in(cast.coordinator), f"/committee/{cast.fund.code}/form/"
    with clock.set_to(NOON):
        assert f'href="{address}"' in client.get(f"/committee/{cast.fund.code}/").content.decode()
        empty = client.get(address).content.decode()
        assert empty.count("<fieldset") == 9
        more = client.post(address, {**FORMING, **rows(seven(cast)), "more": "1"})
        assert (more.status_code, more.content.decode().count("<fieldset")) == (200, 13)
        assert cast.chair.email in more.content.decode()
        assert not Committee.objects.exists()
        done = client.post(address, {**FORMING, **rows(seven(cast))})
        assert (done.status_code, done["Location"]) == (302, f"/committee/{cast.fund.code}/")
        assert "已经有管委会了" in client.get(address).content.decode()
    committee = Committee.objects.get()
    assert (committee.size, committee.seats.count(), committee.formed_on) == (7, 9, FROM)


@pytest.mark.parametrize(
    ("head", "people", "sentence"),
    [
        ({"size": "4"}, slice(0, 4), "至少 5 席，写的是 4 席"),
        ({"size": "8"}, slice(0, None), "单数，现在设 8 席"),
        ({"size": "0"}, slice(0, None), "大于或等于1"),
        ({"size": "999"}, slice(0, None), "25"),
        ({}, slice(0, 6), "监督员"),
        ({"until_day": "2025-01-01"}, slice(0, None), "结束不能早于开始"),
        ({"until_day": "2029-01-02"}, slice(0, None), "任期最长 3 年"),
        ({"from_day": "不知道"}, slice(0, None), "日期"),
    ],
)
def test_a_wrong_list_comes_back_whole_and_changes_nothing(
    cast: Cast, head: dict[str, str], people: slice, sentence: str
) -> None:
    sent = {**FORMING, **head, **rows(seven(cast)[people])}
    with clock.set_to(NOON):
        answer = signed_in(cast.admin).post(f"/committee/{cast.fund.code}/form/", sent)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (422, True), page
    assert cast.chair.email in page
    assert not Committee.objects.exists()


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("nobody@qj.test", "member", "resident"), "没有用这个邮箱的人"),
        (("不是邮箱", "member", "resident"), "有效的 Email"),
        (("stranger@qj.test", "member", ""), "请选代表哪一方"),
        (("stranger@qj.test", "king", "resident"), "king"),
        (("member1@qj.test", "supervisor", "resident"), "写了两次"),
    ],
)
def test_a_wrong_row_is_named(cast: Cast, row: tuple[str, str, str], sentence: str) -> None:
    with clock.set_to(NOON):
        answer = signed_in(cast.admin).post(
            f"/committee/{cast.fund.code}/form/", {**FORMING, **rows([*seven(cast), row])}
        )
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not Committee.objects.exists()


@pytest.mark.parametrize("count", ["", "x", "-1", "99999", "1e3", "٣"])
def test_a_broken_list_is_refused(cast: Cast, count: str) -> None:
    client = signed_in(cast.admin)
    with clock.set_to(NOON):
        for extra in ({}, {"more": "1"}):
            sent = {**FORMING, **rows(seven(cast)), "seats-TOTAL_FORMS": count, **extra}
            assert client.post(f"/committee/{cast.fund.code}/form/", sent).status_code in {200, 422}
    assert not Committee.objects.exists()


def test_a_seat_is_replaced_renewed_and_ended_on_its_page(house: Cast) -> None:
    client, seat = signed_in(house.coordinator), Seat.objects.get(user=house.members[0])
    page = f"/committee/{house.fund.code}/seat/{seat.pk}/"
    new = {"email": "stranger@qj.test", "kind": "donor", "reason": "moved"}
    with clock.set_to(NOON):
        assert "换人" in client.get(page).content.decode()
        assert "换人" not in signed_in(house.chair).get(page).content.decode()
        assert client.post(f"{page}renew/", {"until_day": "2032-12-31"}).status_code == 422
        assert client.post(f"{page}renew/", {"until_day": "2031-12-31"}).status_code == 302
        assert client.post(f"{page}replace/", new | {"reason": "拌了嘴"}).status_code == 422
        assert client.post(f"{page}replace/", new | {"email": "chair@qj.test"}).status_code == 422
        seat.refresh_from_db()
        assert seat.ended_at is None
        assert client.post(f"{page}replace/", new).status_code == 302
        shown = client.get(page).content.decode()
        assert "搬离本地" in shown
        assert "路人" in shown
        assert client.post(f"{page}end/", {"reason": "moved"}).status_code == 302
        assert client.post(f"{page}office/", {"office": "emperor"}).status_code == 400


def test_a_seat_of_another_fund_does_not_exist(house: Cast) -> None:
    seat = Seat.objects.get(user=house.members[0])
    client = signed_in(house.admin)
    with clock.set_to(NOON):
        other = services.form_committee(house.other_fund, appointed_by="", day=FROM, size=7, by=None)
        for place in ("", "end/", "replace/", "renew/", "office/", "call-up/"):
            address = f"/committee/{house.other_fund.code}/seat/{seat.pk}/{place}"
            assert (client.post(address) if place else client.get(address)).status_code == 404
        assert client.get(f"/committee/{house.other_fund.code}/seat/?fills={seat.pk}").status_code == 404
        paper = services.file_appointment(
            house.fund.committee, number="1", issuer="x", issued_on=FROM, by=house.admin
        )
        assert client.get(f"/committee/{house.other_fund.code}/paper/{paper.code}/").status_code == 404
        sent = {"number": "2", "issuer": "x", "issued_on": FROM.isoformat()}
        for key in (str(seat.pk), str(2**63), "9" * 400):
            address = f"/committee/{house.other_fund.code}/paper/"
            assert client.post(address, sent | {"seats": [key]}).status_code == 422
    assert other.seats.count() == 0
    seat.refresh_from_db()
    assert seat.ended_at is None


def test_a_vacancy_is_filled_from_the_bench(house: Cast) -> None:
    seat = Seat.objects.get(user=house.members[0])
    client, bench = signed_in(house.admin), f"/committee/{house.fund.code}/"
    with clock.set_to(NOON):
        substitute = give_seat(house.fund.committee, house.implementer, "substitute")
        assert "递补为委员</button>" not in client.get(bench).content.decode()
        assert client.post(f"{bench}seat/{substitute.pk}/call-up/").status_code == 400
        services.end_seat(seat, reason="resigned", by=house.admin)
        page = client.get(bench).content.decode()
        assert f"seat/?fills={seat.pk}" in page
        assert "2026-11-21 起空缺" in page
        assert "辞去" in page
        fill = client.get(f"{bench}seat/?fills={seat.pk}").content.decode()
        assert 'value="2028-12-31"' in fill
        for wrong in ("0", "abc", "9" * 30, "٣"):
            assert client.get(f"{bench}seat/?fills={wrong}").status_code == 404
        assert signed_in(house.secretary).post(f"{bench}seat/{substitute.pk}/call-up/").status_code == 302
        assert client.get(f"{bench}seat/?fills={seat.pk}").status_code == 404
    assert Seat.objects.get(user=house.implementer, office="member").succeeds == seat


def test_the_size_is_set_on_the_bench(house: Cast) -> None:
    client, address = signed_in(house.admin), f"/committee/{house.fund.code}/size/"
    with clock.set_to(NOON):
        for size, sentence in (("8", "单数"), ("x", "整数"), ("5", "7 位在任")):
            answer = client.post(address, {"size": size})
            assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
        assert signed_in(house.chair).post(address, {"size": "9"}).status_code == 422
        assert client.post(address, {"size": "9"}).status_code == 302
    assert Committee.objects.get().size == 9


def test_a_hand_over_is_written_and_confirmed_on_its_page(house: Cast) -> None:
    bench = f"/committee/{house.fund.code}/"
    people: list[tuple[User | str, str, str]] = [
        (house.stranger, "chair", "party"),
        *[(user, "member", "resident") for user in house.members[:6]],
        (house.supervisor, "supervisor", "host_staff"),
    ]
    sent = {"size": "7", "until_day": "2029-11-20", "papers": "账册", **rows(people)}
    outgoing, incoming = signed_in(house.chair), signed_in(house.stranger)
    with clock.set_to(NOON):
        assert house.members[0].email in outgoing.get(f"{bench}hand-over/").content.decode()
        assert outgoing.post(f"{bench}hand-over/", sent | {"more": "1"}).status_code == 200
        assert outgoing.post(f"{bench}hand-over/", sent | {"size": "8"}).status_code == 422
        written = outgoing.post(f"{bench}hand-over/", sent)
        page = written["Location"]
        assert written.status_code == 302
        assert f'href="{page}"' in outgoing.get(f"{bench}hand-over/").content.decode()
        assert house.members[0].email not in outgoing.get(f"{bench}hand-over/").content.decode()
        again = outgoing.post(f"{bench}hand-over/", sent)
        assert again.status_code == 422 and "请先取消" in again.content.decode()
        assert "账册" in incoming.get(page).content.decode()
        assert signed_in(house.implementer).get(page).status_code == 404
        assert incoming.post(f"{page}confirm/", {"side": "outgoing"}).status_code == 400
        assert outgoing.post(f"{page}confirm/", {"side": "x"}).status_code == 400
        assert "我确认交接" in outgoing.get(page).content.decode()
        assert outgoing.post(f"{page}confirm/", {"side": "outgoing"}).status_code == 302
        assert "我确认交接" not in outgoing.get(page).content.decode()
        assert incoming.post(f"{page}confirm/", {"side": "incoming"}).status_code == 302
        assert "交接完成" in incoming.get(page).content.decode()
        assert outgoing.get(page).status_code == 404
        assert signed_in(house.admin).post(f"{page}cancel/").status_code == 400
    assert HandOver.objects.get().state == "done"


def test_a_scan_is_handed_out_to_staff_only(house: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    bench, client = f"/committee/{house.fund.code}/", signed_in(house.coordinator)
    given = {"number": "古南〔2026〕2号", "issuer": "古南街道", "issued_on": "2026-01-05"}
    with clock.set_to(NOON):
        wrong = client.post(f"{bench}paper/", given | {"scan": SimpleUploadedFile("a.pdf", b"MZ")})
        assert (wrong.status_code, "PDF" in wrong.content.decode()) == (422, True)
        assert client.post(f"{bench}paper/", given | {"issued_on": "2026-12-01"}).status_code == 422
        assert client.post(f"{bench}paper/", given | {"seats": ["0"]}).status_code == 422
        assert not Appointment.objects.exists()
        assert (
            client.post(f"{bench}paper/", given | {"scan": SimpleUploadedFile("a.pdf", PDF)}).status_code
            == 302
        )
        paper = Appointment.objects.get()
        scan = f"{bench}paper/{paper.code}/"
        answer = client.get(scan)
        assert (answer.status_code, b"".join(answer)) == (200, PDF)  # type: ignore[arg-type]
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert scan in client.get(bench).content.decode()
        for user in (house.chair, house.secretary, house.supervisor, house.stranger):
            assert signed_in(user).get(scan).status_code == 404
        assert scan not in signed_in(house.chair).get(bench).content.decode()
        assert "古南〔2026〕2号" in signed_in(house.chair).get(bench).content.decode()
        assert Client().get(scan).status_code == 302
        assert paper.scan is not None
        assert Client().get(f"/files/{paper.scan.code}/document/").status_code == 404


def test_a_supervisor_writes_where_the_committee_reads(motion: Motion, house: Cast) -> None:
    supervisor, page = signed_in(house.supervisor), f"/motion/{motion.code}/"
    with clock.set_to(NOON):
        assert 'name="text"' in supervisor.get(page).content.decode()
        assert supervisor.post(f"{page}opinion/", {"text": ""}).status_code == 422
        assert supervisor.post(f"{page}opinion/", {"text": "预算 <b>合理</b>"}).status_code == 302
        for place in (page, f"/vote/{motion.code}/"):
            shown = signed_in(house.chair).get(place).content.decode()
            assert "预算 &lt;b&gt;合理&lt;/b&gt;" in shown
            assert f"{page}opinion/" not in shown
        assert signed_in(house.chair).post(f"{page}opinion/", {"text": "我也写"}).status_code == 400
        assert signed_in(house.stranger).post(f"{page}opinion/", {"text": "x"}).status_code == 404
        bench = f"/committee/{house.fund.code}/"
        assert supervisor.post(f"{bench}opinion/", {"year": "1999", "text": "x"}).status_code == 422
        assert supervisor.post(f"{bench}opinion/", {"year": "2026", "text": "开了四次会"}).status_code == 302
        assert "开了四次会" in signed_in(house.chair).get(bench).content.decode()
    assert SupervisorOpinion.objects.count() == 2


def test_kin_is_declared_among_those_one_sits_with(house: Cast) -> None:
    client = signed_in(house.members[0])
    with clock.set_to(NOON):
        assert client.post("/kin/", {"other": house.stranger.pk}).status_code == 422
        assert client.post("/kin/", {"other": "x"}).status_code == 422
        assert client.post("/kin/", {"other": house.members[1].pk}).status_code == 302
        kinship = Kinship.objects.get()
        assert house.members[1].name in client.get("/ties/").content.decode()
        assert signed_in(house.members[1]).post(f"/kin/{kinship.pk}/end/").status_code == 404
        assert "现在有 2 位有近亲属同在" in client.get(f"/committee/{house.fund.code}/").content.decode()
        assert client.post(f"/kin/{kinship.pk}/end/").status_code == 302
        assert queries.composition(house.fund) == []


def test_my_seats_lists_every_fund(house: Cast) -> None:
    with clock.set_to(NOON):
        other = services.form_committee(house.other_fund, appointed_by="", day=FROM, size=7, by=None)
        give_seat(other, house.members[0], "supervisor")
        services.end_seat(Seat.objects.get(user=house.chair), reason="resigned", by=house.admin)
        page = signed_in(house.members[0]).get("/seats/").content.decode()
        assert house.fund.name in page
        assert house.other_fund.name in page
        assert "辞去" in signed_in(house.chair).get("/seats/").content.decode()
        assert "没有席位" in signed_in(house.stranger).get("/seats/").content.decode()


def test_pages_are_whole_in_english(house: Cast) -> None:
    client = signed_in(house.admin)
    client.cookies["language"] = "en"
    seat = Seat.objects.get(user=house.members[0])
    bench = f"/committee/{house.fund.code}/"
    with clock.set_to(NOON):
        services.end_seat(seat, by=house.admin)
        for place in ("", "form/", "seat/", f"seat/{seat.pk}/", "paper/", "hand-over/"):
            assert client.get(bench + place).status_code == 200
        assert client.get("/seats/").status_code == 200


def test_the_desk_tells_of_terms_vacancies_and_hand_overs(house: Cast) -> None:
    def titles(user: User) -> list[str]:
        return [row.title for row in waiting_for(user) if row.mine]

    with clock.set_to(clock.midnight(date(2028, 12, 1))):
        for user in (house.chair, house.secretary, house.admin, house.coordinator):
            assert titles(user) == [f"换届或连任：{house.fund.name}"]
        assert titles(house.members[0]) == []
        services.end_seat(Seat.objects.get(user=house.members[0]), by=house.admin)
        assert f"补空缺：{house.fund.name}" in titles(house.secretary)
        assert titles(house.finance) == []
    with clock.set_to(NOON):
        hand_over = services.prepare_hand_over(
            house.fund.committee,
            size=7,
            plans=[
                services.SeatPlan(house.stranger, "chair", "party"),
                *[services.SeatPlan(user, "member", "resident") for user in house.members],
                services.SeatPlan(house.supervisor, "supervisor", "firm"),
            ],
            until_day=clock.today() + timedelta(days=365),
            by=house.secretary,
        )
        assert f"换届交接：{house.fund.name}" in titles(house.chair)
        assert titles(house.stranger) == [f"换届交接：{house.fund.name}"]
        services.confirm_hand_over(hand_over, side="outgoing", by=house.chair)
        assert f"换届交接：{house.fund.name}" not in titles(house.chair)


def test_a_fund_without_a_committee_leads_to_forming(cast: Cast) -> None:
    with clock.set_to(NOON):
        page = signed_in(cast.admin).get(f"/committee/{cast.fund.code}/seat/").content.decode()
        assert "先一次写好整份名单" in page
        assert signed_in(cast.admin).post(f"/committee/{cast.fund.code}/seat/", {}).status_code == 404
        make_committee(cast)
        assert (
            "先一次写好整份名单"
            not in signed_in(cast.admin).get(f"/committee/{cast.fund.code}/seat/").content.decode()
        )
