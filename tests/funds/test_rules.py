"""The catalogue of clauses: what a value may be, how it reads, which of two is tighter, and which level rules."""

from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from apps.core.verdicts import Refused
from apps.funds import rules
from apps.funds.rules import CLAUSES, DEFAULT_LEVEL, Setting

HOST, DISTRICT, TOWN, COMMUNITY = 1, 2, 3, 4

IMPOSSIBLE: list[tuple[str, Any, str]] = [
    ("quorum_bp", [0, 1], "二分之一 和 百分之百"),
    ("quorum_bp", [101, 100], "101/100"),
    ("quorum_bp", [1, 0], "分母"),
    ("quorum_bp", [1, 20_000], "分母"),
    ("quorum_bp", 6667, "几分之几"),
    ("quorum_bp", [True, 2], "几分之几"),
    ("quorum_bp", [2], "几分之几"),
    ("majority", [1, 1], "9/10"),
    ("committee_min_size", 2, "3 人 和 25 人"),
    ("committee_min_size", 5.0, "整数"),
    ("committee_min_size", True, "整数"),
    ("committee_odd", 1, "是或否"),
    ("recusal_base", "perhaps", "选一个"),
    ("notice_days", 0, "1 天"),
    ("spending_min_bp", 6999, "70%"),
    ("management_max_bp", 1301, "13%"),
    ("report_months", 4, "3 个月"),
    ("seed_fen", -1, "¥0.00"),
    ("seed_fen", None, "金额"),
    ("permitted_fields", [], "至少要选一项"),
    ("permitted_fields", ["relief", "war"], "“war”"),
    ("permitted_fields", "relief", "一项或几项"),
    ("permitted_fields", [["relief"]], "请从列出的里面选"),
    ("notice_days", ["relief"], "整数"),
    ("quorum_bp", ["relief", "safety"], "几分之几"),
]

TYPED: list[tuple[str, str, Any]] = [
    ("quorum_bp", "2/3", [2, 3]),
    ("quorum_bp", " 4 / 6 ", [2, 3]),
    ("quorum_bp", "66.67%", [6667, 10_000]),
    ("quorum_bp", "75", [3, 4]),
    ("fund_fee_bp", "2.5", 250),
    ("fund_fee_bp", "0%", 0),
    ("seed_fen", "10,000", 1_000_000),
    ("town_review_fen", "0", 0),
    ("notice_days", "7", 7),
    ("committee_odd", "no", False),
    ("recusal_base", "counted", "counted"),
    ("permitted_fields", "elderly、relief, elderly", ["relief", "elderly"]),
]

UNREADABLE = [
    ("quorum_bp", "三分之二"),
    ("quorum_bp", "2/0"),
    ("quorum_bp", "0%"),
    ("quorum_bp", "101%"),
    ("quorum_bp", "-1/2"),
    ("fund_fee_bp", "2.555"),
    ("fund_fee_bp", "١"),
    ("seed_fen", "1e5"),
    ("seed_fen", ""),
    ("notice_days", "七"),
    ("notice_days", "7.5"),
    ("notice_days", "99999999999999999999"),
    ("committee_odd", ""),
    ("recusal_base", "<b>"),
    ("permitted_fields", ""),
    ("permitted_fields", "、"),
    ("permitted_fields", "war"),
]

IN_WORDS: list[tuple[str, Any, str]] = [
    ("quorum_bp", [2, 3], "到会不少于三分之二"),
    ("quorum_bp", [7, 10], "到会不少于7/10"),
    ("majority", [1, 2], "一般事项：赞成要超过到会委员的二分之一"),
    ("major_majority", [1, 1], "重大事项：赞成不少于全体委员的百分之百"),
    ("committee_odd", True, "管委会人数是单数"),
    ("committee_odd", False, "管委会人数可以是双数"),
    ("recusal_base", "excluded", "回避的委员不算进应到人数"),
    ("notice_days", 7, "第一笔拨款前公示不少于 7 天"),
    ("seed_fen", 1_000_000, "慈善会给一个基金的启动资金不超过 ¥10,000.00"),
    ("fund_fee_bp", 250, "从基金收取的管理费不超过 2.5%"),
    ("report_months", 3, "至少每 3 个月公开一次收支"),
    ("permitted_fields", ["relief", "safety"], "资助的领域：社会救助、平安建设"),
]

# key, the lower level's value, the upper level's, whether the lower one is at least as tight
TIGHTNESS: list[tuple[str, Any, Any, bool]] = [
    ("quorum_bp", [3, 4], [2, 3], True),
    ("quorum_bp", [2, 3], [2, 3], True),
    ("quorum_bp", [1, 2], [2, 3], False),
    ("notice_days", 10, 7, True),
    ("notice_days", 5, 7, False),
    ("seed_fen", 500_000, 1_000_000, True),
    ("seed_fen", 1_000_001, 1_000_000, False),
    ("term_years", 2, 3, True),
    ("committee_odd", True, False, True),
    ("committee_odd", False, True, False),
    ("recusal_base", "counted", "excluded", True),
    ("recusal_base", "excluded", "counted", False),
    ("permitted_fields", ["relief"], ["relief", "elderly"], True),
    ("permitted_fields", ["relief", "safety"], ["relief", "elderly"], False),
    ("review_criteria", ["need", "team"], ["need"], True),
    ("review_criteria", ["team"], ["need"], False),
]


