"""The iCalendar feed, against what RFC 5545 says and a small reader of its own."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.calendars import Day, escaped, feed, folded

STAMP = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("午餐", "午餐"),
        ("a,b;c\\d", r"a\,b\;c\\d"),
        ("两行\n第二行", r"两行\n第二行"),
        ("a\r\nBEGIN:VEVENT", r"a\nBEGIN:VEVENT"),
        ("a\rb", r"a\nb"),
        ("\\n", r"\\n"),
        ("a\x00\x07\u202eb", "ab"),
        ('"引号": 冒号', '"引号": 冒号'),
    ],
)
def test_text_is_escaped(text: str, value: str) -> None:
    assert escaped(text) == value


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("", [""]),
        ("A" * 75, ["A" * 75]),
        ("A" * 76, ["A" * 75, " A"]),
        ("A" * 150, ["A" * 75, " " + "A" * 74, " A"]),
        ("字" * 25, ["字" * 25]),
        ("A" + "字" * 25, ["A" + "字" * 24, " 字"]),
        ("A" * 74 + "𠮷", ["A" * 74, " 𠮷"]),
    ],
)
def test_lines_are_folded_between_characters(line: str, pieces: list[str]) -> None:
    assert folded(line).split("\r\n") == [*pieces, ""]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_whatever_is_written_comes_back(text: str) -> None:
    """Unfolded and read back, a title is what it was but for what cannot be seen; no line is too long."""
    written = feed("日历", [Day("u", date(2026, 2, 28), text)], stamp=STAMP)
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    lines = written.replace("\r\n ", "").split("\r\n")
    (value,) = (line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:"))
    read, rest = "", iter(value)
    for character in rest:
        read += {"n": "\n"}.get(follows := next(rest), follows) if character == "\\" else character
    breaks = text.replace("\r\n", "\n").replace("\r", "\n")
    assert read == "".join(character for character in breaks if character == "\n" or character.isprintable())
    assert lines.count("BEGIN:VEVENT") == 1


def test_a_whole_feed() -> None:
    day = Day(
        "milestone-7@example.org", date(2026, 12, 31), "装扶手", "百步梯", "https://example.org/p/P1/?a=1,2"
    )
    lines = feed("百步梯", [day], stamp=STAMP).split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    for line in (
        "VERSION:2.0",
        "UID:milestone-7@example.org",
        "DTSTAMP:20261121T040506Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "URL:https://example.org/p/P1/?a=1,2",
    ):
        assert line in lines
