"""To whom letters about grants go, and how they write amounts and addresses."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from apps.core import outbox
from apps.core.money import written
from apps.funds.models import Fund
from apps.governance.queries import seats_of
from apps.grants.queries import OFFICERS
from apps.users.models import Role, User
from apps.users.queries import users_with


def tell(people: Iterable[User], *, key: str, subject: str, body: str) -> None:
    """Lay one letter for each of these people, once for a key."""
    for person in people:
        outbox.say(f"{key}:{person.pk}", to=person.email, subject=subject, body=body)


def finance(fund: Fund) -> list[User]:
    """Return the finance people of a fund's host."""
    return list(users_with(Role.Kind.FINANCE, host=fund.host.code))


def admins(fund: Fund) -> list[User]:
    """Return the administrators of a fund's host."""
    return list(users_with(Role.Kind.HOST_ADMIN, host=fund.host.code))


def officers(fund: Fund) -> list[User]:
    """Return the chair and the secretary of a fund's committee."""
    return [seat.user for seat in seats_of(fund).filter(office__in=OFFICERS)]


def amount(fen: int) -> str:
    """Return fen as letters write them."""
    return "¥" + written(fen)


def page(name: str, *parts: object) -> str:
    """Return the whole address of a page of this site."""
    return settings.SITE_URL + reverse(name, args=parts)
