"""What everyone reads about seed money: the pot, each draw with its arithmetic, what came back, and its record."""

import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from apps.core import clock
from apps.disclosure import bodies
from apps.seeding import services
from apps.seeding.services import Reach
from tests.cast import Cast
from tests.funds.money import give, pay
from tests.seeding.house import (
    NOW,
    accepted_work,
    gift,
    give_back,
    open_fixed,
    open_matching,
    open_reward,
    pass_all,
    seat_officers,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(cast: Cast) -> Iterator[None]:
    bodies.forget()
    with clock.set_to(NOW):
        give(cast.general, 5_000_00)
        yield
    bodies.forget()


def text(client: Client, address: str) -> str:
    """Return a page's text without tags, spaces squeezed."""
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_no_programme_yet(client: Client) -> None:
    assert "还没有这样的计划" in text(client, "/seed/")
    for address in ("/s/NOSUCH/", "/s/NOSUCH/record.json"):
        assert client.get(address).status_code == 404


def test_a_matching_programme(client: Client, cast: Cast) -> None:
    programme = open_matching(cast, by_terms={"gift_cap": 50_00, "day_cap": 80_00})
    address = f"/s/{programme.code}/"
    assert "还没有给出" in text(client, address)
    first = gift(cast.fund, 60_00, name="王小二", name_choice="masked")
    gift(cast.fund, 60_00, name="王小二", name_choice="masked")
    services.match_gifts()
    pay(cast.fund, 70_00)
    give_back(first, 30_00)
    services.match_gifts()
    # The fund's book calls a match a match, and so does its entry.
    assert " 配捐 +50.00 " in text(client, f"/f/{cast.fund.code}/book/")
    entry = re.findall(r'href="([^"]+)">配捐<', client.get(f"/f/{cast.fund.code}/book/").content.decode())[0]
    assert f"配捐 · {programme.title}" in text(client, entry)
    page = text(client, address)
    assert "¥60.00 × 1 = ¥60.00 → 单笔封顶 ¥50.00" in page
    assert "→ 同一来源当日封顶 ¥80.00" in page
    assert "王**" in page
    assert "王小二" not in page
    assert "第 1 笔退捐，带回配捐 · 其中 ¥15.00 已花掉，记作应收款" in page
    assert "退捐带回 25.00 逐笔" in page
    assert "还剩 945.00" in page
    assert "同一来源一天最多配 ¥80.00" in page
    assert programme.title in text(client, "/seed/")
    answer = client.get(f"{address}record.json")
    assert answer["Content-Type"] == "application/json"
    record = json.loads(answer.content)
    assert record["left"] == 945_00
    assert record["fingerprint"][:16] in page


def test_a_page_of_many_draws_turns(client: Client, cast: Cast) -> None:
    programme = open_matching(cast)
    for _turn in range(35):
        gift(cast.fund, 1_00)
    services.match_gifts()
    first = text(client, f"/s/{programme.code}/")
    assert "第 35 笔" in first
    assert "第 15 笔" not in first
    assert "第 15 笔" in text(client, f"/s/{programme.code}/?before=16")
    assert "?before=16" in client.get(f"/s/{programme.code}/").content.decode()
    assert client.get(f"/s/{programme.code}/?before=x").status_code == 200


def test_waiting_for_money_is_said(client: Client, cast: Cast) -> None:
    pay(cast.general, 4_990_00)
    programme = open_matching(cast)
    gift(cast.fund, 60_00)
    gift(cast.fund, 5_00)
    services.match_gifts()
    assert "2 笔捐款排队等着配" in text(client, f"/s/{programme.code}/")


def test_an_empty_pot_and_an_ended_programme_are_said(client: Client, cast: Cast) -> None:
    programme = open_matching(cast, pot=50_00, per_fund=50_00)
    gift(cast.fund, 60_00)
    gift(cast.fund, 5_00)
    services.match_gifts()
    assert "总额给完以后又来了 1 笔" in text(client, f"/s/{programme.code}/")
    services.close_programme(programme, reason="年度结束", by=cast.admin)
    assert "结束：年度结束" in text(client, f"/s/{programme.code}/")


def test_a_nameless_gift_stays_nameless(client: Client, cast: Cast) -> None:
    programme = open_matching(cast)
    gift(cast.fund, 60_00, name="王小二", name_choice="masked")
    gift(cast.fund, 5_00, name="王小二")
    services.match_gifts()
    page = text(client, f"/s/{programme.code}/")
    assert page.count("不公开是哪一笔捐款") == 2
    assert "王" not in page


def test_fixed_sums_and_rewards(client: Client, cast: Cast) -> None:
    reach = Reach(quota_level=4, quota_awards=2, pilots=("500110001",), pilot_bp=6_500)
    fixed = open_fixed(cast, applying=False, reach=reach)
    services.award(fixed, fund=cast.fund, by=cast.admin)
    page = text(client, f"/s/{fixed.code}/")
    assert "每支基金给 ¥100.00" in page
    assert "至少 65% 给试点：古南街道" in page
    assert "同一个地方最多 2 支" in page
    seat_officers(cast.fund, cast.chair, cast.secretary)
    accepted_work(cast, cast.fund, person_times=100)
    reward = open_reward(cast)
    application = pass_all(cast, services.apply(reward, fund=cast.fund, words="成果", by=cast.chair))
    for reviewer, points in ((cast.finance, (40, 30, 20)), (cast.admin, (30, 30, 15))):
        services.score(application, points=points, by=reviewer)
    assert "还没有给出" in text(client, f"/s/{reward.code}/")
    with clock.set_to(NOW.replace(month=12, day=5)):
        services.pay_rewards(reward, by=cast.admin)
        page = text(client, f"/s/{reward.code}/")
    assert "(90 + 75) ÷ 2 = 82.50 分 → 单支基金封顶" in page
    assert "申请要过：街镇审核 → 区确认" in page
