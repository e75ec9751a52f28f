"""Saying who is close kin of whom, among the people of a committee."""

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import queries
from apps.governance.models import Kinship
from apps.users.models import User


@verb
def declare_kin(user: User, *, other: User, by: User | None) -> Kinship:
    """Say that `other` is close kin of `user`, from today. Said twice it stands once; either of the two may say it."""
    if by is not None and by.pk != user.pk:
        raise Refused(_("关系由本人申报。"))
    if other.pk == user.pk:
        raise Refused(_("不用申报自己。"), "other")
    kinship, is_new = Kinship.objects.get_or_create(
        user=user, other=other, ended_on=None, defaults={"declared_on": clock.today()}
    )
    if is_new:
        audit.record(by, "governance.declare_kin", kinship)
        _bump(kinship)
    return kinship


@verb
def end_kin(kinship: Kinship, *, by: User | None) -> Kinship:
    """Take one's own word about kin back, from today."""
    if by is not None and by.pk != kinship.user_id:
        raise Refused(_("关系由本人申报。"))
    kinship = lock_row(Kinship, pk=kinship.pk)
    if kinship.ended_on is None:
        kinship.ended_on = clock.today()
        kinship.save(update_fields=["ended_on"])
        audit.record(by, "governance.end_kin", kinship)
        _bump(kinship)
    return kinship


def _bump(kinship: Kinship) -> None:
    """Say that the pages of the committees on which the two sit may have changed."""
    funds = {
        committee.fund.code
        for person in (kinship.user, kinship.other)
        for committee in queries.committees_of(person)
    }
    versions.bump(*(f"fund:{code}" for code in funds))
