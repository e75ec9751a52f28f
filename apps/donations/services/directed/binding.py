"""Tying a gift to whom an appeal asked: a gift that answers an appeal is nobody else's, and counts for no campaign."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from apps.core import clock
from apps.donations import queries
from apps.donations.models import DirectedGift, Donation, Invitee


def bind(donation: Donation, invitee: Invitee, *, at: datetime) -> DirectedGift:
    """Write down by whom of the audience a gift is, in the capacity they have now; once per gift.

    The caller has judged that they may give and holds their row's lock.
    """
    row, _made = DirectedGift.objects.get_or_create(
        donation=donation, defaults={"invitee": invitee, "capacity": invitee.capacity, "given_at": at}
    )
    return row


def may_arrive(answers: DirectedGift | None, day: date, *, is_further: bool) -> bool:
    """Whether a transfer of a day may be booked for an announced gift: always, unless the gift answers an appeal.

    Then its giver must have been on the audience on that day. A further transfer under the same code is a gift of its
    own, so it must fall within the appeal, and its giver be on the audience still.
    """
    if answers is None:
        return True
    invitee, appeal, start = answers.invitee, answers.invitee.appeal, clock.midnight(day)
    if not queries.directed.stood(invitee, start, start + timedelta(days=1)):
        return False
    if not is_further:
        return True
    ends_on = min(appeal.ends_on, clock.day_of(appeal.closed_at)) if appeal.closed_at else appeal.ends_on
    return appeal.starts_on <= day <= ends_on and invitee.removed_at is None


def bind_further(copies: Sequence[tuple[Donation, date, DirectedGift | None]]) -> None:
    """Tie further transfers, each with its day, to whom the first gift was of."""
    DirectedGift.objects.bulk_create(
        [
            DirectedGift(
                donation=copy,
                invitee=answers.invitee,
                capacity=answers.invitee.capacity,
                given_at=moment_of(day, answers.invitee),
            )
            for copy, day, answers in copies
            if answers is not None
        ]
    )


def moment_of(day: date, invitee: Invitee) -> datetime:
    """Return the first moment of a day at which somebody checked was on the audience, now at the latest."""
    start = clock.midnight(day)
    return min(clock.now(), max(start, invitee.checked_at or start))
