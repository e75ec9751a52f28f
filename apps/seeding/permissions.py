"""Who may give out the host's money as seed. None is the system itself."""

from apps.core.verdicts import YES, Verdict
from apps.funds.models import Host
from apps.users.models import Role, User
from apps.users.permissions import acts_as


def may_award(user: User | None, host: Host) -> Verdict:
    """The host's administrator opens programmes and awards."""
    return YES if user is None else acts_as(user, Role.Kind.HOST_ADMIN, host=host.code)
