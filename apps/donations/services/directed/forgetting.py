"""Destroying what audiences know of a donor who is erased (PIPL 47)."""

from apps.core import audit, clock
from apps.donations import queries, rules
from apps.donations.directed import Removal
from apps.donations.models import Donor
from apps.users.models import User


def forget_invitations(donor: Donor, *, by: rules.Giver | User | None) -> None:
    """Destroy what audiences know of a donor who is erased, under every appeal, whether they gave or not."""
    rows = queries.directed.invited_as([donor])
    now = clock.now()
    rows.filter(removed_at=None).update(removed_at=now, removal=Removal.ERASED, text_due_at=None)
    count = rows.update(name_sealed="", contact_sealed="", contact_index="")
    if count:
        audit.record(by, "forget_invitations", donor, count=count)
