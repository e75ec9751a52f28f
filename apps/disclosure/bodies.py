"""Bodies of public pages, kept in the process under the version of what they show.

A body holds nothing personal: no CSRF token, no nonce, no name of the reader. The page around it (the header's forms,
the menu) is made anew for whoever is known to the site; visitors without a session get it from the process, too, with
their own CSRF token put in. A hit costs one read of the versions' rows by their primary keys.
"""

import time
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

    def written(self, token: str) -> str:
        """Return the page with the reader's own token."""
        return token.join(self.parts)


_kept: OrderedDict[tuple[object, ...], Body | Page] = OrderedDict()


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
    section: str = "",
) -> HttpResponse:
    """Answer with the body `name`, made by `build` and `template` unless it is kept under the versions of `keys`.

    `name` tells this page from every other, with whatever parameters it was asked for. What `build` returns must hold
    `title`, `house` where the page is one host's, and `until` where it is right only up to a moment (a deadline).
    Whatever `build` raises (404) is not kept.
    """
    is_large = request.COOKIES.get(SIZE_COOKIE) == "large"
    place = (
        name,
        tuple(keys),
        versions_of(keys),
        get_language(),
        is_large,
        int(time.time()) // SECONDS_TO_KEEP,
    )
    whole = (*place, request.get_full_path()) if _is_unknown(request) else None
    if whole is not None and isinstance(kept := _find(whole), Page):
        return HttpResponse(kept.written(get_token(request)))
    body = _find(place)
    if not isinstance(body, Body):
        with clock.held():
            facts = build()
            html = render_to_string(template, {**facts, "is_large": is_large})
        body = Body(html, str(facts["title"]), section, facts.get("house"), facts.get("until"))
        _keep(place, body)
    around: dict[str, object] = {"body_html": body.html, "page_title": body.title, "section": body.section}
    if body.house is not None:
        around["house"] = body.house
    # Without its own, the house around a body comes from rows that this page's versions may not tell of.
    if whole is None or body.house is None:
        return HttpResponse(render_to_string("disclosure/frame.html", around, request))
    token = get_token(request)
    html = render_to_string("disclosure/frame.html", {**around, "csrf_token": token}, request)
    _keep(whole, Page(tuple(html.split(token)), body.until))
    return HttpResponse(html)


def _is_unknown(request: HttpRequest) -> bool:
    """Whether nobody is signed in and no message waits: the page around the body is the same for all of them."""
    return request.COOKIES.keys().isdisjoint({settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name})


def forget() -> None:
    """Drop every kept body, for tests."""
    _kept.clear()


def _keep(place: tuple[object, ...], what: Body | Page) -> None:
    _kept[place] = what
    while len(_kept) > MOST_KEPT:
        try:
            _kept.popitem(last=False)
        except KeyError:  # another thread was faster
            return


def _find(place: tuple[object, ...]) -> Body | Page | None:
    """Return what is kept there, and count it as used just now."""
    found = _kept.get(place)
    if found is not None and found.until is not None and clock.now() >= found.until:
        return None
    if found is not None:
        with suppress(KeyError):  # another thread dropped it
            _kept.move_to_end(place)
    return found
