"""Casting a ballot."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import notices, permissions, queries
from apps.governance.models import Ballot, Motion, Seat
from apps.governance.services.motions.rows import lock
from apps.governance.services.recusals import recuse_tied
from apps.governance.states import OPEN
from apps.users.models import User

# Eight of thirty signs: guessing one of a thousand ballots takes hundreds of millions of tries.
RECEIPT_LENGTH = 8


def cast(
    motion: Motion,
    *,
    choice: str,
    subject_hash: str,
    by: User,
    user: User | None = None,
    seat: Seat | None = None,
    reason: str = "",
    channel: str = Ballot.Channel.ONLINE,
    witness: User | None = None,
) -> Ballot:
    """Cast a member's ballot, or change it: one is current, the older ones stay as rows.

    The member is `seat`, or `user`, or `by`. `subject_hash` is the fingerprint of the text the member has read. On
    paper, by hand or by phone, chair or secretary (`by`) records it and a third person on the committee (`witness`)
    saw it; a secret ballot is cast by the member alone, and gets a random receipt. The member is told what they voted.
    A declared tie turns into a recusal first, which stands although the ballot is refused. Raises `Refused`.

    There is no audit event before the close and no message to anyone else, because counting those would tell the
    turnout; a ballot's row names who cast and who recorded it, and cannot be changed.
    """
    seat = seat or queries.seat_on_roll(motion, user or by)
    _recuse_tied(motion, [seat] if seat else [])
    return _cast(
        motion,
        seat=seat,
        choice=choice,
        subject_hash=subject_hash,
        reason=clean_text(reason, field="reason", limit=300, lines=True),
        channel=channel,
        witness=witness,
        by=by,
    )


@dataclass(frozen=True)
class Given:
    """One member's answer at a meeting, as it is recorded for them."""

    seat: Seat
    choice: str
    channel: str


def cast_many(
    motion: Motion, answers: Sequence[Given], *, subject_hash: str, witness: User | None, by: User
) -> list[Ballot]:
    """Record the answers given at a meeting before one witness: all of them, or, when one is refused, none.

    Raises `Refused` with the member's name before the sentence.
    """
    _recuse_tied(motion, [answer.seat for answer in answers])
    return _cast_many(motion, answers, subject_hash=subject_hash, witness=witness, by=by)


@verb
def _cast_many(
    motion: Motion, answers: Sequence[Given], *, subject_hash: str, witness: User | None, by: User
) -> list[Ballot]:
    permissions.may_record(by, motion).require()
    if not answers:
        raise Refused(_("一张票也没有选。"))
    ballots = []
    for answer in answers:
        try:
            ballot = _cast(
                motion,
                seat=answer.seat,
                choice=answer.choice,
                subject_hash=subject_hash,
                reason="",
                channel=answer.channel,
                witness=witness,
                by=by,
            )
        except Refused as refusal:
            words = _("%(name)s：%(reason)s") % {"name": answer.seat.user.name, "reason": refusal}
            raise Refused(words, refusal.field) from refusal
        ballots.append(ballot)
    return ballots


def _recuse_tied(motion: Motion, seats: Sequence[Seat]) -> None:
    """Turn a tie that nobody has acted on into a recusal, in a transaction of its own."""
    if queries.tied_to(motion, [seat.user_id for seat in seats]):
        _recuse_under_lock(motion, seats)


@verb
def _recuse_under_lock(motion: Motion, seats: Sequence[Seat]) -> None:
    locked = lock_row(Motion, pk=motion.pk)
    if locked.state == OPEN and queries.is_voting(locked):
        on_roll = set(locked.roll.filter(seat__in=seats).values_list("seat_id", flat=True))
        recuse_tied(locked, [seat for seat in seats if seat.pk in on_roll])


@verb
def _cast(
    motion: Motion,
    *,
    seat: Seat | None,
    choice: str,
    subject_hash: str,
    reason: str,
    channel: str,
    witness: User | None,
    by: User,
) -> Ballot:
    motion = lock(motion)
    now = clock.now()
    permissions.may_vote(by, motion, seat).require()
    if seat is None or not motion.roll.filter(seat=seat).exists():
        raise Refused(_("您不在这次表决的名册上。名册在表决开始时就定了。"))
    if choice not in Ballot.Choice.values:
        raise Refused(_("请选赞成、反对或弃权。"), "choice")
    if subject_hash != motion.subject_hash:
        raise Refused(_("您看到的不是现在这一版议案，票没有投出去。请重新读一遍再投。"))
    if motion.is_secret and reason:
        raise Refused(_("不记名的票不写理由，写了别人就可能认出来。"), "reason")
    _check_channel(motion, seat, channel, witness, by)
    current = queries.own_ballot(motion, seat)
    witness_id = witness.pk if witness else None
    if current is not None:
        same = (current.choice, current.reason, current.channel, current.witness_id)
        if same == (choice, reason, channel, witness_id):
            return current
        current.is_current = False
        current.save(update_fields=["is_current"])
    ballot = Ballot.objects.create(
        motion=motion,
        seat=seat,
        choice=choice,
        channel=channel,
        recorded_by_id=by.pk,
        witness_id=witness_id,
        subject_hash=subject_hash,
        reason=reason,
        receipt=new_code("", RECEIPT_LENGTH) if motion.is_secret else "",
        cast_at=now,
    )
    notices.ballot_taken(ballot)
    return ballot


def _check_channel(motion: Motion, seat: Seat, channel: str, witness: User | None, by: User) -> None:
    if channel == Ballot.Channel.ONLINE:
        if by.pk != seat.user_id:
            raise Refused(_("网上的票只能由本人投。"))
        return
    if channel not in Ballot.Channel.values:
        raise Refused(_("请选票的方式。"), "channel")
    permissions.may_record(by, motion).require()
    if witness is None or witness.pk in {by.pk, seat.user_id}:
        raise Refused(_("请写一位见证人，不能是登记的人，也不能是投票的人。"), "witness")
    if queries.seat_of(witness, motion.committee.fund) is None:
        raise Refused(_("见证人要在这个管委会里有席位，监督员也可以。"), "witness")
