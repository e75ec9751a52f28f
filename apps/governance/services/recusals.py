"""Stepping aside: by one's own word, or because of a declared tie."""

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import permissions, queries
from apps.governance.models import Motion, Recusal, Seat, Tie
from apps.governance.states import OPEN
from apps.users.models import User


@verb
def recuse(motion: Motion, *, seat: Seat | None = None, reason: str = "", by: User | None) -> Recusal:
    """Step aside from a motion. A vote already cast no longer counts; the recusal is published, the reason never is.

    `seat` is `by`'s own on the roll unless given; only its holder may recuse it, or the system. Twice is once.
    """
    motion = Motion.objects.select_for_update(no_key=True).get(pk=motion.pk)
    seat = seat or queries.seat_on_roll(motion, by)
    permissions.may_recuse(by, motion, seat).require()
    if seat is None or not motion.roll.filter(seat=seat).exists():
        raise Refused(_("您不在这次表决的名册上。名册在表决开始时就定了。"))
    if by is not None and by.pk != seat.user_id:
        raise Refused(_("回避要由本人提出。"))
    recusal = _step_aside(motion, seat, clean_text(reason, field="reason", limit=200))
    audit.record(by, "governance.recuse", motion, seat=seat.pk)
    return recusal


def recuse_tied(motion: Motion) -> None:
    """Recuse everyone on the roll who has a tie to the organisation concerned. The caller holds the motion's lock."""
    seats = {seat.user_id: seat for seat in Seat.objects.filter(pk__in=motion.roll.values("seat_id"))}
    organisation = str(motion.facts.get("organisation_code", ""))
    for user_id in sorted(queries.tied_users(organisation, list(seats))):
        _step_aside(motion, seats[user_id], "")


def _step_aside(motion: Motion, seat: Seat, reason: str) -> Recusal:
    recusal, _is_new = Recusal.objects.get_or_create(
        motion=motion, seat=seat, defaults={"reason": reason, "declared_at": clock.now()}
    )
    motion.ballots.filter(seat=seat, is_current=True).update(is_current=False)
    return recusal


@verb
def declare_tie(user: User, *, organisation_code: str, kind: str, by: User | None) -> Tie:
    """Declare that `user` has a tie to an organisation from today; open motions about it are recused at once.

    A person declares their own ties; the system may declare what it knows. Declaring the same tie twice keeps one.
    """
    if by is not None and by.pk != user.pk:
        raise Refused(_("关系由本人申报。"))
    if kind not in Tie.Kind.values:
        raise Refused(_("请选是哪一种关系。"), "kind")
    code = clean_text(organisation_code, field="organisation_code", limit=20)
    if not code:
        raise Refused(_("请选是哪一个组织。"), "organisation_code")
    tie, is_new = Tie.objects.get_or_create(
        user=user, organisation_code=code, kind=kind, ended_on=None, defaults={"declared_on": clock.today()}
    )
    if is_new:
        audit.record(by, "governance.declare_tie", tie, user=user.pk, kind=kind)
    concerned = Motion.objects.filter(state=OPEN, roll__seat__user=user).values_list("pk", flat=True)
    for pk in sorted(concerned):
        motion = Motion.objects.select_for_update(no_key=True).get(pk=pk)
        if queries.is_voting(motion):
            recuse_tied(motion)
    return tie


@verb
def end_tie(tie: Tie, *, by: User | None) -> Tie:
    """Say that a tie is over from today; recusals already made stand."""
    if by is not None and by.pk != tie.user_id:
        raise Refused(_("关系由本人申报。"))
    tie = Tie.objects.select_for_update(no_key=True).get(pk=tie.pk)
    if tie.ended_on is None:
        tie.ended_on = clock.today()
        tie.save(update_fields=["ended_on"])
        audit.record(by, "governance.end_tie", tie, user=tie.user_id)
    return tie
