"""The secretary writes down what was promised to the committee's fund; finance sees to the money."""

from apps.core.verbs import verb
from apps.donations import services as donations
from apps.donations.models import Pledge
from apps.donations.services import NewPledge
from apps.grants import permissions
from apps.users.models import User


@verb
def record_pledge(pledge: NewPledge, *, by: User) -> Pledge:
    """Write a pledge to the secretary's own fund down; the same form does it once. Raises `Refused`."""
    permissions.is_secretary(by, pledge.fund).require()
    return donations.write_pledge(pledge, by=by)
