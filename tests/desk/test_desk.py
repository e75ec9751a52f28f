"""What each person sees first."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.core import audit, clock
from apps.core.waiting import Waiting, in_order
from apps.desk.context_processors import links_for
from apps.desk.queries import events, tasks
from apps.divisions.models import Division
from apps.donations import services as donations
from apps.donations.models import ProviderEvent
from apps.finance import services as finance
from apps.funds.services import adopt_rulebook
from apps.governance import services as governance
from apps.users.models import User
from tests.cast import Cast
from tests.disclosure import rooms
from tests.funds.test_applying import approved, ask
from tests.grants import house as grants

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Cast, settings: Any, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = tmp_path
    grants.seat_everyone(cast)
    grants.money(cast)
    return cast


def titles(user: User) -> list[str]:
    return [row.title for row in tasks.desk_of(user).mine]


def others(user: User) -> list[str]:
    return [row.title for row in tasks.desk_of(user).others]


def page(user: User, path: str = "/desk/") -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_an_application_then_a_draft_then_a_vote(house: Cast) -> None:
    project = grants.submitted(house)
    assert f"提交表决：{project.title}" in titles(house.chair)
    assert project.title in others(house.implementer)
    motion = grants.tabled(house, project)
    member = house.members[0]
    if motion.state == "draft":
        assert f"开始表决：{motion.title}" in titles(house.chair)
    else:
        assert f"投票：{motion.title}" in titles(member)
        shown = page(member)
        assert "今天有" in shown
        assert "赞成" not in shown
    assert f"提交表决：{project.title}" not in titles(house.chair)


def test_money_passes_from_hand_to_hand(house: Cast) -> None:
    grant = grants.at_work(house)
    title = grant.project.title
    assert f"制单：{title} 第 1 期" in titles(house.finance)
    payment = grants.prepared(house, grant)
    maker = User.objects.get(pk=payment.prepared_by_id)
    other = house.second_finance if maker == house.finance else house.finance
    assert f"复核付出：{payment.payee}" in titles(other)
    assert f"复核付出：{payment.payee}" in others(maker)
    assert "制单的" in page(maker)
    assert f"交成果：{title}" in titles(house.implementer)
    for user in (house.chair, house.finance, other, house.implementer, house.secretary):
        page(user)


def test_work_waits_for_its_acceptance(house: Cast) -> None:
    grant = grants.at_work(house)
    grants.paid(house, grant)
    grants.filed(house, grant)
    assert f"验收：{grant.project.title}" in titles(house.chair)
    assert f"验收：{grant.project.title}" in others(house.implementer)


def test_finance_sees_lines_and_parked_events(house: Cast) -> None:
    text = "交易日期,金额,流水号\n2026-11-19,5,L1\n2026-11-20,6,L2\n"
    finance.import_statement(house.host, body=text.encode(), filename="x", by=house.finance)
    ProviderEvent.objects.create(
        provider="stripe", event_id="evt_1", kind="x", state="parked", received_at=timezone.now()
    )
    found = titles(house.finance)
    assert "对账：2 行流水还没对上" in found
    assert "1 笔网上付款没能自动入账" in found
    assert not titles(house.stranger)
    page(house.finance)


def test_reports_wait_for_officers_and_then_for_the_host(house: Cast) -> None:
    donations.record_offline(
        donations.OfflineGift(house.fund, 100, "cash", clock.today() - timedelta(days=200), "K"),
        by=None,
    )
    assert any(title.startswith("起草季度报告：百步梯") for title in titles(house.chair))
    assert not any("百步梯" in title for title in titles(house.admin) if title.startswith("起草"))


def test_what_the_host_is_to_finish_waits_on_its_desks(house: Cast) -> None:
    rooms.campaign(house)
    with clock.set_to(rooms.at("2026-11-25")):
        assert titles(house.admin).count("公布募捐情况：邻里守望") == 1
        assert "公布募捐情况：邻里守望" not in titles(house.finance)
        declared = donations.declare_batch(
            house.fund,
            kind="event",
            name="重阳坝坝宴",
            channel="cash",
            day=clock.today(),
            count=1,
            total=10_00,
            token="a-list-of-an-event",
            by=house.finance,
        )
        assert f"录名单：{declared.name}" in titles(house.finance)


def test_an_application_waits_for_its_agreement_and_its_applicant_has_a_desk(house: Cast) -> None:
    application = ask(house)
    assert application.name in page(house.stranger)
    assert f"设立{application.name}" not in titles(house.admin)
    approved(house, application)
    assert f"设立{application.name}" in titles(house.admin)
    assert f"设立{application.name}" not in titles(house.finance)


def test_what_is_due_first_stands_on_top(house: Cast) -> None:
    grants.tabled(house)
    rows = tasks.desk_of(house.chair).mine
    assert rows == in_order(reversed(rows), clock.now())


def test_what_is_late_stands_on_top_with_how_late(house: Cast) -> None:
    now = clock.now()

    def row(title: str, *, since: int = 0, until: int | None = None) -> Waiting:
        due = None if until is None else now + timedelta(days=until)
        return Waiting("waiting", "", title, "/", since=now - timedelta(days=since), until=due)

    rows = [
        row("far", since=1, until=60),
        row("new", since=2),
        row("old", since=30),
        row("tomorrow", until=1),
        row("in three days", until=3),
        row("late", until=-1),
        row("very late", until=-9),
    ]
    found = [one.title for one in in_order(rows, now)]
    assert found == ["very late", "late", "tomorrow", "in three days", "old", "new", "far"]
    grant = grants.at_work(house)
    with clock.set_to(clock.midnight(grant.project.ends_on) + timedelta(days=3, hours=2)):
        shown = page(house.implementer)
        assert "已经晚了" in shown and "已晚 3 天" in shown


def test_the_purse_of_a_committee(house: Cast) -> None:
    shown = page(house.chair)
    (purse,) = tasks.purses_of(house.chair)
    assert purse.total == sum(amount for _purpose, amount in purse.parts)
    assert "可以安排的钱" in shown


def test_donors_see_their_gifts(cast: Cast) -> None:
    client = Client()
    assert client.get("/desk/").status_code == 302
    client.force_login(cast.stranger)
    assert "我的捐赠" in client.get("/desk/").content.decode()
    assert "还没有捐赠记录" in page(cast.stranger, "/desk/gifts/")
    gift = donations.OfflineGift(
        cast.fund, 5000, "cash", clock.today(), "K1", name="王䶮", user_id=cast.stranger.pk
    )
    row = donations.record_offline(gift, by=None)
    shown = page(cast.stranger, "/desk/gifts/")
    assert "50.00" in shown
    assert row.code in shown
    assert row.code not in page(cast.finance, "/desk/gifts/")
    for number in ("2", "x", "0", "-1", "99999"):
        assert client.get(f"/desk/gifts/?page={number}").status_code == 200


def test_the_menu_follows_the_roles(house: Cast, rf: Any) -> None:
    def labels(user: User) -> list[str]:
        request = rf.get("/desk/")
        request.user = user
        return [str(link.label) for link in links_for(request)]

    assert labels(house.chair) == ["待办", "通知", "管委会", "资助"]
    assert "财务" in labels(house.finance)
    assert "审计" in labels(house.auditor)
    assert "我们的项目" in labels(house.implementer)
    assert labels(house.stranger) == ["待办", "通知", "我的捐赠"]


def test_the_trail_shows_one_hosts_events_without_donors(cast: Cast) -> None:
    gift = donations.record_offline(
        donations.OfflineGift(cast.fund, 5000, "cash", clock.today(), "K1", name="王䶮"), by=cast.finance
    )
    audit.record(cast.stranger, "start_gift", gift, amount=5000)
    foreign = type(cast.host).objects.create(
        code="H-XX", name="另一个慈善会", uscc="51500111MJP0000039", division_id="500110"
    )
    audit.record(cast.admin, "secret_deed", foreign)
    rows, older = events.events_of(cast.host)
    assert older is None
    assert {row.verb for row in rows} == {"start_gift", "book_gift"}
    assert {row.by for row in rows} == {"何玲", "—"}
    shown = page(cast.auditor, "/desk/audit/")
    assert "捐款入账" in shown and ">book_gift<" not in shown
    assert "路人" not in shown
    assert "王䶮" not in shown
    assert "secret_deed" not in shown
    assert "开始捐款" not in page(cast.auditor, "/desk/audit/?verb=book_gift&before=x").split("<table")[1]
    page(cast.auditor, f"/desk/audit/?before={2**64}")


def test_pages_of_the_trail_leave_nothing_out(cast: Cast) -> None:
    for number in range(7):
        audit.record(cast.admin, f"deed{number}", cast.fund)
    first, older = events.events_of(cast.host, limit=3)
    second, older = events.events_of(cast.host, limit=3, before=older)
    third, older = events.events_of(cast.host, limit=3, before=older)
    assert [row.verb for row in first + second + third] == [f"deed{number}" for number in range(6, -1, -1)]
    assert older is None


def test_the_auditor_runs_the_checks(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.auditor)
    assert client.get("/desk/audit/checks/").status_code == 405
    answer = client.post("/desk/audit/checks/", {"host": cast.host.code})
    assert "都成立" in answer.content.decode()
    assert client.post("/desk/audit/checks/", {"host": "H-NONE"}).status_code == 404
    for person in (cast.stranger, cast.finance, cast.chair):
        client.force_login(person)
        assert client.get("/desk/audit/").status_code == 404
        assert client.post("/desk/audit/checks/").status_code == 404


def test_rules_that_are_no_longer_tight_enough_wait_for_those_who_may_mend_them(house: Cast) -> None:
    def adopt(level: int, division: str, days: int, title: str) -> None:
        adopt_rulebook(
            house.host,
            level=level,
            division=Division.objects.get(code=division),
            title=title,
            document="文〔2026〕1号",
            clauses={"notice_days": (days, "第三条")},
            effective_from=clock.today(),
            by=None,
        )

    adopt(3, "500110001", 9, "街道办法")
    adopt(4, "500110001001", 12, "百步梯公约")
    people = (house.admin, house.coordinator, house.chair, house.secretary, house.members[0], house.auditor)
    assert not any("改规则" in title for person in people for title in titles(person))
    adopt(1, "500110", 30, "慈善会办法")
    assert "改规则：《街道办法》" in titles(house.coordinator)
    assert "改规则：《百步梯公约》" not in titles(house.coordinator)
    for officer in (house.chair, house.secretary):
        assert "改规则：《百步梯公约》" in titles(officer)
    for person in (house.admin, house.members[0], house.auditor):
        assert not any("改规则" in title for title in titles(person))


def test_who_sits_in_several_funds_is_led_to_all_of_them(house: Cast, rf: Any) -> None:
    def link(path: str) -> tuple[str, bool]:
        request = rf.get(path)
        request.user = house.members[0]
        (found,) = [one for one in links_for(request) if one.label == "管委会"]
        return found.url, found.is_current

    with clock.set_to(grants.NOON):
        bench = f"/committee/{house.fund.code}/"
        assert link("/desk/") == (bench, False)
        other = governance.form_committee(
            house.other_fund, appointed_by="", day=grants.FROM, size=7, by=house.admin
        )
        governance.seat(
            other,
            user=house.members[0],
            office="supervisor",
            kind="resident",
            from_day=grants.FROM,
            until_day=grants.UNTIL,
            by=None,
        )
        assert link("/desk/") == ("/seats/", False)
        for path in ("/seats/", bench, f"/committee/{house.other_fund.code}/seat/"):
            assert link(path) == ("/seats/", True)
        assert house.other_fund.name in page(house.members[0], "/seats/")
