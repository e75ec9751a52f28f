"""The pages of matching and reward programmes, of applications and scores, and what the desk tells."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.waiting import collect
from apps.funds import services as funds
from apps.funds.models import Approval, Fund, Host
from apps.seeding import services
from apps.seeding.models import Application, Award, MatchTerms, Programme, RewardTerms, Score
from apps.users.models import User
from tests.cast import Cast
from tests.funds.money import give, pay
from tests.seeding.house import (
    NOW,
    TODAY,
    accepted_work,
    gift,
    open_fixed,
    open_matching,
    open_reward,
    pass_all,
    seat_officers,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(cast: Cast) -> Iterator[None]:
    with clock.set_to(NOW):
        give(cast.general, 50_000_00)
        seat_officers(cast.fund, cast.chair, cast.secretary)
        yield


def facts(**more: str) -> dict[str, str]:
    return {
        "title": "邻里配捐",
        "pot": "10,000",
        "per_fund": "5,000",
        "document": "决议 3 号",
        "opens_on": TODAY.isoformat(),
        "closes_on": (TODAY + timedelta(days=40)).isoformat(),
    } | more


STEPS = {
    "step1_label": "街镇审核",
    "step1_who": "town_coordinator:4",
    "step1_days": "10",
    "step2_label": "区确认",
    "step2_who": "finance:0",
    "step2_days": "5",
}


def page(client: Client, name: str, *arguments: str, status: int = 200) -> str:
    answer = client.get(reverse(f"seeding:{name}", args=arguments))
    assert answer.status_code == status
    return answer.content.decode()


def told(user: User) -> list[tuple[str, str]]:
    """Return (state, title) of what this room tells a person's desk."""
    return [(row.label, row.title) for row in collect(user) if row.url.startswith("/seeds/")]


def test_a_matching_programme_is_opened_and_ended(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    address = reverse("seeding:open_kind", args=["H-QJ", "matching"])
    filled: dict[str, Any] = facts(
        ratio_whole="1",
        ratio_part="1",
        gift_cap="100",
        day_cap="200",
        never_matched="中标公司\n\n",
        gift_min="",
    )
    for wrong, words in (
        ({"ratio_part": "0"}, "1 到 10000"),
        ({"ratio_part": "1000000000"}, "1 到 10000"),
        ({"ratio_part": "1000000000000"}, "errors"),
        ({"gift_cap": "20,000"}, "高过总额"),
        ({"gift_cap": "abc"}, "阿拉伯数字"),
        ({"per_fund": "20,000"}, "不够给一个基金"),
        ({"closes_on": "2026-01-01"}, "结束日不能早于开始日"),
        ({"divisions": ["110000"]}, "errors"),
    ):
        answer = client.post(address, filled | wrong)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), wrong
    assert not Programme.objects.exists()
    done = client.post(address, filled | {"divisions": ["500110001"], "channels": ["bank"]})
    assert done.status_code == 302
    terms = MatchTerms.objects.get()
    assert (terms.gift_cap, terms.day_cap, terms.channels, terms.never_matched) == (
        100_00, 200_00, ["bank"], ["中标公司"],
    )  # fmt: skip
    code = terms.programme.code
    assert "0 笔捐款等着配" in page(client, "programme", code)
    close = reverse("seeding:close", args=[code])
    assert client.post(close, {"reason": ""}).status_code == 422
    assert client.post(close, {"reason": "年度结束"}).status_code == 302
    assert "年度结束" in page(client, "programme", code)
    assert client.get(reverse("seeding:open_kind", args=["H-QJ", "lottery"])).status_code == 404


