"""Who looks like one donor, by table."""

import pytest

from apps.donations.likeness import Likeness, Why, alike, heads, names, normal_name, tells_of


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("暖心 商行（有限）公司", "暖心商行有限公司"),
        ("暖心商行(有限)公司", "暖心商行有限公司"),
        ("ＡＢＣ Ltd.", "abcltd"),
        ("张·三", "张三"),
        ("爱心人士", ""),
        ("匿 名", ""),
        ("Anonymous", ""),
        ("", ""),
    ],
)
def test_names_are_compared_without_what_does_not_count(name: str, normal: str) -> None:
    assert normal_name(name) == normal


@pytest.mark.parametrize(
    ("acts", "found"),
    [
        ([], {}),
        ([(1, 2)], {2: 1}),
        ([(1, 2), (1, 3)], {2: 1, 3: 1}),
        # A donor who stood for another is merged too: one row stands for all.
        ([(2, 3), (1, 2)], {2: 1, 3: 1}),
        ([(3, 4), (2, 3), (1, 2)], {2: 1, 3: 1, 4: 1}),
    ],
)
def test_one_row_stands_for_all_that_were_merged(acts: list[tuple[int, int]], found: dict[int, int]) -> None:
    assert heads(acts) == found


@pytest.mark.parametrize(
    ("rows", "apart", "groups"),
    [
        ([("a", 1), ("a", 1), ("b", 2)], [], []),
        ([("a", 2), ("a", 1)], [], [(1, 2)]),
        ([("a", 1), ("a", 2)], [(1, 2)], []),
        ([("a", 1), ("a", 2), ("a", 3)], [(1, 2)], [(1, 2, 3)]),
        ([("a", 1), ("a", 2), ("a", 3)], [(1, 2), (1, 3), (2, 3)], []),
        # The same two under two keys (two funds, say) are one suggestion.
        ([("a", 1), ("a", 2), ("b", 1), ("b", 2)], [], [(1, 2)]),
    ],
)
def test_groups_vanish_when_each_two_were_told_apart(
    rows: list[tuple[object, int]], apart: list[tuple[int, int]], groups: list[tuple[int, ...]]
) -> None:
    found = alike(Why.NAME, rows, {frozenset(pair) for pair in apart})
    assert found == [Likeness(Why.NAME, group) for group in groups]


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("电话里核实过", False),
        ("是欧阳 雪本人", True),
        ("打了 139-0000-1234 核实", True),
        ("发邮件到 Snow@Example.org 核实", False),
    ],
)
def test_a_reason_that_tells_who_it_is(text: str, tells: bool) -> None:
    assert tells_of(text, name="欧阳雪", contact="13900001234") is tells


def test_an_address_in_a_reason_is_found_too() -> None:
    assert tells_of("发邮件到 Snow@Example.org 核实", name="", contact="snow@example.org")


@pytest.mark.parametrize(
    ("words", "name", "found"),
    [
        ("谢谢王建国", "王建国", True),
        ("谢谢 王 建国 一家", "王建国", True),
        ("多谢王阿姨", "王建国", True),
        ("老王，谢谢您", "王建国", True),
        ("谢谢欧阳老师", "欧阳雪", True),
        ("感谢綦商贸易有限公司！", "綦商贸易有限公司", True),
        ("谢谢您，也谢谢大家", "谢芳", False),
        ("三月八日的午餐办成了", "王建国", False),
        ("谢谢爱心人士", "爱心人士", False),
        ("谢谢您", "", False),
    ],
)
def test_words_speak_of_somebody(words: str, name: str, found: bool) -> None:
    assert names(words, name) is found
