"""Papers as offices send them: a short PDF with a title, a number, and a few paragraphs."""

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import pdf


def paper(
    title: str, *, number: str, issuer: str, day: date, paragraphs: Sequence[str]
) -> SimpleUploadedFile:
    """Return a paper as if somebody had uploaded its scan."""
    facts = {
        "title": title,
        "number": number,
        "issuer": issuer,
        "day": f"{day.year} 年 {day.month} 月 {day.day} 日",
        "paragraphs": list(paragraphs),
    }
    return SimpleUploadedFile("paper.pdf", pdf.render("paper", facts), content_type="application/pdf")
