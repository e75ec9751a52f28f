"""What is before a committee, and what one member still owes."""

from django.db.models import Q, QuerySet

from apps.core import clock
from apps.core.compiled import Compiled, Param
from apps.funds.models import Fund
from apps.funds.queries import available, in_scope
from apps.governance.models import Ballot, Motion, Recusal, RollEntry, Seat
from apps.governance.queries.committees import Person, in_force
from apps.users.models import User

CLOSING = "closing"


def visible_to(user: Person) -> QuerySet[Motion]:
    """Return the motions a person may see on the committee's own pages: where they sit, or work as staff."""
    if not isinstance(user, User) or not user.is_active:
        return Motion.objects.none()
    return Motion.objects.filter(
        Q(committee__in=Seat.objects.filter(in_force(), user=user).values("committee_id"))
        | Q(committee__fund__in=in_scope(user).order_by())
        | Q(pk__in=Motion.objects.filter(roll__seat__user=user).values("pk"))
    ).select_related("committee__fund__host")


def motions_of(fund: Fund) -> QuerySet[Motion]:
    """Return a fund's motions, newest first."""
    return Motion.objects.filter(committee__fund=fund).order_by("-tabled_at", "-pk")


def to_vote(user: Person) -> QuerySet[Motion]:
    """Return the open motions on which a person still owes a ballot, the most urgent first; for their own desk only."""
    if not isinstance(user, User) or not user.is_active:
        return Motion.objects.none()
    return (
        Motion.objects.filter(
            state=Motion.State.OPEN,
            closes_at__gt=clock.now(),
            roll__seat__in=Seat.objects.filter(in_force(), user=user),
        )
        .exclude(pk__in=Ballot.objects.filter(seat__user=user, is_current=True).values("motion_id"))
        .exclude(pk__in=Recusal.objects.filter(seat__user=user).values("motion_id"))
        .select_related("committee__fund")
        .order_by("closes_at")
    )


def due() -> QuerySet[Motion]:
    """Return the open motions whose deadline has passed."""
    return Motion.objects.filter(state=Motion.State.OPEN, closes_at__lte=clock.now()).order_by("closes_at")


def voting() -> QuerySet[Motion]:
    """Return the motions on which ballots are taken now."""
    return Motion.objects.filter(state=Motion.State.OPEN, closes_at__gt=clock.now()).order_by("closes_at")


def owing(motion: Motion) -> QuerySet[Seat]:
    """Return the seats on a motion's roll that may vote and have not: to write to them, and to tell nobody."""
    return (
        Seat.objects.filter(in_force(), pk__in=motion.roll.values("seat_id"), user__is_active=True)
        .exclude(pk__in=motion.ballots.filter(is_current=True).values("seat_id"))
        .exclude(pk__in=motion.recusals.values("seat_id"))
        .select_related("user")
        .order_by("pk")
    )


def is_voting(motion: Motion) -> bool:
    """Whether ballots are taken now: the deadline decides, not whether somebody already wrote the result."""
    return (
        motion.state == Motion.State.OPEN and motion.closes_at is not None and clock.now() < motion.closes_at
    )


def phase(motion: Motion) -> str:
    """Return the motion's state for pages; `closing` when the deadline has passed and no result is written yet."""
    return CLOSING if motion.state == Motion.State.OPEN and not is_voting(motion) else motion.state


def seat_on_roll(motion: Motion, user: Person) -> Seat | None:
    """Return the seat with which a person stands on a motion's frozen roll."""
    if not isinstance(user, User):
        return None
    return _on_roll.first(motion=motion.pk, user=user.pk)


# Asked twice for each ballot.
_on_roll = Compiled(
    lambda: (
        Seat.objects.filter(
            pk__in=RollEntry.objects.filter(motion=Param("motion")).values("seat_id"), user=Param("user")
        )
        .select_related("user", "committee")
        .order_by("pk")
    )
)


_own_ballot = Compiled(
    lambda: Ballot.objects.filter(motion=Param("motion"), seat=Param("seat"), is_current=True).order_by("pk")
)
_own_recusal = Compiled(
    lambda: Recusal.objects.filter(motion=Param("motion"), seat=Param("seat")).order_by("pk")
)


def own_ballot(motion: Motion, seat: Seat) -> Ballot | None:
    """Return a member's current ballot; until the close for that member's eyes only."""
    return _own_ballot.first(motion=motion.pk, seat=seat.pk)


def own_recusal(motion: Motion, seat: Seat) -> Recusal | None:
    """Return a member's recusal from a motion, if they stepped aside."""
    return _own_recusal.first(motion=motion.pk, seat=seat.pk)


def usable(fund: Fund, restriction: str) -> int:
    """Return the fen a motion may count on: the restriction it names, the fund's own purposes, and free money.

    Money given for another purpose, and money already promised, does not count; a purpose that is overdrawn takes
    nothing from another.
    """
    codes = {"", restriction, *fund.restrictions.filter(is_general=True).values_list("code", flat=True)}
    return sum(max(amount, 0) for code, amount in available(fund).items() if code in codes)