def test_a_reward_programme_is_opened(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    address = reverse("seeding:open_kind", args=["H-QJ", "reward"])
    filled: dict[str, Any] = facts(
        results_from="2026-01-01",
        results_until="2026-11-30",
        criteria="服务人次 40\n居民满意度 60",
        rule="bands",
        bands="60 3000\n80 5000",
        pass_points="60",
        reviewers_min="2",
        apply_until=(TODAY + timedelta(days=9)).isoformat(),
        **STEPS,
    )
    for wrong in (
        {"criteria": "服务人次"},
        {"criteria": "服务人次 0"},
        {"bands": "六十 3000"},
        {"bands": ""},
        {"apply_until": ""},
        {"step1_who": ""},
        {"step2_days": "0"},
    ):
        assert client.post(address, filled | wrong).status_code == 422, wrong
    assert client.post(address, filled).status_code == 302
    terms = RewardTerms.objects.get()
    assert terms.bands == [[60, 3_000_00], [80, 5_000_00]]
    assert [step["label"] for step in terms.programme.chain] == ["街镇审核", "区确认"]
    cast.coordinator.roles.all().delete()
    answer = client.post(address, filled)
    assert answer.status_code == 422
    assert "古南街道还没有街镇统筹员" in answer.content.decode()


def test_from_applying_to_the_award(client: Client, cast: Cast) -> None:
    programme = open_fixed(cast)
    assert told(cast.secretary) == [("可以申请", "启动资金：百步梯社区慈善基金")]
    client.force_login(cast.secretary)
    assert "启动资金" in page(client, "mine")
    address = reverse("seeding:apply", args=[programme.code, cast.fund.code])
    assert "街镇审核 → 区确认" in client.get(address).content.decode()
    assert client.post(address, {"words": ""}).status_code == 422
    done = client.post(address, {"words": "想办午餐点。"})
    application = Application.objects.get()
    assert done.headers["Location"] == reverse("seeding:application", args=[application.code])
    answer = client.post(address, {"words": "再来一份。"})
    assert (answer.status_code, "已经申请过" in answer.content.decode()) == (422, True)
    assert told(cast.secretary) == []
    funds.return_step(Approval.objects.get(), reason="请写清预算", by=cast.coordinator)
    services.follow_approvals()
    assert "请写清预算" in page(client, "application", application.code)
    again = reverse("seeding:again", args=[application.code])
    assert client.post(again, {"words": ""}).status_code == 422
    assert client.post(again, {"words": "预算三千。"}).status_code == 302
    pass_all(cast, application)
    assert told(cast.admin) == [("待拨", "启动资金：百步梯社区慈善基金")]
    client.force_login(cast.admin)
    shown = page(client, "programme", programme.code)
    assert "百步梯" in shown
    assert "新街子" not in shown
    give_out = reverse("seeding:award", args=[programme.code])
    assert client.post(give_out, {"fund": cast.other_fund.code}).status_code == 422
    assert client.post(give_out, {"fund": cast.fund.code}).status_code == 302
    assert told(cast.admin) == []


def test_withdrawn(client: Client, cast: Cast) -> None:
    application = services.apply(open_fixed(cast), fund=cast.fund, words="想", by=cast.chair)
    address = reverse("seeding:withdraw", args=[application.code])
    client.force_login(cast.coordinator)
    assert client.post(address).status_code == 422
    client.force_login(cast.chair)
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 302
    assert "已撤回" in page(client, "application", application.code)


def test_from_scores_to_rewards(client: Client, cast: Cast) -> None:
    programme = open_reward(cast)
    accepted_work(cast, cast.fund, person_times=1234, stars=(5, 4))
    client.force_login(cast.chair)
    apply = reverse("seeding:apply", args=[programme.code, cast.fund.code])
    assert "1,234" in client.get(apply).content.decode()
    client.post(apply, {"words": "做成了。"})
    application = pass_all(cast, Application.objects.get())
    address = reverse("seeding:score", args=[application.code])
    filled = {"c1": "40", "c2": "30", "c3": "10", "words": "扎实"}
    for user, points in ((cast.finance, "40"), (cast.admin, "20")):
        client.force_login(user)
        assert "1,234" in page(client, "application", application.code)
        assert client.post(address, filled | {"c1": "41"}).status_code == 422
        assert client.post(address, filled | {"c1": points}).status_code == 302
    assert Score.objects.count() == 2
    # Nobody sees another's points before they are paid.
    assert "平均" not in page(client, "application", application.code)
    client.force_login(cast.admin)
    pay_out = reverse("seeding:pay_rewards", args=[programme.code])
    answer = client.post(pay_out)
    assert (answer.status_code, "截止" in answer.content.decode()) == (422, True)
    with clock.set_to(NOW + timedelta(days=15)):
        assert ("待发放", "以奖代补") in told(cast.admin)
        assert client.post(pay_out).status_code == 302
        assert Award.objects.get().amount == 800_00
        assert "平均 70.00 分" in page(client, "application", application.code)
        assert "奖补已经按得分发放" in page(client, "programme", programme.code)
    client.force_login(cast.chair)
    assert client.post(address, filled).status_code == 400


def test_the_desk_tells_reviewers_and_shortage(cast: Cast) -> None:
    accepted_work(cast, cast.fund, person_times=10)
    services.apply(open_reward(cast), fund=cast.fund, words="做成了。", by=cast.chair)
    assert told(cast.finance) == [("待评分", "以奖代补：百步梯社区慈善基金")]
    assert ("待评分", "以奖代补：百步梯社区慈善基金") not in told(cast.chair)
    pay(cast.general, 49_999_00)
    open_matching(cast)
    gift(cast.fund, 60_00)
    services.match_gifts()
    assert ("等钱", "邻里配捐") in told(cast.admin)


def test_foreign_things_are_not_there(client: Client, cast: Cast) -> None:
    programme = open_fixed(cast)
    application = services.apply(programme, fund=cast.fund, words="想", by=cast.chair)
    host = Host.objects.create(code="H-BS", name="璧山区慈善会", uscc="5" * 18, division_id="5001")
    foreign = Fund.objects.create(
        code="F-BS", host=host, division_id="5001", kind="district", name="外区", opened_on=date(2026, 1, 1)
    )
    seat_officers(foreign, cast.members[0], cast.members[1])
    client.force_login(cast.members[0])
    for address in (
        reverse("seeding:apply", args=[programme.code, foreign.code]),
        reverse("seeding:apply", args=[programme.code, cast.fund.code]),
        reverse("seeding:application", args=[application.code]),
        reverse("seeding:programme", args=[programme.code]),
    ):
        assert client.get(address).status_code == 404, address
        assert client.post(address, {"words": "想"}).status_code in {404, 405}
    client.force_login(cast.chair)
    matching = open_matching(cast)
    assert client.get(reverse("seeding:apply", args=[matching.code, cast.fund.code])).status_code == 404
    assert client.post(reverse("seeding:score", args=[application.code])).status_code == 404
    assert "眼下没有" in page(client, "mine")
