"""All-day events as an iCalendar feed (RFC 5545), which telephones and office programs subscribe to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

CONTENT_TYPE = "text/calendar; charset=utf-8"
LINE_OCTETS = 75


@dataclass(frozen=True)
class Day:
    """One event of one day in Shanghai's calendar. `uid` stays the same as long as it is the same thing, whatever day
    it moves to."""

    uid: str
    day: date
    title: str
    words: str = ""
    url: str = ""


def feed(name: str, days: Iterable[Day], *, stamp: datetime) -> str:
    """Return a calendar of all-day events called `name`; `stamp` is when it was made.

    Days carry no time and no zone, so that they fall on the same day wherever they are read.
    """
    made = f"{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//charityfund//calendar//ZH", "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(name)}", "X-WR-TIMEZONE:Asia/Shanghai",
    ]  # fmt: skip
    for one in days:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{escaped(one.uid)}",
            f"DTSTAMP:{made}",
            f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(one.title)}",
            *([f"DESCRIPTION:{escaped(one.words)}"] if one.words else []),
            # A URI is no text: nothing in it is escaped (3.3.13).
            *([f"URL:{one.url}"] if one.url else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(folded(line) for line in [*lines, "END:VCALENDAR"])


def escaped(text: str) -> str:
    """Return a text as a value (3.3.11): backslash, semicolon, comma and line break escaped, nothing else invisible."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(character for character in lines if character == "\n" or character.isprintable())
    for character in "\\;,":
        plain = plain.replace(character, "\\" + character)
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a content line in pieces of at most 75 octets (3.1), never cut inside a character, with its end."""
    pieces, length = [""], 0
    for character in line:
        octets = len(character.encode())
        if length + octets > LINE_OCTETS:
            pieces.append("")
            # The space that begins every further piece counts.
            length = 1
        pieces[-1] += character
        length += octets
    return "\r\n ".join(pieces) + "\r\n"
