"""Reads about organisations."""

from collections.abc import Iterable
from itertools import groupby

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet

from apps.registry.models import Organisation
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


def payees_sharing_an_account(host: str) -> list[list[Organisation]]:
    """Return a host's organisations that money would reach on one and the same account, those of each account together.

    What another host registered is its own: the same organisation in two registers shares nothing with itself. Asked
    by the keyed hash of the account; none is opened.
    """
    known = Organisation.objects.filter(host=host).exclude(payee_index="")
    shared = known.order_by().values("payee_index").annotate(count=Count("pk")).filter(count__gt=1)
    rows = known.filter(payee_index__in=shared.values("payee_index")).order_by("payee_index", "name", "code")
    found = rows.only("code", "name", "payee_index")
    return [list(together) for _index, together in groupby(found, key=lambda one: one.payee_index)]


def others_on_account(organisation: Organisation) -> list[str]:
    """Return the names of the host's other organisations with the same account, by name."""
    if not organisation.payee_index:
        return []
    same = Organisation.objects.filter(host=organisation.host, payee_index=organisation.payee_index)
    return list(same.exclude(pk=organisation.pk).order_by("name").values_list("name", flat=True))
