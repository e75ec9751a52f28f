"""Lists of people as they are pasted or read from a file."""

import pytest

from apps.core.verdicts import Refused
from apps.donations.roster import RosterLine, read_roster


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("王䶮𠮷,139 0000 1234,理事", [RosterLine(1, "王䶮𠮷", "139 0000 1234", "council")]),
        ("赵一，z@example.org，发起人，单位", [RosterLine(1, "赵一", "z@example.org", "founder", True)]),
        (
            "\ufeff身份\t姓名\t手机\r\n会员\t钱二\t13900001111\r\n\r\n",
            [RosterLine(2, "钱二", "13900001111", "member")],
        ),
        ("", []),
    ],
)
def test_what_is_read(text: str, lines: list[RosterLine]) -> None:
    assert read_roster(text) == (lines, [])


@pytest.mark.parametrize(
    ("text", "row", "field"),
    [
        ("姓名,联系方式,身份\n赵一,1,理事\n钱二,2,居民", 3, "capacity"),
        ("赵一,z@example.org", 1, "capacity"),
        ("赵一,z@example.org,会员,半个", 1, "kind"),
    ],
)
def test_faults_name_their_row(text: str, row: int, field: str) -> None:
    _lines, (fault,) = read_roster(text)
    assert (fault.row, fault.field) == (row, field)


@pytest.mark.parametrize(
    "text",
    [
        '赵一,"z,会员',
        "姓名,姓名,身份\n",
        "姓名,身份\n赵一,会员",
        "x" * 400_001,
        "赵一,z,会员\n" * 2_002,
        '"' + "x" * 140_000,
    ],
)
def test_a_list_that_cannot_be_read_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Refused):
        read_roster(text)
