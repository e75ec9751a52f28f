"""Reads about people and their roles."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.compiled import Compiled, Param, Params
from apps.divisions.rules import lineage
from apps.users.models import Role, User
from apps.users.rules import DEMO_CAST, DEMO_DOMAIN, DEMO_PASSWORD


def in_force(on: date | Param | None = None) -> Q:
    """Return the condition of a role being in force on a Shanghai day (today by default); both ends count."""
    day = on or clock.today()
    return Q(ended_at=None, valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gte=day))


def ways_to(
    *, host: str = "", division: str = "", organisation: str = "", fund: str = ""
) -> dict[str, list[str]]:
    """Return the scopes that cover a place: by kind of scope, its codes.

    Each part given is one way to be covered: a host's role covers its host, a division's role everything under the
    division, the others their own code. With no part given there is none, and every scope counts.
    """
    ways = {
        Role.Scope.HOST: [host] if host else [],
        Role.Scope.DIVISION: lineage(division) if division else [],
        Role.Scope.ORGANISATION: [organisation] if organisation else [],
        Role.Scope.FUND: [fund] if fund else [],
    }
    return {kind.value: codes for kind, codes in ways.items() if codes}


def covering(*, host: str = "", division: str = "", organisation: str = "", fund: str = "") -> Q:
    """Return the condition of a role's scope covering a place (see `ways_to`)."""
    ways = ways_to(host=host, division=division, organisation=organisation, fund=fund)
    return reduce(or_, (Q(scope_kind=kind, scope_code__in=codes) for kind, codes in ways.items()), Q())


def current_roles(user: User | AnonymousUser | None, on: date | None = None) -> QuerySet[Role]:
    """Return the roles a person holds today; none for someone not signed in or no longer active."""
    if not isinstance(user, User) or not user.is_active:
        return Role.objects.none()
    return Role.objects.filter(in_force(on), user=user).order_by("kind", "scope_code")


_held = Compiled(
    lambda: (
        Role.objects.filter(in_force(Param("day")), user=Param("user"))
        .order_by("kind", "scope_code")
        .values_list("kind", "scope_kind", "scope_code")
    )
)


def roles_held(user: User | AnonymousUser | None) -> list[tuple[str, str, str]]:
    """Return kind, kind of scope and code of each role that a person holds today: what every verb and page asks."""
    if not isinstance(user, User) or not user.is_active:
        return []
    return _held.rows(user=user.pk, day=clock.today())


def scope_codes(user: User | AnonymousUser | None, kind: str, scope_kind: str) -> list[str]:
    """Return the codes of the scopes (hosts, divisions, organisations …) in which a person holds a role today."""
    return [code for held, scope, code in roles_held(user) if (held, scope) == (kind, scope_kind)]


_acting_for = Compiled(
    lambda: Role.objects.filter(
        in_force(Param("day")),
        kind=Role.Kind.IMPLEMENTER,
        scope_kind=Role.Scope.ORGANISATION,
        scope_code=Param("organisation"),
        user__is_active=True,
        user__in=Params("users", "bigint"),
    ).values_list("user_id", flat=True)
)


def acting_for(organisation: str, users: Collection[int]) -> set[int]:
    """Return which of these users (ids) act for an organisation today as its implementers: asked at every ballot."""
    return set(_acting_for(organisation=organisation, users=users, day=clock.today()))


def with_role(
    kind: str, *, host: str = "", division: str = "", organisation: str = "", fund: str = ""
) -> QuerySet[Role]:
    """Return the roles of a kind that are in force and cover a place (see `covering`), with their users."""
    return (
        Role.objects.filter(
            in_force(),
            covering(host=host, division=division, organisation=organisation, fund=fund),
            kind=kind,
            user__is_active=True,
        )
        .select_related("user")
        .order_by("user_id")
    )


def users_with(
    kind: str, *, host: str = "", division: str = "", organisation: str = "", fund: str = ""
) -> QuerySet[User]:
    """Return the active people who hold a role of a kind covering a place, each once."""
    roles = with_role(kind, host=host, division=division, organisation=organisation, fund=fund)
    return User.objects.filter(pk__in=roles.order_by().values("user_id")).order_by("pk")


def roles_in(*, host: str = "", organisation: str = "") -> QuerySet[Role]:
    """Return the roles of one host or organisation that are not over, today's and coming ones, with their users."""
    day = clock.today()
    return (
        Role.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=day),
            covering(host=host, organisation=organisation),
            ended_at=None,
        )
        .select_related("user")
        .order_by("kind", "user__name", "pk")
    )


@dataclass(frozen=True)
class DemoSignIn:
    """One member of the demonstration's cast, as the login page offers them."""

    email: str
    name: str
    password: str
    words: str


def demo_sign_ins() -> list[DemoSignIn]:
    """Return the cast of the demonstration; empty anywhere but in a demonstration."""
    if not settings.IS_DEMO:
        return []
    people = (
        User.objects.filter(email__endswith="@" + DEMO_DOMAIN, is_active=True)
        .prefetch_related(Prefetch("roles", queryset=Role.objects.filter(in_force()), to_attr="held"))
        .order_by("pk")
    )
    return [
        DemoSignIn(
            person.email,
            person.name,
            DEMO_PASSWORD,
            _who(person.email, person.held),
        )
        for person in people
    ]


def _who(email: str, roles: Iterable[Role]) -> str:
    """Return who a member of the cast is, in words; of anybody else, their roles."""
    known = DEMO_CAST.get(email.partition("@")[0])
    if known is not None:
        return str(known)
    return _("、").join(dict.fromkeys(str(role.get_kind_display()) for role in roles))