@pytest.mark.parametrize(("key", "value", "says"), IMPOSSIBLE)
def test_impossible_values_are_refused_with_a_sentence(key: str, value: Any, says: str) -> None:
    with pytest.raises(Refused) as refusal:
        rules.validate(key, value)
    assert says in str(refusal.value)
    assert str(CLAUSES[key].label) in str(refusal.value)
    assert refusal.value.field == key


@pytest.mark.parametrize(("key", "text", "value"), TYPED)
def test_what_people_type_is_read(key: str, text: str, value: Any) -> None:
    assert rules.parse(CLAUSES[key], text) == value


@pytest.mark.parametrize(("key", "text"), UNREADABLE)
def test_what_cannot_be_read_is_refused_and_names_the_clause(key: str, text: str) -> None:
    with pytest.raises(Refused) as refusal:
        rules.parse(CLAUSES[key], text)
    assert refusal.value.field == key


@given(st.sampled_from(sorted(CLAUSES)), st.text(max_size=20))
def test_any_text_is_read_or_refused(key: str, text: str) -> None:
    try:
        value = rules.parse(CLAUSES[key], text)
    except Refused:
        return
    assert rules.validate(key, value) == value
    assert rules.parse(CLAUSES[key], rules.typed(CLAUSES[key], value)) == value


@pytest.mark.parametrize(("key", "value", "words"), IN_WORDS)
def test_a_rule_reads_as_a_sentence(key: str, value: Any, words: str) -> None:
    assert rules.describe(key, value) == words


@pytest.mark.parametrize(("key", "lower", "upper", "tighter"), TIGHTNESS)
def test_which_of_two_is_tighter(key: str, lower: Any, upper: Any, tighter: bool) -> None:
    assert rules.is_tighter_or_equal(key, lower, upper) is tighter


@pytest.mark.parametrize("kind", CLAUSES.values(), ids=CLAUSES)
def test_every_clause_has_a_possible_default_with_a_source(kind: rules.ClauseKind) -> None:
    with override("zh-hans"):
        assert rules.validate(kind.key, kind.default) == kind.default
        assert str(kind.source)
        assert "%" not in rules.describe(kind.key, kind.default).replace("%", "", 1)
        assert rules.parse(kind, rules.typed(kind, kind.default)) == kind.default


def test_unsourced_defaults_say_so() -> None:
    assert "无全国规定" in str(CLAUSES["term_years"].source)
    assert "类推" in str(CLAUSES["quorum_bp"].source)


def test_an_unknown_clause_is_refused() -> None:
    with pytest.raises(Refused):
        rules.validate("free_lunch", 1)


def test_without_a_rulebook_the_default_rules_and_says_where_from() -> None:
    rule = rules.effective("notice_days", [])
    assert (rule.value, rule.level, rule.default) == (7, DEFAULT_LEVEL, True)
    assert "无全国规定" in rule.document


def test_the_host_may_loosen_a_default_and_lower_levels_may_not() -> None:
    host = Setting(HOST, 5, 1, "办法", "文件", "第三条", 11)
    assert rules.effective("notice_days", [host]).value == 5
    loose = Setting(TOWN, 5, 1, "街办法", "文件", "第一条", 12)
    rule = rules.effective("notice_days", [loose])
    assert (rule.value, rule.default, rule.loosened) == (7, True, (loose,))


def test_the_tightest_level_rules_with_its_provenance() -> None:
    chain = [
        Setting(COMMUNITY, 12, 3, "社区公约", "文 4", "第二条", 4),
        Setting(HOST, 7, 1, "慈善会办法", "文 1", "第一条", 1),
        Setting(TOWN, 12, 2, "街道办法", "文 3", "第五条", 3),
        Setting(DISTRICT, 7, 1, "区办法", "文 2", "第九条", 2),
    ]
    rule = rules.effective("notice_days", chain)
    assert (rule.value, rule.level, rule.version, rule.title) == (12, TOWN, 2, "街道办法")
    assert (rule.document, rule.article, rule.rulebook_id) == ("文 3", "第五条", 3)
    assert rule.loosened == ()


def test_a_lower_clause_that_became_looser_is_flagged_and_does_not_rule() -> None:
    district, town = Setting(DISTRICT, 15, rulebook_id=2), Setting(TOWN, 10, rulebook_id=3)
    rule = rules.effective("notice_days", [Setting(HOST, 7, rulebook_id=1), district, town])
    assert (rule.value, rule.level) == (15, DISTRICT)
    assert rule.loosened == (town,)


def test_what_a_level_adopts_is_its_rule_even_when_the_default_says_the_same() -> None:
    default = rules.CLAUSES["notice_days"].default
    assert rules.effective("notice_days", []).default
    adopted = rules.effective("notice_days", [rules.Setting(2, default, 1, "实施方案", "文号", "第十五条")])
    assert (adopted.default, adopted.level, adopted.article) == (False, 2, "第十五条")
