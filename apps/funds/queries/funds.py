"""Reads about hosts and funds: whose, where, and what they can still promise."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.core.compiled import Compiled, Param
from apps.divisions.rules import code_range, covers, lineage
from apps.funds.models import Fund, Host, Reservation, Restriction
from apps.funds.states import FundKind, FundState
from apps.ledger import queries as ledger
from apps.users.models import Role, User
from apps.users.queries import current_roles

_promised = Compiled(
    lambda: (
        Reservation.objects.filter(fund=Param("fund"), remaining__gt=0)
        .values("restriction")
        .annotate(open=Sum("remaining"))
        .values_list("restriction", "open")
    )
)
STAFF_ROLES = (Role.Kind.HOST_ADMIN, Role.Kind.FINANCE, Role.Kind.TOWN_COORDINATOR, Role.Kind.AUDITOR)


def in_scope(user: User | AnonymousUser) -> QuerySet[Fund]:
    """Return the funds a person works for as staff: of their hosts, under their divisions, or named in a role."""
    held = current_roles(user).filter(kind__in=STAFF_ROLES).order_by()
    # A division's code is the beginning of every code under it. Asked as part of the reader's own query: every page of
    # the workbench asks it, several times.
    covering = held.annotate(
        place=ExpressionWrapper(OuterRef("division_id"), output_field=CharField())
    ).filter(
        Q(scope_kind=Role.Scope.HOST, scope_code=OuterRef("host__code"))
        | Q(scope_kind=Role.Scope.FUND, scope_code=OuterRef("code"))
        | Q(scope_kind=Role.Scope.DIVISION, place__startswith=F("scope_code"))
    )
    return (
        Fund.objects.filter(Exists(covering))
        .select_related("host", "division")
        .order_by("division_id", "code")
    )


def hosts_in_scope(user: User | AnonymousUser) -> QuerySet[Host]:
    """Return the hosts a person works for, themselves or through a fund or a town in the host's area."""
    named = current_roles(user).filter(kind__in=STAFF_ROLES, scope_kind=Role.Scope.HOST)
    towns = current_roles(user).filter(kind__in=STAFF_ROLES, scope_kind=Role.Scope.DIVISION)
    above = [code for town in towns for code in lineage(town.scope_code)]
    return (
        Host.objects.filter(
            Q(code__in=named.values("scope_code"))
            | Q(division_id__in=above)
            | Q(pk__in=in_scope(user).order_by().values("host_id"))
        )
        .select_related("division")
        .order_by("code")
    )


def under(division: str) -> QuerySet[Fund]:
    """Return the funds of a division and of everything under it; the empty code is the nation."""
    found = Fund.objects.select_related("host", "division").order_by("division_id", "code")
    if not division:
        return found
    low, high = code_range(division)
    return found.filter(division_id__gte=low, division_id__lt=high)


def contains(host: Host, division: str) -> bool:
    """Whether a division lies in the host's area: under its division and not under an excluded one. One query."""
    if not covers(host.division_id, division):
        return False
    return not host.excluded.filter(code__in=lineage(division)).exists()


def host_for(division: str) -> Host | None:
    """Return the host whose area holds the division; of nested areas the narrowest. Two queries."""
    above = lineage(division)
    candidates = Host.objects.filter(division_id__in=above).prefetch_related("excluded")
    for host in sorted(candidates, key=lambda host: (-len(host.division_id), host.code)):
        if not any(excluded.code in above for excluded in host.excluded.all()):
            return host
    return None


def host_of(fund: str) -> Host:
    """Return the host that holds a fund's money, by the fund's code. Raises Host.DoesNotExist."""
    return Host.objects.get(funds__code=fund)


def general_fund(host: Host) -> Fund:
    """Return the host's own fund. Raises Fund.DoesNotExist while it has none."""
    return Fund.objects.select_related("host", "division").get(host=host, kind=FundKind.GENERAL)


def general_restriction(fund: Fund) -> Restriction:
    """Return the restriction of gifts to the fund's own purposes."""
    return Restriction.objects.get(fund=fund, is_general=True)


def takes_gifts(fund: Fund, arrived: date | None = None) -> bool:
    """Whether a new gift may begin, once or again: only while the fund is open. Everything that takes gifts asks this.

    With the day on which money arrived: whether it may be written down. It may when it came before the suspension.
    """
    if fund.state == FundState.SUSPENDED and arrived is not None and fund.suspended_on is not None:
        return arrived < fund.suspended_on
    return fund.state == FundState.OPEN


def gifts_refused(fund: Fund) -> str:
    """Return the sentence why a fund takes no gifts."""
    if fund.state == FundState.SUSPENDED:
        return _("%(fund)s暂停了，暂停期间不收新的捐款。原因：%(why)s") % {
            "fund": fund.name,
            "why": fund.get_suspended_for_display() or _("其他原因"),
        }
    return _("%(fund)s已经关闭，不再收捐款。") % {"fund": fund.name}


def promised(fund: Fund) -> dict[str, int]:
    """Return open reservations by restriction, in fen."""
    return {code: int(amount) for code, amount in _promised(fund=fund.pk)}


def available(fund: Fund) -> dict[str, int]:
    """Return by restriction what can still be promised, in fen: spendable money less open reservations.

    To decide on it, hold the fund's lock (`services.lock_fund`) first.
    """
    figures = dict(ledger.spendable(fund.code, host=fund.host.code))
    for restriction, amount in promised(fund).items():
        figures[restriction] = figures.get(restriction, 0) - amount
    return figures
