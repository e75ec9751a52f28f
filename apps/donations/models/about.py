"""Rows that are about exactly one of several: a gift of money or in kind, a pledge, a monthly gift."""

from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Q

One = TypeVar("One")
Other = TypeVar("Other")


def about_one(*columns: str) -> Q:
    """Return the condition that exactly one of these columns is filled, for a constraint."""
    return reduce(or_, (Q(**{f"{one}__isnull": one != filled for one in columns}) for filled in columns))


def either(one: One | None, other: Other | None) -> One | Other:
    """Return the one of two that is there. Raises ValueError for a row that its constraint would not let be."""
    found = one or other
    if found is None:
        raise ValueError("a row is about one of two")
    return found
