"""Reads of what applicants have not handed in; each reads only their own."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from apps.projects.models import Unfinished
from apps.users.models import User


@dataclass(frozen=True)
class Left:
    """A form that was left, with the title typed so far; `is_open` unless no present key opens it."""

    row: Unfinished
    title: str
    is_open: bool


def own_unfinished(user: User) -> QuerySet[Unfinished]:
    """Return what a person has not handed in, the latest first."""
    found = Unfinished.objects.filter(user=user).select_related("fund", "call", "project")
    return found.order_by("-saved_at", "-pk")


def left_by(user: User) -> Iterator[Left]:
    """Yield the same with their titles."""
    for row in own_unfinished(user):
        try:
            yield Left(row, row.typed.get("title", "")[:60], True)
        except ValueError:
            yield Left(row, "", False)
