"""What the tests of this room set up: an application, photographs, a project at work."""

import io
from datetime import date
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.projects import services
from apps.projects.models import Project
from tests.cast import Cast

BUDGET = [
    ("materials", "食材", 1_488_000),
    ("materials", "保温盒", 172_000),
    ("personnel", "送餐补贴", 200_000),
]
ASKED = 1_860_000
PARTS = {"community": "出厨房和名单", "volunteer": "每天送餐"}


def facts(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Return the usual application."""
    usual: dict[str, Any] = {
        "organisation": cast.organisation,
        "title": "独居老人午餐第二期",
        "field": "elderly",
        "goal": "给 75 位独居老人每个工作日送一顿午饭",
        "starts_on": date(2026, 12, 1),
        "ends_on": date(2027, 5, 31),
        "persons": 75,
        "person_times": 9000,
        "budget": BUDGET,
        "parts": PARTS,
        "by": cast.implementer,
    }
    return usual | changes


def draft(cast: Cast, **changes: Any) -> Project:
    """Apply to the fund."""
    return services.apply(cast.fund, **facts(cast, **changes))


def running(cast: Cast, **changes: Any) -> Project:
    """Return a project at work, moved there directly: no grant stands behind it."""
    project = draft(cast, **changes)
    for state in ("submitted", "tabled", "approved", "running"):
        services.mark(project, state=state, by=None)
    project.refresh_from_db()
    return project


def photo(name: str = "a.jpg", size: tuple[int, int] = (800, 600)) -> SimpleUploadedFile:
    """Return a small photograph as a phone would send it."""
    return SimpleUploadedFile(name, _jpeg(size), "image/jpeg")


@cache
def _jpeg(size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (11, 102, 80)).save(buffer, "JPEG")
    return buffer.getvalue()


def report(cast: Cast, project: Project, **changes: Any) -> Any:
    """File the closing report with two photographs."""
    usual: dict[str, Any] = {
        "words": "送了 4,212 份午饭。",
        "persons": 75,
        "person_times": 4212,
        "photos": [photo("a.jpg"), photo("b.jpg")],
        "by": cast.implementer,
    }
    return services.file_evidence(project, **(usual | changes))
