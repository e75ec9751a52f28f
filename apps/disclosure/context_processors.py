"""Whose pages these are: the charity that answers for them, in the header and in the legal block."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.disclosure.queries.houses import house_of, only_host
from apps.funds.models import Host


class Letterhead:
    """A house of which the name is known at once, and the rest, with the campaign that runs, once a page asks: the
    workbench's pages only name it."""

    def __init__(self, host: Host) -> None:
        self.name = host.name
        self._whole = SimpleLazyObject(lambda: house_of(host))

    def __getattr__(self, field: str) -> Any:
        return getattr(self._whole, field)


def _letterhead() -> Letterhead | None:
    host = only_host()
    return Letterhead(host) if host is not None else None


def house(request: HttpRequest) -> dict[str, Any]:
    """`house`: the installation's only host, or nothing when it serves several. Read only when a page asks; a page
    about one host puts its own in."""
    return {"house": SimpleLazyObject(_letterhead)}
