"""Every route of the site, tried by everyone: no 5xx, no open door that its row in `tests/routes.py` does not name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from apps.core.models import AuditEvent
from apps.users.models import Role
from tests.cast import Cast, person
from tests.routes import EVERYONE, ROUTES, Row

SIGN_INS = ("/accounts/login/", "/admin/login/", "/donors/sign-in/")
SHUT = {400, 403, 404, 405}
# Somebody who holds every role of the cast at once, and so gets past every door that one of them opens.
MANY = "many"
# What does not exist is not there for anybody: an address that nobody can reach is tried by those who stand for all,
# and so are the admin's many doors, as nobody of the cast is a superuser.
STAND_FOR_ALL = {"anonymous", "stranger", MANY}
# Who passes most doors tries the pages on both databases.
AT_MOST_DOORS = {"admin", MANY}
DUMMIES: dict[str, str | int] = {
    "int": 999_999,
    "str": "NOSUCH",
    "slug": "no-such",
    "path": "no/such",
    "uuid": "0" * 32,
}
HOSTILE = ["\x00", "' OR 1=1 --", "%", "💰" * 40, "a" * 3000, "..", "\u202e", "${7*7}", "<script>"]
HUGE = [0, 10**25]


@dataclass(frozen=True)
class Route:
    """A route as the resolver knows it: its full name and the kind of each argument."""

    name: str
    kinds: dict[str, str]

    def address(self, values: dict[str, str | int]) -> str:
        return reverse(self.name, kwargs=values)


def kind_of(pattern: URLPattern, argument: str) -> str:
    converter = pattern.pattern.converters.get(argument)
    return (
        type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        if converter
        else "str"
    )


def walk(patterns: Iterable[URLPattern | URLResolver], space: str = "") -> Iterator[Route]:
    """Yield the routes, an unnamed one by its pattern; those of Django's admin only lead to its named ones."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(
                pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space
            )
        elif pattern.name or space != "admin:":
            arguments = set(pattern.pattern.converters) | set(pattern.pattern.regex.groupindex)
            kinds = {name: kind_of(pattern, name) for name in arguments}
            yield Route(space + (pattern.name or f"unnamed {pattern.pattern}"), kinds)


def routes() -> list[Route]:
    return list(walk(get_resolver().url_patterns))


def row_of(name: str) -> Row | None:
    """Return the row of a route: its own, or that of the longest `…*` that fits."""
    stars = sorted((key for key in ROUTES if key.endswith("*") and name.startswith(key[:-1])), key=len)
    return ROUTES.get(name) or (ROUTES[stars[-1]] if stars else None)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    names = [route.name for route in routes()]
    missing = sorted({name for name in names if row_of(name) is None})
    assert not missing, f"give these routes a row in tests/routes.py: {missing}"
    stale = [key for key in ROUTES if not any(name.startswith(key.rstrip("*")) for name in names)]
    assert not stale, f"these rows of tests/routes.py have no route: {stale}"


def is_sent_to_sign_in(answer: HttpResponseBase) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(SIGN_INS)  # type: ignore[attr-defined]


def is_there(route: Route, row: Row) -> bool:
    """Whether the cast has what the address names."""
    return not route.kinds or row.args is not None


def tries(who: str, route: Route, row: Row) -> bool:
    """Whether this one tries the route: each of the cast what is there, those who stand for all what is not."""
    if route.name.startswith("admin:") or not is_there(route, row):
        return who in STAND_FOR_ALL
    return who != MANY


def reaches(who: str, row: Row) -> bool:
    return bool(row.reach) if who == MANY else who in row.reach


def faults_of(
    who: str, route: Route, row: Row, method: str, answer: HttpResponseBase, wrote: int
) -> list[str]:
    """Return what is wrong with an answer, as words."""
    status = answer.status_code
    if status >= 500:
        return [f"answers {status}"]
    if not reaches(who, row):
        if wrote:
            return ["wrote something for someone who may not"]
        return [] if status in SHUT or is_sent_to_sign_in(answer) else [f"is open: {status}"]
    if method == "POST" and row.writes is not None and who not in row.writes | {MANY}:
        return [] if status in SHUT | {422} and not wrote else [f"listens to a POST: {status}"]
    if method == "POST":
        return ["sends to the sign-in"] if is_sent_to_sign_in(answer) and who != "anonymous" else []
    if wrote:
        return ["a GET wrote something"]
    expected = {row.get} if is_there(route, row) else {404, 405, 422, 200, 302}
    own_account = route.name.startswith(("account_", "mfa_", "admin:"))
    return [] if status in expected or own_account else [f"answers {status} instead of {row.get}"]


def signed_in(cast: Cast, who: str) -> Client:
    """Return the browser of one of the cast, of somebody with all their roles, or of a visitor."""
    client = Client(raise_request_exception=False)
    if who == MANY:
        somebody = person("多职", "many@qj.test")
        held = Role.objects.values("kind", "scope_kind", "scope_code", "valid_from").distinct()
        Role.objects.bulk_create([Role(user=somebody, **role) for role in held])
        client.force_login(somebody)
    elif who != "anonymous":
        client.force_login(getattr(cast, who))
    return client


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(who, marks=[] if who in AT_MOST_DOORS else [pytest.mark.dear])
        for who in sorted(EVERYONE | {MANY})
    ],
)
def test_doors_open_to_those_they_name_and_nobody_else(cast: Cast, who: str) -> None:
    client = signed_in(cast, who)
    cookies, found = client.cookies.copy(), []
    before = AuditEvent.objects.count()
    for route in routes():
        row = row_of(route.name)
        if row is None or not tries(who, route, row):
            continue
        try:
            address = route.address(
                {**{name: DUMMIES[kind] for name, kind in route.kinds.items()}, **(row.args or {})}
            )
        except NoReverseMatch:
            continue
        for method in ("GET", "POST"):
            cache.clear()
            client.cookies = cookies.copy()
            with transaction.atomic():
                answer = client.generic(method, address) if method == "GET" else client.post(address, {})
                wrote = AuditEvent.objects.count() - before
                transaction.set_rollback(True)
            found += [
                f"{who} {method} {route.name}: {fault}"
                for fault in faults_of(who, route, row, method, answer, wrote)
            ]
    assert not found, "\n".join(found)


@pytest.mark.dear
@pytest.mark.parametrize("who", ["anonymous", MANY])
def test_no_argument_breaks_a_page(cast: Cast, who: str, full: bool) -> None:
    client = signed_in(cast, who)
    turn = cycle(zip(HOSTILE, HUGE * len(HOSTILE), strict=False))
    broken = []
    for route in routes():
        if not route.kinds or route.name.startswith(("admin:", "account_", "mfa_")):
            continue
        # Routes share the code that reads an address, so in the gate each gets the next few values in turn.
        for text, number in islice(turn, len(HOSTILE) if full else 2 if who == "anonymous" else 1):
            values = {name: number if kind == "int" else text for name, kind in route.kinds.items()}
            try:
                address = route.address(values)
            except NoReverseMatch:
                continue
            for answer in (
                client.get(address),
                client.get(address, {"page": text, "q": text, "before": number}),
            ):
                if answer.status_code >= 500:
                    broken.append(f"{who} {route.name} {text[:20]!r} {number}: {answer.status_code}")
    assert not broken, "\n".join(broken)


def test_a_nul_in_a_form_is_refused_with_a_sentence(client: Client, db: None) -> None:
    answer = client.post("/choose/", "size=lar%00ge", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400 and "控制字符" in answer.content.decode()
    assert client.get("/find/suggest/?q=%00").status_code == 400
    assert client.get("/files/%00/").status_code == 404
