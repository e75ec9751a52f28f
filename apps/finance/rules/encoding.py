"""Which encoding a bank's text file is in: its mark, then its header row, then a guess that a person can overrule."""

import codecs
from collections.abc import Callable

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from apps.core.verdicts import Refused

# The encodings a person may choose; an empty choice leaves it to `decode`.
CHOICES = ("utf-8", "gb18030", "utf-16", "big5")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NUL_SHARE = 5


def decode(body: bytes, *, chosen: str, has_header: Callable[[str], bool]) -> tuple[str, str]:
    """Return the file's text and the name of its encoding.

    1,920 hanzi, common surnames among them, have GBK bytes that are also sound UTF-8, so "try UTF-8 first" misreads
    short files. A reading counts only when `has_header` finds the columns in it; what still fits twice is guessed.
    Raises `Refused` when nothing fits.
    """
    if chosen:
        if chosen not in CHOICES:
            raise Refused(_("没有这种编码，请重新选择。"), "encoding")
        text = _strictly(body, chosen)
        if text is None:
            raise Refused(_("按您选的编码读不出这个文件，请换一种编码。"), "encoding")
        return text, chosen
    for mark, name in MARKS:
        if body.startswith(mark):
            text = _strictly(body, name)
            if text is None:
                raise Refused(_("文件开头写着一种编码，里面却不是，请重新从网银导出。"), "file")
            return text, name
    readings = {name: text for name in candidates(body) if (text := _strictly(body, name)) is not None}
    fitting = {name: text for name, text in readings.items() if has_header(text)} or readings
    if not fitting:
        raise Refused(_("认不出文件的文字编码，请在“编码”里选一种再试。"), "encoding")
    name = next(iter(fitting)) if len(fitting) == 1 else guess(body, list(fitting))
    return fitting[name], name


def candidates(body: bytes) -> tuple[str, ...]:
    """Return the encodings that a file without a mark may be in."""
    if body.count(0) * NUL_SHARE > len(body):
        return ("utf-16-le", "utf-16-be")
    return ("utf-8", "gb18030")


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name).removeprefix("\ufeff")
    except UnicodeError:
        return None


def guess(body: bytes, names: list[str]) -> str:
    """Return the likeliest of some encodings that all fit."""
    best = from_bytes(body, cp_isolation=names).best()
    found = best.encoding.replace("_", "-") if best else ""
    return found if found in names else names[0]
