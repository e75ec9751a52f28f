"""One committee hands over to the next: prepared as a list, confirmed by both chairs, done in one moment."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import notices, permissions, queries
from apps.governance.models import Committee, HandOver, HandOverSeat, Seat
from apps.governance.services.committees import (
    SeatPlan,
    check_list,
    check_service,
    check_term,
    checked_size,
    give,
    lock_committee,
)
from apps.governance.services.seats import end
from apps.governance.states import HandOverState
from apps.users.models import User

LIMIT = 2000


@verb
def prepare_hand_over(
    committee: Committee,
    *,
    size: int,
    plans: Sequence[SeatPlan],
    until_day: date,
    papers: str = "",
    by: User | None,
) -> HandOver:
    """Write down the coming committee and what changes hands; nobody's seat changes until both chairs confirm.

    The list is judged as in forming a committee. `papers` are documents and things, one a line. Raises `Refused` when
    another hand-over waits, or for anything that could not be seated today.
    """
    committee = lock_committee(committee)
    fund = committee.fund
    permissions.may_prepare_hand_over(by, fund).require()
    if committee.hand_overs.filter(state=HandOverState.PREPARED).exists():
        raise Refused(_("已经有一份换届交接等双方确认。要改，请先取消它。"))
    today = clock.today()
    size = checked_size(fund, size)
    check_list(fund, plans, size=size)
    check_term(fund, today, until_day)
    for plan in plans:
        check_service(committee, plan, today, until_day)
    hand_over = HandOver.objects.create(
        code=new_code("H"),
        committee=committee,
        size=size,
        papers=clean_text(papers, field="papers", limit=LIMIT, lines=True),
        prepared_by_id=by.pk if by else None,
        prepared_at=clock.now(),
    )
    HandOverSeat.objects.bulk_create(
        HandOverSeat(
            hand_over=hand_over,
            user=plan.user,
            office=plan.office,
            kind=plan.kind,
            until_day=until_day,
            rank=plan.rank,
            is_paid=plan.is_paid,
        )
        for plan in plans
    )
    audit.record(by, "governance.prepare_hand_over", hand_over, fund=fund.code, size=size, seats=len(plans))
    chairs = [seat.user for seat in queries.seats_of(fund).filter(office=Seat.Office.CHAIR)]
    chairs += [plan.user for plan in plans if plan.office == Seat.Office.CHAIR]
    notices.hand_over_waits(hand_over, chairs)
    return hand_over


@verb
def confirm_hand_over(hand_over: HandOver, *, side: str, by: User) -> HandOver:
    """Confirm a hand-over as the outgoing or the incoming chair (`side`); with the second word it is done.

    At that one moment every seat of the old committee ends and the new ones begin. Confirming twice is once.
    """
    committee = lock_committee(hand_over.committee)
    hand_over = _lock(hand_over, committee)
    if hand_over.state == HandOverState.DONE:
        return hand_over
    permissions.may_confirm(by, hand_over, side).require()
    moment = clock.now()
    if side == permissions.OUTGOING:
        hand_over.outgoing_by_id = hand_over.outgoing_by_id or by.pk
        hand_over.outgoing_at = hand_over.outgoing_at or moment
    else:
        hand_over.incoming_by_id = hand_over.incoming_by_id or by.pk
        hand_over.incoming_at = hand_over.incoming_at or moment
    audit.record(by, "governance.confirm_hand_over", hand_over, fund=committee.fund.code, side=side)
    if hand_over.outgoing_at and hand_over.incoming_at:
        _change_seats(committee, hand_over, moment, by=by)
        hand_over.record = queries.open_matters(committee)
        hand_over.state, hand_over.done_at = HandOverState.DONE, moment
    hand_over.save()
    return hand_over


def _change_seats(committee: Committee, hand_over: HandOver, moment: datetime, *, by: User) -> None:
    """End every seat that still runs and give the new ones, at one moment. The caller holds the committee's lock."""
    today = clock.day_of(moment)
    plans = [
        (SeatPlan(one.user, one.office, one.kind, one.is_paid, one.rank), one.until_day)
        for one in hand_over.planned.select_related("user").order_by("pk")
    ]
    check_list(committee.fund, [plan for plan, _until in plans], size=hand_over.size)
    running = Seat.objects.select_for_update(no_key=True).filter(
        committee=committee, ended_at=None, until_day__gte=today
    )
    for seat in running.order_by("pk"):
        seat.committee = committee
        end(seat, moment, Seat.Ending.HANDED_OVER, by=by)
    before, committee.size, committee.sized_on = committee.size, hand_over.size, today
    committee.save(update_fields=["size", "sized_on"])
    for plan, until_day in plans:
        give(committee, plan, from_day=today, until_day=until_day, began_at=moment, by=by)
    audit.record(
        by, "governance.hand_over", hand_over, fund=committee.fund.code, before=before, size=committee.size
    )
    versions.bump(f"fund:{committee.fund.code}", f"division:{committee.fund.division_id}")


@verb
def cancel_hand_over(hand_over: HandOver, *, by: User | None) -> HandOver:
    """Take a prepared hand-over back; one that is done stands."""
    committee = lock_committee(hand_over.committee)
    hand_over = _lock(hand_over, committee)
    permissions.may_prepare_hand_over(by, committee.fund).require()
    if hand_over.state == HandOverState.DONE:
        raise Refused(_("已经交接完了，不能再取消。"))
    if hand_over.state == HandOverState.PREPARED:
        hand_over.state = HandOverState.CANCELLED
        hand_over.save(update_fields=["state"])
        audit.record(by, "governance.cancel_hand_over", hand_over, fund=committee.fund.code)
    return hand_over


def _lock(hand_over: HandOver, committee: Committee) -> HandOver:
    held = lock_row(HandOver, pk=hand_over.pk)
    held.committee = committee
    return held
