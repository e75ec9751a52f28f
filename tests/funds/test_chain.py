"""How the levels' values combine: any chain of any clause, and lists."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.funds import rules
from apps.funds.rules import CLAUSES, DEFAULT_LEVEL, ClauseKind, EffectiveRule, Setting, Unit

HOST, DISTRICT, TOWN, COMMUNITY = 1, 2, 3, 4
LEVELS = [HOST, DISTRICT, TOWN, COMMUNITY]


def values(kind: ClauseKind) -> st.SearchStrategy[Any]:
    """Return possible values of a clause, each in its one spelling."""
    found: st.SearchStrategy[Any]
    match kind.unit:
        case Unit.FLAG:
            found = st.booleans()
        case Unit.CHOICE:
            found = st.sampled_from([name for name, _words in kind.options])
        case Unit.LIST:
            found = st.lists(st.sampled_from([name for name, _words in kind.options]), min_size=1)
        case Unit.FRACTION:
            assert isinstance(kind.least, list) and isinstance(kind.most, list)
            found = st.fractions(
                "/".join(map(str, kind.least)), "/".join(map(str, kind.most)), max_denominator=12
            ).map(lambda share: [share.numerator, share.denominator])
        case _:
            found = st.integers(int(str(kind.least)), int(str(kind.most)))
    return found.map(lambda value: rules.validate(kind.key, value))


@st.composite
def chains(draw: st.DrawFn) -> tuple[ClauseKind, list[Setting]]:
    """Draw a clause with settings of some levels, in any order."""
    kind = draw(st.sampled_from(list(CLAUSES.values())))
    levels = draw(st.lists(st.sampled_from(LEVELS), unique=True))
    return kind, [Setting(level, draw(values(kind)), rulebook_id=level) for level in levels]


def from_the_top(kind: ClauseKind, chain: list[Setting]) -> list[Setting]:
    """Return the settings as they bind: the host's or else the default first."""
    ordered = sorted(chain, key=lambda setting: setting.level)
    if not ordered or ordered[0].level != HOST:
        ordered.insert(0, Setting(DEFAULT_LEVEL, kind.default))
    return ordered


@given(chains())
def test_the_effective_value_is_as_tight_as_every_level_and_names_who_set_it(
    drawn: tuple[ClauseKind, list[Setting]],
) -> None:
    kind, chain = drawn
    rule, ordered = rules.effective(kind.key, chain), from_the_top(kind, chain)
    assert rules.validate(kind.key, rule.value) == rule.value
    for setting in ordered:
        if setting not in rule.loosened:
            assert rules.is_tighter_or_equal(kind.key, rule.value, setting.value)
    assert rules.is_tighter_or_equal(kind.key, rule.value, ordered[0].value)
    if kind.unit is Unit.LIST:
        check_sources_of_a_list(kind, rule, ordered)
        return
    for setting in rule.loosened:
        above = rules.effective(kind.key, [one for one in chain if one.level < setting.level])
        assert not rules.is_tighter_or_equal(kind.key, setting.value, above.value)
    assert all(rules.is_tighter_or_equal(kind.key, rule.value, setting.value) for setting in ordered)
    same = [setting.level for setting in ordered if setting.value == rule.value]
    adopted = [level for level in same if level != DEFAULT_LEVEL]
    assert [rule.level] == (adopted or same)[:1]
    assert len(rule.sources) == 1


def check_sources_of_a_list(kind: ClauseKind, rule: EffectiveRule, ordered: list[Setting]) -> None:
    """Hold a list against sets: every entry comes from a source, and every other level changed nothing."""
    sets = {setting.level: set(setting.value) for setting in ordered}  # type: ignore[arg-type]
    entries, levels = set(rule.value), {setting.level for setting in rule.sources}  # type: ignore[arg-type]
    if kind.adds_up:
        assert entries == set().union(*sets.values()) == set().union(*(sets[level] for level in levels))
        assert not rule.loosened
        return
    kept = sets[ordered[0].level]
    for setting in ordered[1:]:
        kept = kept & sets[setting.level] or kept
    assert entries == kept
    common = set.intersection(*(sets[level] for level in levels))
    assert entries == common


def test_what_is_forbidden_adds_up_and_every_level_is_named() -> None:
    host = Setting(HOST, ["profit", "reception"], 1, "慈善会办法", "文 1", "第一条")
    town = Setting(TOWN, ["cash_gifts"], 2, "街道办法", "文 2", "第二条")
    community = Setting(COMMUNITY, ["reception"], 1, "社区公约", "文 3", "第三条")
    rule = rules.effective("forbidden_uses", [community, town, host])
    assert rule.value == ["profit", "reception", "cash_gifts"]
    assert [source.level for source in rule.sources] == [HOST, TOWN]
    assert "慈善会办法" in rule.provenance and "街道办法" in rule.provenance
    assert "社区公约" not in rule.provenance
    assert rule.level_words == "慈善会定、街镇定"
    assert not rule.loosened


def test_what_the_law_forbids_cannot_be_left_out() -> None:
    written = rules.validate("forbidden_uses", ["reception"])
    assert isinstance(written, list) and set(written) > {"reception", "profit", "distribution", "interested"}


def test_only_what_every_level_permits_is_permitted() -> None:
    host = Setting(HOST, ["relief", "elderly", "children"], rulebook_id=1)
    town = Setting(TOWN, ["relief", "elderly"], rulebook_id=2)
    community = Setting(COMMUNITY, ["elderly", "children"], rulebook_id=3)
    rule = rules.effective("permitted_fields", [host, town, community])
    assert rule.value == ["elderly"]
    assert [source.level for source in rule.sources] == [HOST, TOWN, COMMUNITY]
    assert rule.loosened == (community,)


def test_levels_that_permit_nothing_in_common_leave_the_upper_one() -> None:
    town, community = Setting(TOWN, ["relief"]), Setting(COMMUNITY, ["safety"])
    rule = rules.effective("permitted_fields", [town, community])
    assert (rule.value, rule.level, rule.loosened) == (["relief"], TOWN, (community,))
