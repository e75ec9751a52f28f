"""Bodies of public pages, kept in the process under the version of what they show.

A body holds nothing personal: no CSRF token, no nonce, no name of the reader. The page around it (the header's forms,
the menu) is made anew for everyone. A hit costs one read of the versions' rows by their primary keys.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from apps.core.middleware import SIZE_COOKIE
from apps.core.models import ContentVersion
from apps.disclosure.queries.houses import House

MOST_BODIES = 600
# Days and hours go by without a version: no body is older than this.
SECONDS_TO_KEEP = 600


@dataclass(frozen=True)
class Body:
    """A rendered body with what the page around it needs to know."""

    html: str
    title: str
    section: str
    house: House | None


_kept: OrderedDict[tuple[object, ...], Body] = OrderedDict()


def versions_of(keys: Sequence[str]) -> tuple[int, ...]:
    """Return the content versions of the keys, in their order, in one query; 0 for what was never bumped."""
    found = dict(ContentVersion.objects.filter(key__in=keys).values_list("key", "version"))
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
    `title`, and `house` where the page is one host's. Whatever `build` raises (404) is not kept.
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
    body = _kept.get(place)
    if body is None:
        facts = build()
        body = Body(
            html=render_to_string(template, {**facts, "is_large": is_large}),
            title=str(facts["title"]),
            section=section,
            house=facts.get("house"),
        )
        _keep(place, body)
    else:
        _touch(place)
    around: dict[str, object] = {"body_html": body.html, "page_title": body.title, "section": body.section}
    if body.house is not None:
        around["house"] = body.house
    return render(request, "disclosure/frame.html", around)


def forget() -> None:
    """Drop every kept body, for tests."""
    _kept.clear()


def _keep(place: tuple[object, ...], body: Body) -> None:
    _kept[place] = body
    while len(_kept) > MOST_BODIES:
        try:
            _kept.popitem(last=False)
        except KeyError:  # another thread was faster
            return


def _touch(place: tuple[object, ...]) -> None:
    try:
        _kept.move_to_end(place)
    except KeyError:  # another thread dropped it
        return
