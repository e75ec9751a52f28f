"""Who coordinates the towns of a host's area."""

from datetime import date

from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import permissions
from apps.funds.models import Host
from apps.users import services as users
from apps.users.models import Role, User


@verb
def appoint_coordinator(
    host: Host,
    *,
    division: Division,
    email: str,
    name: str,
    valid_from: date,
    valid_until: date | None = None,
    by: User | None,
) -> Role:
    """Make a person, known by e-mail, the coordinator of a town in a host's area and return the role.

    Raises `Refused` naming the field, and for a place that is no town of the area.
    """
    permit = permissions.may_appoint(by, host, division.code)
    if not permit:
        raise Refused(permit.reason, "division")
    person = users.create_user(email=email, name=name, by=by)
    return users.grant_role(
        person, kind=Role.Kind.TOWN_COORDINATOR, scope_kind=Role.Scope.DIVISION, scope_code=division.code,
        valid_from=valid_from, valid_until=valid_until, by=by, permit=permit,
    )  # fmt: skip


@verb
def dismiss_coordinator(role: Role, *, host: Host, by: User | None) -> Role:
    """End a coordinator's role at once; doing it twice changes nothing."""
    return users.end_role(role, by=by, permit=permissions.may_appoint(by, host, role.scope_code))
