"""Documents as PDF: a Typst template and plain facts in, accessible PDF (PDF/UA-1) out; or page one as a picture."""

import hashlib
import io
import json
import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import qrcode
import typst
from django.core.cache import cache
from django.utils.translation import gettext as _
from PIL import Image

# What Unicode presents as emoji (UTS #51), or a sign asked for as one by U+FE0F, with what joins and colours it.
_EMOJI = re.compile(
    "(?:[\U0001f000-\U0001faff\U000e0020-\U000e007f\u231a\u231b\u23e9-\u23f3\u25fd\u25fe\u2614\u2615"
    "\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3"
    "\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf"
    "\u2b1b\u2b1c\u2b50\u2b55]|[\u203c-\u3299]\ufe0f)[\ufe0e\ufe0f\u200d\u20e3]*|[\ufe0e\ufe0f\u20e3]"
)
ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "charityfund" / "fonts"
TEMPLATES = ROOT / "templates" / "pdf"
KEPT_SECONDS = 30 * 24 * 60 * 60
_one_at_a_time = threading.Lock()
# A4 at this many dots per inch is 1240 × 1754: sharp on a phone and good enough to print.
PICTURE_PPI, PICTURE_COLOURS = 150, 128
# Pictures of this many certificates (some 60 kB each) are kept in the process.
PICTURES_KEPT = 128


def readable(facts: Any) -> Any:
    """Return facts without emoji, which no document font has; words that were nothing else say so.

    Every other character stays: one that our fonts lack is looked for in the system's, and shows a box at worst.
    """
    if isinstance(facts, str):
        plain = _EMOJI.sub("", facts)
        return facts if plain == facts else " ".join(plain.split()) or _("（表情）")
    if isinstance(facts, Mapping):
        return {name: readable(value) for name, value in facts.items()}
    if isinstance(facts, list | tuple):
        return [readable(value) for value in facts]
    return facts


def render(template: str, facts: Mapping[str, Any]) -> bytes:
    """Return the PDF that `templates/pdf/<template>.typ` makes of `facts`.

    Facts are text, whole numbers, truths, lists and objects; the template reads them as JSON, so that nothing a person
    wrote is ever read as markup. With our own fonts the same facts give the same bytes. A character they lack is looked
    for in the system's fonts; one that no font has leaves a box, and the document is then no PDF/UA.
    """
    try:
        return _compile(template, facts, system_fonts=False, accessible=True)
    except typst.TypstError:
        pass
    try:
        return _compile(template, facts, system_fonts=True, accessible=True)
    except typst.TypstError:
        return _compile(template, facts, system_fonts=True, accessible=False)


def kept(template: str, facts: Mapping[str, Any]) -> bytes:
    """Return what `render` returns, compiled once for these facts and this template as long as the cache keeps it.

    For documents that everyone may ask for again and again. One process compiles one at a time, so that many who ask
    at once cost one processor and not all. Only for facts that are public: the cache keeps them as they are.
    """
    sources = [(TEMPLATES / f"{name}.typ").read_text() for name in ("frame", template)]
    asked = json.dumps([*sources, facts], ensure_ascii=False, sort_keys=True)
    key = f"pdf:{hashlib.sha256(asked.encode()).hexdigest()}"
    if (found := cache.get(key)) is not None:
        return bytes(found)
    with _one_at_a_time:
        if (found := cache.get(key)) is not None:
            return bytes(found)
        document = render(template, facts)
        cache.set(key, document, timeout=KEPT_SECONDS)
    return document


def render_picture(template: str, facts: Mapping[str, Any], *, ppi: int) -> bytes:
    """Return the first page of the same as a PNG."""
    picture = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        format="png",
        ppi=ppi,
        sys_inputs={"facts": json.dumps(readable(facts), ensure_ascii=False)},
    )
    if not isinstance(picture, bytes):
        raise TypeError("typst wrote no picture of one page")
    return picture


def _compile(template: str, facts: Mapping[str, Any], *, system_fonts: bool, accessible: bool) -> bytes:
    document = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=not system_fonts,
        pdf_standards="ua-1" if accessible else None,
        timestamp=0,
        sys_inputs={"facts": json.dumps(readable(facts), ensure_ascii=False)},
    )
    if not isinstance(document, bytes):
        raise TypeError("typst wrote no document")
    return document


def picture(template: str, facts: Mapping[str, Any]) -> bytes:
    """Return the first page of what `render` makes as a PNG, which chat programs can save where a PDF cannot be opened.

    The bytes are kept by content: a picture that is shown again is not drawn again.
    """
    return _picture(template, json.dumps(readable(facts), ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=PICTURES_KEPT)
def _picture(template: str, written: str) -> bytes:
    drawn = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        format="png",
        ppi=PICTURE_PPI,
        sys_inputs={"facts": written},
    )
    page = drawn[0] if isinstance(drawn, list) else drawn
    if not isinstance(page, bytes):
        raise TypeError("typst drew no page")
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(page)) as opened:
        packed = opened.convert("RGB").quantize(PICTURE_COLOURS, dither=Image.Dither.NONE)
        packed.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def qr_rows(text: str) -> list[str]:
    """Return a QR code as rows of `1` and `0`, for a template to draw, without the quiet zone around it."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    return ["".join("1" if dark else "0" for dark in row) for row in code.get_matrix()]
