"""What a need may say in public, on plain values."""

import re

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused

MAX_NEED_PHOTOS = 3
MAX_NEED_PERSONS = 100_000
RECEIPT_LENGTH = 8
# From one place, without an account: more is a flood, or a shared line in an office that can ask a secretary.
MOST_A_DAY = 20
# A house, a stair, a flat: 3栋2单元501, 12-3-402, 5楼502室, 古南路18号附7号.
_DOORS = (
    re.compile(r"\d+\s*室"),
    # Bare, so many households are a count: 给 120 户装了扶手.
    re.compile(r"(?:单元|楼|栋|幢|座|号)\s*\d+\s*户"),
    re.compile(r"(?:单元|楼|栋|幢|座)\s*\d{3,4}(?!\d)"),
    re.compile(r"(?<!\d)\d{1,3}\s*[-—－]\s*\d{1,2}\s*[-—－]\s*\d{1,4}(?!\d)"),
    re.compile(r"(?<!\d)\d{1,3}\s*[-—－]\s*\d{3,4}(?!\d)"),
    re.compile(r"[路街巷道]\s*\d+\s*号\s*附?\s*\d+"),
)
# A mobile number, or the eighteen characters of an identity number.
_NUMBERS = (
    re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])"),
)


def names_a_door(text: str) -> bool:
    """Tell whether a text leads to one home: a flat, a stair and a storey, a door in a street."""
    return any(pattern.search(text) for pattern in _DOORS)


def names_a_number(text: str) -> bool:
    """Tell whether a text holds what looks like a mobile or identity number."""
    return any(pattern.search(text) for pattern in _NUMBERS)


def names_person(name: str, text: str) -> bool:
    """Tell whether a text names a person: in any case and spacing; a Latin name as whole words. A single hanzi names
    nobody."""
    name, text = name.casefold(), text.casefold()
    if name.isascii():
        words = r"\W+".join(map(re.escape, re.findall(r"\w+", name)))
        return bool(words) and re.search(rf"(?<![a-z0-9_]){words}(?![a-z0-9_])", text) is not None
    name, text = (re.sub(r"[\W_]+", "", part) for part in (name, text))
    return len(name) > 1 and name in text


def check_open_words(text: str, field: str) -> None:
    """Raise `Refused` for public words that lead to one home or one person: everyone will read them."""
    check_no_number(text, field)
    if names_a_door(text):
        raise Refused(_("这一栏会公开，写到小区、楼栋或路口就行，请不要写门牌和房号。"), field)


def check_no_number(text: str, field: str) -> None:
    """Raise `Refused` for public words with a mobile or identity number in them."""
    if names_a_number(text):
        raise Refused(_("这一栏会公开，请不要写电话和身份证号。"), field)


def check_numbers(persons: int | None) -> None:
    """Raise `Refused` unless the number of people concerned, if given, is one or more and can be."""
    if persons is not None and not 1 <= persons <= MAX_NEED_PERSONS:
        raise Refused(_("涉及的人数要在 1 到 %(most)d 之间。") % {"most": MAX_NEED_PERSONS}, "persons")
