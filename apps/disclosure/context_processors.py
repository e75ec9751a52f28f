"""Whose pages these are: the charity that answers for them, in the header and in the legal block."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.disclosure.queries.houses import the_house


def house(request: HttpRequest) -> dict[str, Any]:
    """`house`: the installation's only host, or nothing when it serves several. Read only when a page asks; a page
    about one host puts its own in."""
    return {"house": SimpleLazyObject(the_house)}
