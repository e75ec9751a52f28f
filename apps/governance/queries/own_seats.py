"""One person's seats over all funds."""

from dataclasses import dataclass

from django.db.models import QuerySet

from apps.core import clock
from apps.governance.models import Kinship, Seat
from apps.governance.queries.committees import in_force
from apps.governance.queries.motions import to_vote
from apps.users.models import User


@dataclass(frozen=True)
class OwnSeat:
    """A seat that a person holds, how many days its term still runs, and on how many open votes they owe a ballot."""

    seat: Seat
    days: int
    to_vote: int


def seats_held_by(user: User) -> list[OwnSeat]:
    """Return the seats a person holds now, by fund."""
    held = (
        Seat.objects.filter(in_force(), user=user)
        .select_related("committee__fund__division")
        .order_by("committee__fund__name", "pk")
    )
    owed: dict[int, int] = {}
    for motion in to_vote(user):
        owed[motion.committee_id] = owed.get(motion.committee_id, 0) + 1
    today = clock.today()
    return [
        OwnSeat(seat, (seat.until_day - today).days, owed.get(seat.committee_id, 0) if seat.votes else 0)
        for seat in held
    ]


def seats_past_of(user: User) -> QuerySet[Seat]:
    """Return the seats a person no longer holds, the last one first."""
    now = clock.now()
    over = Seat.objects.filter(user=user)
    return (
        (over.filter(until_day__lt=clock.day_of(now)) | over.filter(ended_at__lte=now))
        .select_related("committee__fund")
        .order_by("-until_day", "-pk")
    )


def kinships_of(user: User) -> QuerySet[Kinship]:
    """Return what a person said about their close kin and has not taken back."""
    return (
        Kinship.objects.filter(user=user, ended_on=None).select_related("other").order_by("declared_on", "pk")
    )
