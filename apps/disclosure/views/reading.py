"""Reading what an address asks for: whole numbers, one of a list, a fund that exists."""

from collections.abc import Collection

from django.http import Http404, HttpRequest

from apps.disclosure.queries.funds import find_fund
from apps.funds.models import Fund

MAX_ID = 2**63 - 1


def number(request: HttpRequest, name: str) -> int | None:
    """Return a positive whole number from the query string, or None for anything else."""
    text = request.GET.get(name, "")
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return value if 0 < value <= MAX_ID else None


def one_of(request: HttpRequest, name: str, allowed: Collection[str]) -> str:
    """Return one of the allowed values from the query string, or an empty text."""
    text = request.GET.get(name, "")
    return text if text in allowed else ""


def the_fund(code: str) -> Fund:
    """Return the fund of an address. Raises Http404."""
    found = find_fund(code)
    if found is None:
        raise Http404
    return found
