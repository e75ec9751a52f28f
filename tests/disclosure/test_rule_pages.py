"""The public pages of rules: what holds, who says so, versions, documents, comparison, and what is not tight enough."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.disclosure import bodies
from apps.funds import services
from apps.funds.models import Rulebook
from tests.cast import Cast
from tests.funds.test_rulebooks import adopt
from tests.funds.test_versions import paper, scan

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=clock.SHANGHAI)
TODAY = NOW.date()
TOWN = ("H-QJ", 3, "500110001")


@pytest.fixture(autouse=True)
def _now(settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    bodies.forget()
    with clock.set_to(NOW):
        yield


def read(client: Client, name: str, *place: Any, **query: str) -> str:
    answer = client.get(reverse(f"disclosure:{name}", args=place), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_level_without_rules_says_so_and_shows_the_defaults(client: Client, cast: Cast) -> None:
    page = read(client, "level_rules", *TOWN)
    for words in ("没有自己的规矩", "到会不少于三分之二", "以基金会条例第二十一条类推", "还没有版本"):
        assert words in page
    assert "慈善会每年的慈善活动支出" not in page
    assert "慈善会每年的慈善活动支出" in read(client, "level_rules", "H-QJ", 1, "500110")
    assert "还没有一级定过规矩" in read(client, "rule_levels", "H-QJ")


def test_a_level_shows_every_source_with_its_document(client: Client, cast: Cast) -> None:
    adopt(cast, 1, {"forbidden_uses": ["reception"], "notice_days": 8}, title="慈善会办法")
    town = {"forbidden_uses": ["cash_gifts"], "vote_days_min": 5}
    papers = {"uploads": [paper(), scan()], "issued_on": TODAY}
    adopt(cast, 3, town, title="古南街道办法", **papers)
    adopt(cast, 4, {"notice_days": 15}, title="百步梯公约", motion="M-7")
    page = read(client, "level_rules", *TOWN)
    for words in (
        "古南街道办法",
        "第 1 版 第三条（綦慈〔2026〕1号）",
        "发给个人的现金红包",
        "11月21日印发",
        "PDF 1",
        "第 2 页",
        reverse("disclosure:level_rules", args=["H-QJ", 1, "500110"]),
        reverse("disclosure:level_rules", args=["H-QJ", 4, "500110001001"]),
        "管着 2 支基金",
    ):
        assert words in page
    assert page.count("慈善会办法》第 1 版 第三条") >= 2
    community = read(client, "level_rules", "H-QJ", 4, "500110001001")
    assert reverse("disclosure:motion", args=["M-7"]) in community
    assert "百步梯公约" in read(client, "rule_levels", "H-QJ")
    fund = read(client, "rules", "F-BBT")
    assert reverse("disclosure:level_rules", args=list(TOWN)) in fund
    assert "第一笔拨款前公示不少于 15 天" in fund and "没有人定过的" in fund
    assert reverse("disclosure:level_rules", args=list(TOWN)) in read(client, "division", "500110001")


def test_versions_with_their_standing(client: Client, cast: Cast) -> None:
    adopt(cast, 3, {"notice_days": 8}, effective_from=TODAY - timedelta(days=9))
    adopt(cast, 3, {"notice_days": 9})
    coming = adopt(cast, 3, {"notice_days": 10}, effective_from=TODAY + timedelta(days=9))
    page = read(client, "level_rules", *TOWN)
    for words in ("生效中", "还没生效", "已被替换", "不少于 9 天"):
        assert words in page
    services.withdraw_rulebook(coming, reason="等区里", by=cast.coordinator)
    page = read(client, "level_rules", *TOWN)
    assert "撤回的原因：等区里" in page and "还没生效" not in page


def test_what_is_no_longer_tight_enough_is_said_on_both_pages(client: Client, cast: Cast) -> None:
    adopt(cast, 3, {"notice_days": 9}, title="古南街道办法")
    adopt(cast, 2, {"notice_days": 20}, title="区办法")
    assert "按上级的执行" in read(client, "level_rules", *TOWN)
    page = read(client, "level_rules", "H-QJ", 2, "500110")
    assert "1 条待改" in page and "比区定《区办法》第三条" in page


def test_two_versions_side_by_side_in_words_and_signs(client: Client, cast: Cast) -> None:
    first = {
        "notice_days": 9,
        "vote_days_min": 5,
        "quorum_bp": [2, 3],
        "permitted_fields": ["relief", "safety"],
    }
    adopt(cast, 1, first)
    second = {"notice_days": 8, "quorum_bp": [3, 4], "permitted_fields": ["elderly"], "idle_months": 12}
    adopt(cast, 1, second | {"town_review_fen": 1_000_000}, effective_from=TODAY + timedelta(days=1))
    page = read(client, "compare_rules", "H-QJ", 1, "500110", left="1", right="2")
    for words in ("↓ 更松", "↑ 更严", "＋ 新定", "− 不再定", "≠ 换了", "不少于 9 天", "不少于 8 天"):
        assert words in page
    same = read(client, "compare_rules", "H-QJ", 1, "500110", left="1", right="1")
    assert "＝ 没变" in same and "更松" not in same


def test_a_level_beside_what_the_levels_above_leave(client: Client, cast: Cast) -> None:
    adopt(cast, 1, {"notice_days": 8}, title="慈善会办法")
    adopt(cast, 3, {"notice_days": 9, "vote_days_min": 3})
    page = read(client, "compare_rules", *TOWN, left="above", right="1")
    for words in ("慈善会定《慈善会办法》", "↑ 更严", "＝ 没变"):
        assert words in page
    assert "不再定" not in page


@pytest.mark.parametrize(
    ("place", "query"),
    [
        (TOWN, {"left": "1", "right": "2"}),
        (TOWN, {}),
        (("H-QJ", 1, "500110"), {"left": "above", "right": "1"}),
        (("H-QJ", 3, "500110004"), {"left": "1", "right": "1"}),
        (("H-QJ", 9, "500110"), {"left": "1", "right": "1"}),
        (("H-XX", 1, "500110"), {"left": "1", "right": "1"}),
        (TOWN, {"left": "<b>", "right": "9" * 99}),
    ],
)
def test_what_is_not_there_is_404(
    client: Client, cast: Cast, place: tuple[Any, ...], query: dict[str, str]
) -> None:
    adopt(cast, 3, {"notice_days": 9})
    answer = client.get(reverse("disclosure:compare_rules", args=place), query)
    assert answer.status_code == 404


def test_an_adoption_shows_at_once(client: Client, cast: Cast) -> None:
    assert "不少于 30 天" not in read(client, "level_rules", *TOWN)
    adopt(cast, 1, {"notice_days": 30})
    assert "不少于 30 天" in read(client, "level_rules", *TOWN)


def test_a_level_with_many_below_takes_few_queries(client: Client, cast: Cast) -> None:
    counts = []
    for number in (1, 2):
        adopt(cast, 4, {"notice_days": 15}, division=f"50011000100{number}")
        bodies.forget()
        with CaptureQueriesContext(connection) as made:
            read(client, "level_rules", "H-QJ", 1, "500110")
        counts.append(len(made))
    assert Rulebook.objects.count() == 2 and counts[0] == counts[1] <= 16
