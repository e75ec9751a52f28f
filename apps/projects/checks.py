"""What must hold of applications and their reviews at any moment, checked by `manage.py check_books`."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.projects.models import Call, Project, Review
from apps.projects.queries import sheet_of
from apps.projects.rules import Sheet


def _points() -> Iterator[Row]:
    """Every review gives each criterion of its sheet between nothing and its full points."""
    sheets: dict[tuple[int | None, tuple[str, ...]], Sheet] = {}
    for review in Review.objects.select_related("project__call").iterator(chunk_size=500):
        project = review.project
        key = (project.call_id, tuple(project.criteria))
        if key not in sheets:
            sheets[key] = sheet_of(project.call, project.criteria)
        is_current = review.text_hash == project.text_hash
        if is_current and not _fits(review.points, sheets[key]):
            yield {"project": project.code, "review": review.pk}


def _fits(points: list[int], sheet: Sheet) -> bool:
    return len(points) == len(sheet) and all(
        0 <= given <= one.most for given, one in zip(points, sheet, strict=True)
    )


def _answers() -> Iterator[Row]:
    """An answer to a call goes to one of its funds."""
    among = Call.funds.through.objects.filter(call=OuterRef("call_id"), fund=OuterRef("fund_id"))
    yield from map(
        dict,
        Project.objects.exclude(call=None).exclude(Exists(among)).values("code", "call__code", "fund__code"),
    )


CHECKS = [
    Check("projects.points", _("每份评分都在评分表的满分以内"), _points),
    Check("projects.answers", _("回应征集的申请都交给征集里的基金"), _answers),
]
