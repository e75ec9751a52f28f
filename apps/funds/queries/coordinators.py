"""Who coordinates the towns of a host's area, today and soon."""

from django.db.models import Q

from apps.core import clock
from apps.divisions.models import Division
from apps.divisions.rules import code_range, lineage
from apps.funds.models import Host
from apps.users.models import Role


def coordinators(host: Host) -> list[tuple[Role, Division]]:
    """Return the coordinators' roles that are not over, each with its town, by town."""
    low, high = code_range(host.division_id)
    roles = Role.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=clock.today()),
        kind=Role.Kind.TOWN_COORDINATOR,
        scope_kind=Role.Scope.DIVISION,
        scope_code__gte=low,
        scope_code__lt=high,
        ended_at=None,
    ).select_related("user")
    found = list(roles.order_by("scope_code", "user__name", "pk"))
    towns = Division.objects.in_bulk({role.scope_code for role in found})
    excluded = set(host.excluded.values_list("code", flat=True))
    inside = {code: town for code, town in towns.items() if excluded.isdisjoint(lineage(code))}
    return [(role, inside[role.scope_code]) for role in found if role.scope_code in inside]
