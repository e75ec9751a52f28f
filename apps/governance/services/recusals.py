"""Stepping aside: by one's own word, or because of a declared tie."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.models import Restriction
from apps.governance import permissions, queries
from apps.governance.models import Motion, Recusal, Seat, Tie
from apps.governance.states import OPEN
from apps.users.models import User


@verb
def recuse(motion: Motion, *, seat: Seat | None = None, reason: str = "", by: User | None) -> Recusal:
    """Step aside from a motion. A vote already cast no longer counts; the recusal is published, the reason never is.

    Until the close nobody but the holder learns of it, so the audit trail has it at the close, like every ballot.
    `seat` is `by`'s own on the roll unless given; only its holder may recuse it, or the system. Twice is once.
    """
    motion = lock_row(Motion, pk=motion.pk)
    seat = seat or queries.seat_on_roll(motion, by)
    permissions.may_recuse(by, motion, seat).require()
    if seat is None or not motion.roll.filter(seat=seat).exists():
        raise Refused(_("您不在这次表决的名册上。名册在表决开始时就定了。"))
    if by is not None and by.pk != seat.user_id:
        raise Refused(_("回避要由本人提出。"))
    return _step_aside(motion, seat, clean_text(reason, field="reason", limit=200), by=by)


def recuse_tied(motion: Motion, seats: Iterable[Seat] | None = None) -> None:
    """Recuse those on the roll (or of `seats`) who have a tie to what the motion is about.

    The caller holds the motion's lock.
    """
    on_roll = Seat.objects.filter(pk__in=motion.roll.values("seat_id")) if seats is None else seats
    by_user = {seat.user_id: seat for seat in on_roll}
    for user_id in sorted(queries.tied_to(motion, list(by_user))):
        _step_aside(motion, by_user[user_id], "", by=None)


def _step_aside(motion: Motion, seat: Seat, reason: str, *, by: User | None) -> Recusal:
    said = {"reason": reason, "declared_at": clock.now(), "declared_by_id": getattr(by, "pk", None)}
    recusal, _is_new = Recusal.objects.get_or_create(motion=motion, seat=seat, defaults=said)
    motion.ballots.filter(seat=seat, is_current=True).update(is_current=False)
    return recusal


@verb
def declare_tie(
    user: User, *, kind: str, organisation_code: str = "", restriction: str = "", by: User | None
) -> Tie:
    """Declare that `user` has a tie from today; open motions about it are recused at once.

    A donor's tie is to a `restriction` (a purpose they gave to), every other to an organisation. A person declares
    their own ties; the system may declare what it knows. Declaring the same tie twice keeps one.
    """
    if by is not None and by.pk != user.pk:
        raise Refused(_("关系由本人申报。"))
    if kind not in Tie.Kind.values:
        raise Refused(_("请选是哪一种关系。"), "kind")
    tie, is_new = Tie.objects.get_or_create(
        user=user,
        kind=kind,
        ended_on=None,
        is_derived=False,
        **_other_side(kind, organisation_code, restriction),
        defaults={"declared_on": clock.today()},
    )
    if is_new:
        audit.record(by, "governance.declare_tie", tie, user=user.pk, kind=kind)
    concerned = Motion.objects.filter(state=OPEN, roll__seat__user=user).values_list("pk", flat=True)
    for pk in sorted(concerned):
        motion = lock_row(Motion, pk=pk)
        if queries.is_voting(motion):
            recuse_tied(motion)
    return tie


def _other_side(kind: str, organisation_code: str, restriction: str) -> dict[str, str]:
    """Return what the tie is to, as columns. Raises `Refused` when that is missing."""
    if kind == Tie.Kind.DONOR:
        if not Restriction.objects.filter(code=restriction, is_general=False).exists():
            raise Refused(_("请选您捐给了哪一项限定用途。"), "restriction")
        return {"restriction": restriction, "organisation_code": ""}
    code = clean_text(organisation_code, field="organisation_code", limit=20)
    if not code:
        raise Refused(_("请选是哪一个组织。"), "organisation_code")
    return {"organisation_code": code, "restriction": ""}


@verb
def tie_donors(motion: Motion, *, user_ids: Collection[int]) -> None:
    """Tie the members who gave to the purpose that a motion spends, and recuse them if it is being voted on.

    `user_ids`: everybody who gave to it and did not get it all back, as the books of gifts say; of a member who is not
    among them any more, the tie that was read from the books ends. A fund's general purpose ties nobody.
    """
    motion = lock_row(Motion, pk=motion.pk)
    purpose = Restriction.objects.filter(code=motion.restriction, is_general=False).first()
    if purpose is None:
        return
    members = set(queries.voting_seats(purpose.fund).values_list("user_id", flat=True))
    members |= set(motion.roll.values_list("seat__user_id", flat=True))
    own = Tie.objects.filter(kind=Tie.Kind.DONOR, restriction=purpose.code, ended_on=None)
    for user_id in sorted((members & set(user_ids)) - queries.donors_among(purpose.code, members)):
        Tie.objects.create(
            user_id=user_id,
            kind=Tie.Kind.DONOR,
            restriction=purpose.code,
            is_derived=True,
            declared_on=clock.today(),
        )
    own.filter(is_derived=True).exclude(user_id__in=user_ids).update(ended_on=clock.today())
    if queries.is_voting(motion):
        recuse_tied(motion)


@verb
def end_tie(tie: Tie, *, by: User | None) -> Tie:
    """Say that a tie is over from today; recusals already made stand."""
    if by is not None and by.pk != tie.user_id:
        raise Refused(_("关系由本人申报。"))
    if tie.is_derived:
        raise Refused(_("这是捐赠记录里有的，退款以后才会取消。"))
    tie = lock_row(Tie, pk=tie.pk)
    if tie.ended_on is None:
        tie.ended_on = clock.today()
        tie.save(update_fields=["ended_on"])
        audit.record(by, "governance.end_tie", tie, user=tie.user_id)
    return tie
