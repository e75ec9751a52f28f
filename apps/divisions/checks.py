"""Live invariants of the divisions, run by `manage.py check_books`."""

from collections.abc import Iterable

from django.db.models import Case, Exists, OuterRef, PositiveSmallIntegerField, Value, When
from django.db.models.functions import Length, Substr
from django.utils.translation import gettext_lazy as _

from apps.core.checks import MAX_ROWS, Check, Row
from apps.divisions.models import Division
from apps.divisions.rules import LENGTHS


def wrong_levels() -> Iterable[Row]:
    """Divisions whose level is not the one their code's length says."""
    expected = Case(
        *[When(digits=length, then=Value(level)) for level, length in enumerate(LENGTHS, start=1)],
        default=Value(0),
        output_field=PositiveSmallIntegerField(),
    )
    rows = Division.objects.annotate(digits=Length("code")).annotate(expected=expected)
    for division in rows.exclude(level=expected)[:MAX_ROWS]:
        yield {"code": division.code, "level": division.level}


def orphans() -> Iterable[Row]:
    """Open divisions whose parent is missing or closed."""
    for level, length in enumerate(LENGTHS[:-1], start=2):
        parent = Division.objects.filter(code=Substr(OuterRef("code"), 1, length), closed_on=None)
        found = Division.objects.filter(level=level, closed_on=None).exclude(Exists(parent))
        for division in found[:MAX_ROWS]:
            yield {"code": division.code, "name": division.name}


CHECKS = [
    Check("divisions.levels", _("区划代码的长度与级别一致。"), wrong_levels),
    Check("divisions.orphans", _("每个现行区划都有现行的上级。"), orphans),
]
