"""Documents as PDF: a Typst template and plain facts in, accessible PDF (PDF/UA-1) out."""

import hashlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from django.core.cache import cache

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "charityfund" / "fonts"
TEMPLATES = ROOT / "templates" / "pdf"
KEPT_SECONDS = 30 * 24 * 60 * 60
_one_at_a_time = threading.Lock()


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
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
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
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
    )
    if not isinstance(document, bytes):
        raise TypeError("typst wrote no document")
    return document
