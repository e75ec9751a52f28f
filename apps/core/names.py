"""Names of people and organisations: what is accepted, and how they are masked."""

import unicodedata

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused

# 欧阳 and its like keep two characters before the stars.
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "司徒",
        "司空",
        "夏侯",
        "端木",
        "百里",
        "东郭",
        "南宫",
        "西门",
        "独孤",
        "呼延",
    ]
)
_FORBIDDEN_CATEGORIES = {"Cc", "Cs", "Co", "Cn"}
_FORBIDDEN_CHARACTERS = {
    "\u202a",
    "\u202b",
    "\u202c",
    "\u202d",
    "\u202e",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
    "\ufeff",
    "\u200b",
}
MAX_COMBINING_RUN = 3


def clean_text(text: str, *, field: str, limit: int, lines: bool = False) -> str:
    """Return one line (or, with `lines`, several) of text in NFC without surrounding space.

    Raises `Refused` naming the field for control characters, direction overrides, piled-up combining marks, or more
    than `limit` characters. Rare hanzi, emoji and markup pass unchanged: pages escape them.
    """
    cleaned = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if len(cleaned) > limit:
        raise Refused(
            _("这一栏最多 %(limit)d 个字，现在有 %(length)d 个。") % {"limit": limit, "length": len(cleaned)},
            field,
        )
    run = 0
    for character in cleaned:
        if lines and character in "\n\t":
            continue
        if unicodedata.category(character) in _FORBIDDEN_CATEGORIES or character in _FORBIDDEN_CHARACTERS:
            raise Refused(_("这一栏里有看不见的控制字符，请删掉重写。"), field)
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MAX_COMBINING_RUN:
            raise Refused(_("这一栏里有叠在一起的符号，请改成普通文字。"), field)
    return cleaned


def mask_person(name: str) -> str:
    """Mask a person's name for the public: 张三丰 → 张**, 欧阳雪 → 欧阳*, Anna Lee → A***."""
    name = name.strip()
    if not name:
        return ""
    keep = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:keep] + "*" * min(max(len(name) - keep, 1), 3)


def mask_organisation(name: str) -> str:
    """Mask an organisation's name: its first two and last four characters stay."""
    name = name.strip()
    if len(name) <= 6:
        return name[:2] + "**"
    return f"{name[:2]}**{name[-4:]}"
