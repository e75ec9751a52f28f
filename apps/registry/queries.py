"""Reads about organisations."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from apps.core.sealing import unseal
from apps.registry.models import Organisation
from apps.registry.rules import payee_context
from apps.users.models import Role, User
from apps.users.queries import roles_in, scope_codes

STAFF = (Role.Kind.HOST_ADMIN, Role.Kind.FINANCE)


def staff_hosts(user: User | AnonymousUser | None) -> list[str]:
    """Return the codes of the hosts in which a person may register organisations."""
    codes = {code for kind in STAFF for code in scope_codes(user, kind, Role.Scope.HOST)}
    return sorted(codes)


def visible_to(user: User | AnonymousUser | None) -> QuerySet[Organisation]:
    """Return the organisations whose particulars a person may see: their hosts' and those they act for."""
    mine = Organisation.objects.filter(
        code__in=scope_codes(user, Role.Kind.IMPLEMENTER, Role.Scope.ORGANISATION)
    )
    hosts = staff_hosts(user)
    found = mine | Organisation.objects.filter(host__in=hosts) if hosts else mine
    return found.select_related("division").order_by("name", "code")


def for_user(user: User | AnonymousUser | None) -> QuerySet[Organisation]:
    """Return the active organisations that a person may apply for, being an implementer there today."""
    return (
        Organisation.objects.filter(
            code__in=scope_codes(user, Role.Kind.IMPLEMENTER, Role.Scope.ORGANISATION),
            state=Organisation.State.ACTIVE,
        )
        .select_related("division")
        .order_by("name", "code")
    )


def registered_with(hosts: Iterable[str]) -> QuerySet[Organisation]:
    """Return the organisations of some hosts, by name."""
    return (
        Organisation.objects.filter(host__in=list(hosts)).select_related("division").order_by("name", "code")
    )


def implementers(organisation: Organisation) -> QuerySet[Role]:
    """Return the roles of the people who act for an organisation, now or from a coming day."""
    return roles_in(organisation=organisation.code)


def payees_sharing_an_account() -> list[list[Organisation]]:
    """Return the organisations that money would reach on one and the same account, those of each account together.

    The accounts are compared here and go no further. One that no present key opens is passed over.
    """
    by_account: dict[str, list[Organisation]] = {}
    rows = Organisation.objects.exclude(payee_account="").order_by("name", "code")
    for organisation in rows.only("code", "name", "payee_account"):
        try:
            account = unseal(organisation.payee_account, context=payee_context(organisation.code))
        except ValueError:
            continue
        by_account.setdefault(account, []).append(organisation)
    return [together for together in by_account.values() if len(together) > 1]
