"""What a reader of the boards may choose between: hosts, and the towns of the hosts' districts."""

from dataclasses import dataclass

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Value

from apps.divisions.models import Division
from apps.funds.models import Host
from apps.grants.queries.boards import overseen_by
from apps.users.permissions import Person


@dataclass(frozen=True)
class Place:
    """A host (by its `key`) with the division it works in, or a town, whose key is 0."""

    code: str
    name: str
    division: str
    key: int


def places_overseen_by(user: Person) -> tuple[list[Place], list[Place]]:
    """Return the hosts whose boards a person reads, by name, and the towns around them, by code; one query."""
    hosts = Host.objects.filter(pk__in=overseen_by(user).order_by().values("host")).order_by()
    town = ExpressionWrapper(OuterRef("code"), output_field=CharField())
    around = hosts.annotate(town=town).filter(town__startswith=F("division_id"))
    towns = Division.objects.filter(Exists(around), level=Division.Level.TOWN).order_by()
    found = hosts.values_list("code", "name", "division_id", "pk").union(
        towns.values_list("code", "name", F("code"), Value(0)), all=True
    )
    rows = [Place(*row) for row in found]
    named = sorted((row for row in rows if row.key), key=lambda row: (row.name, row.code))
    return named, sorted((row for row in rows if not row.key), key=lambda row: row.code)
