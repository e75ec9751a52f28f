"""Bodies of public pages, kept in the process under the version of what they show.

A body holds nothing personal: no CSRF token, no nonce, no name of the reader. The page around it (the header's forms,
the menu) is made anew for whoever is known to the site; visitors without a session get it from the process, too, with
their own CSRF token put in. A hit costs one read of the versions' rows by their primary keys.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import get_language

from apps.core import clock
from apps.core.compiled import asking
from apps.core.middleware import SIZE_COOKIE
from apps.disclosure.queries.houses import House

# Bodies and whole pages together, some 20 kB each.
MOST_KEPT = 1200
# Days and hours go by without a version: no body is older than this.
SECONDS_TO_KEEP = 600
# Raised when the words around every page change: a host, its campaigns.
HOUSE = "house"
# Where the body goes in a page that is kept without it.
BODY = "\ufdd0body\ufdd0"


@dataclass(frozen=True)
class Body:
    """A rendered body with what the page around it needs to know."""

    html: str
    title: str
    section: str
    house: House | None
    until: datetime | None


@dataclass(frozen=True)
class Page:
    """A whole page as a visitor without a session gets it, cut where the CSRF token stands."""

    parts: tuple[str, ...]
    until: datetime | None

    def around(self, body: Body) -> "Page":
        """Return the page with a body where `BODY` stands."""
        return Page(tuple(part.replace(BODY, body.html) for part in self.parts), body.until)

    def written(self, token: str) -> str:
        """Return the page with the reader's own token."""
        return token.join(self.parts)


@dataclass(frozen=True)
class Block:
    """A part of a body between `{% kept %}` and `{% endkept %}`."""

    html: str
    until: None = None


Kept = Body | Page | Block
_kept: OrderedDict[tuple[object, ...], Kept] = OrderedDict()


def versions_of(keys: Sequence[str]) -> tuple[int, ...]:
    """Return the content versions of the keys, in their order, in one query; 0 for what was never bumped."""
    # By hand: this is all that most visits ask of the database.
    marks = ", ".join(["%s"] * len(keys))
    with asking() as cursor:
        cursor.execute(f"SELECT key, version FROM core_contentversion WHERE key IN ({marks})", list(keys))
        found: dict[str, int] = dict(cursor.fetchall())
    return tuple(found.get(key, 0) for key in keys)


def page(
    request: HttpRequest,
    template: str,
    build: Callable[[], Mapping[str, Any]],
    *,
    name: str,
    keys: Sequence[str],
    often: Sequence[str] = (),
    section: str = "",
) -> HttpResponse:
    """Answer with the body `name`, made by `build` and `template` unless it is kept under the versions of its keys.

    `name` tells this page from every other, with whatever parameters it was asked for. What `build` returns must hold
    `title`, `house` where the page is one host's, and `until` where it is right only up to a moment (a deadline).
    Whatever `build` raises (404) is not kept.

    `often` are keys that are raised often and tell only of what stands outside the template's `{% kept %}` blocks:
    those are kept under `keys` alone. What `build` gives as a function is read only when the template gets to it.
    """
    is_large = request.COOKIES.get(SIZE_COOKIE) == "large"
    keys = (HOUSE, *keys)
    versions = versions_of((*keys, *often))
    reader = (get_language(), is_large, int(clock.near().timestamp()) // SECONDS_TO_KEEP)
    place = (name, *keys, *versions, *reader)
    whole = (*place, request.get_full_path()) if _is_unknown(request) else None
    if whole is not None and isinstance(kept := _find(whole), Page):
        return HttpResponse(kept.written(get_token(request)))
    body = _find(place)
    if not isinstance(body, Body):
        with clock.held():
            facts = build()
            keep = _Keeper((name, *keys, *versions[: len(keys)], *reader))
            html = render_to_string(template, {**facts, "is_large": is_large, "keep": keep})
        body = Body(html, str(facts["title"]), section, facts.get("house"), facts.get("until"))
        _keep(place, body)
    # Without its own, the house around a body comes from rows that this page's versions may not tell of.
    if whole is None or body.house is None:
        return HttpResponse(_framed(request, body, body.html))
    around = _frame(request, body, reader).around(body)
    _keep(whole, around)
    return HttpResponse(around.written(get_token(request)))


def _framed(request: HttpRequest, body: Body, html: str, **more: str) -> str:
    """Return the whole page with `html` for its body."""
    around: dict[str, object] = {"body_html": html, "page_title": body.title, "section": body.section, **more}
    if body.house is not None:
        around["house"] = body.house
    return render_to_string("disclosure/frame.html", around, request)


def _frame(request: HttpRequest, body: Body, reader: tuple[object, ...]) -> Page:
    """Return the page around a body as visitors without a session get it, with `BODY` for the body, cut where their
    token stands. It tells of nothing but what it is kept under."""
    place = ("frame", body.title, body.section, body.house, *reader, request.get_full_path())
    frame = _find(place)
    if not isinstance(frame, Page):
        token = get_token(request)
        frame = Page(tuple(_framed(request, body, BODY, csrf_token=token).split(token)), None)
        _keep(place, frame)
    return frame


class _Keeper:
    """Keeps the blocks of one page, for the tag `{% kept %}`."""

    def __init__(self, place: tuple[object, ...]) -> None:
        self._place = place

    def __call__(self, name: str, render: Callable[[], str]) -> str:
        """Return the block `name`, rendered unless it is kept."""
        place = ("block", name, *self._place)
        found = _find(place)
        if not isinstance(found, Block):
            found = Block(render())
            _keep(place, found)
        return found.html


def _is_unknown(request: HttpRequest) -> bool:
    """Whether nobody is signed in and no message waits: the page around the body is the same for all of them."""
    return request.COOKIES.keys().isdisjoint({settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name})


def forget() -> None:
    """Drop every kept body, for tests."""
    _kept.clear()


def _keep(place: tuple[object, ...], what: Kept) -> None:
    _kept[place] = what
    while len(_kept) > MOST_KEPT:
        try:
            _kept.popitem(last=False)
        except KeyError:  # another thread was faster
            return


def _find(place: tuple[object, ...]) -> Kept | None:
    """Return what is kept there, and count it as used just now."""
    found = _kept.get(place)
    if found is not None and found.until is not None and clock.now() >= found.until:
        return None
    if found is not None:
        with suppress(KeyError):  # another thread dropped it
            _kept.move_to_end(place)
    return found
