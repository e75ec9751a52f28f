"""Which donor rows are one donor, and which only look so. Plain values only."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.names import COMPOUND_SURNAMES

# What is said after a surname, and before one, where no whole name stands.
TITLES = (
    "先生|女士|小姐|阿姨|叔叔|伯伯|爷爷|奶奶|大爷|大妈|大姐|大哥|老师|医生|总|老板|师傅|同志|同学|一家|家"
)
# Written where a name should stand by those who give none: no sign of the same donor.
NOBODY = frozenset({"匿名", "无名", "无名氏", "爱心人士", "爱心居民", "爱心市民", "好心人", "anonymous"})
_NOISE = re.compile(r"[\W_]+")


def names(words: str, name: str) -> bool:
    """Whether words speak of somebody: by their name, or by their surname with a title (王阿姨, 老王)."""
    plain, whole = normal_name(words), normal_name(name)
    if not whole or name in NOBODY:
        return False
    if whole in plain:
        return True
    surname = whole[: 2 if whole[:2] in COMPOUND_SURNAMES and len(whole) > 2 else 1]
    said = re.escape(surname)
    return re.search(f"{said}({TITLES})|[小老]{said}", plain) is not None


class Why(models.TextChoices):
    """Why two rows look like one donor, the strongest first."""

    CONTACT = "contact", _("电话或邮箱一样")
    ACCOUNT = "account", _("登录账号一样")
    CREDIT_CODE = "credit-code", _("票据上的统一社会信用代码一样")
    NAME = "name", _("给同一支基金捐，姓名或单位名称一样")


@dataclass(frozen=True, slots=True)
class Likeness:
    """Donors (keys of the rows that stand for them, oldest first) who look like one, and why."""

    why: Why
    heads: tuple[int, ...]


def normal_name(name: str) -> str:
    """Return a name as it is compared: width, case, spaces and punctuation do not count; empty for nobody's name."""
    text = _NOISE.sub("", unicodedata.normalize("NFKC", name)).casefold()
    return "" if text in NOBODY else text


def heads(acts: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return for each merged row which row stands for it, from the standing acts (kept, merged)."""
    kept_by = {merged: kept for kept, merged in acts}
    found = {}
    for row in kept_by:
        head = row
        while head in kept_by:
            head = kept_by[head]
        found[row] = head
    return found


def alike(why: Why, rows: Iterable[tuple[object, int]], apart: Collection[frozenset[int]]) -> list[Likeness]:
    """Return the groups of heads with the same key (rows are key and head), but for those found to be apart already."""
    groups: defaultdict[object, set[int]] = defaultdict(set)
    for key, head in rows:
        groups[key].add(head)
    found = {tuple(sorted(group)) for group in groups.values() if len(group) > 1}
    return [Likeness(why, group) for group in sorted(found) if not all_apart(group, apart)]


def all_apart(group: Collection[int], apart: Collection[frozenset[int]]) -> bool:
    """Whether every two of a group were found to be two donors."""
    return all(frozenset({one, other}) in apart for one in group for other in group if one < other)


def tells_of(text: str, *, name: str, contact: str) -> bool:
    """Whether a text holds the name or the contact (both as compared) of a donor."""
    bare = normal_name(text)
    return any(len(part) > 1 and part in bare for part in (normal_name(name), normal_name(contact)))
