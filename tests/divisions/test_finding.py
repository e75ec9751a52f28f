"""Codes, subtrees and finding a place as one types."""

import pytest
from django.test import Client

from apps.divisions import queries, services
from apps.divisions.models import Division
from apps.divisions.rules import code_range, covers, is_code, level_of, lineage, parent_of

PLACES = {
    "50": "重庆市",
    "5001": "市辖区",
    "500110": "綦江区",
    "500110001": "古南街道",
    "500110001001": "百步梯社区居民委员会",
    "500110001002": "和平村村民委员会",
    "500110002": "三江街道",
    "500110002001": "新百步社区居民委员会",
    "500112": "渝北区",
    "500112001": "和平街道",
    "500112001001": "和平社区居委会",
    "500112001002": "步行街社区居委会",
}


@pytest.fixture
def places(db: None) -> None:
    services.load(PLACES)


def names(text: str, within: str | None = None, limit: int = 10) -> list[str]:
    return [row.name for row in queries.search(text, within=within, limit=limit)]


@pytest.mark.parametrize(
    ("code", "low", "high"),
    [
        ("500110", "500110", "500111"),
        ("09", "09", "10"),
        ("500119999", "500119999", "500120000"),
        ("99", "99", "A"),
        ("", "", "A"),
    ],
)
def test_a_subtree_is_a_range(code: str, low: str, high: str) -> None:
    assert code_range(code) == (low, high)


def test_what_a_code_says_by_itself() -> None:
    assert lineage("500110001001") == ["50", "5001", "500110", "500110001", "500110001001"]
    assert [level_of(code) for code in lineage("500110001001")] == [1, 2, 3, 4, 5]
    assert (parent_of("500110001001"), parent_of("50")) == ("500110001", "")
    assert covers("500110", "500110001") and not covers("500110", "500112001") and not covers("", "50")
    assert not any(map(is_code, ["", "5", "500", "５０", "5001a0", "50-1", "0" * 13]))
    with pytest.raises(ValueError, match="division code"):
        level_of("500")


@pytest.mark.usefixtures("places")
def test_reads_of_the_tree() -> None:
    assert [row.code for row in queries.children("")] == ["50"]
    assert [row.code for row in queries.children("5001")] == ["500110", "500112"]
    assert [row.code for row in queries.ancestors("500110001")] == ["50", "5001", "500110"]
    assert queries.under("500110").count() == 6
    village = Division.objects.get(pk="500110001001")
    assert queries.path_name(village) == "重庆市 綦江区 古南街道 百步梯社区居民委员会"
    assert queries.path_name(Division.objects.get(pk="5001")) == "重庆市 市辖区"


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("text", "within", "expected"),
    [
        ("綦江", None, ["綦江区"]),
        ("和平", None, ["和平街道", "和平村村民委员会", "和平社区居委会"]),
        ("和平", "500110", ["和平村村民委员会"]),
        ("百步梯社区居委会", None, ["百步梯社区居民委员会"]),
        ("百步梯居委会", None, ["百步梯社区居民委员会"]),
        ("和平村委会", None, ["和平村村民委员会"]),
        ("百步", "500110", ["百步梯社区居民委员会", "新百步社区居民委员会"]),
        ("平街", None, ["和平街道"]),
        ("綦江 和平", None, ["和平村村民委员会"]),
        ("重庆 綦江 百步", None, ["百步梯社区居民委员会", "新百步社区居民委员会"]),
        ("古南 百步梯", "500110", ["百步梯社区居民委员会"]),
        ("上海 和平", None, []),
        ("500112", None, ["渝北区", "和平街道", "和平社区居委会", "步行街社区居委会"]),
        ("5001120", "500110", []),
        ("  ", None, []),
        ("%", None, []),
        ("_", None, []),
        ("'; DROP TABLE", None, []),
        ("和" * 60, None, []),
        ("9" * 30, None, []),
    ],
)
def test_a_place_is_found_as_one_types(text: str, within: str | None, expected: list[str]) -> None:
    assert names(text, within) == expected


@pytest.mark.usefixtures("places")
def test_closed_places_are_not_found_and_the_limit_holds() -> None:
    Division.objects.filter(pk="500112001").update(closed_on="2026-01-01")
    assert "和平街道" not in names("和平")
    assert len(names("50", limit=3)) == 3
    assert [row.code for row in queries.children("500112")] == []


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    "query", ["", "q=", "q=%E5%92%8C%E5%B9%B3", "q=%FF%FE", "within=x&q=5001", "q=" + "a" * 3000]
)
def test_the_fragment_answers_whatever_is_sent(client: Client, query: str) -> None:
    assert client.get(f"/find/suggest/?{query}").status_code == 200


@pytest.mark.usefixtures("places")
def test_the_fragment_says_when_nothing_was_found_and_escapes_it(client: Client) -> None:
    body = client.get("/find/suggest/", {"q": "<b>x"}).content.decode()
    assert "没有找到" in body and "<b>x" not in body
