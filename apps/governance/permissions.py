"""Who may do what on a committee. `None` is the system; it forms committees and closes votes, and never votes."""

from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.funds.models import Fund, Host
from apps.funds.queries import hosts_in_scope, in_scope, under
from apps.governance import queries
from apps.governance.models import HandOver, Motion, Seat, Sheet
from apps.governance.queries.committees import Person
from apps.governance.states import BEFORE_THE_VOTE, OPEN, PARTY_REVIEW, WITHDRAWN, HandOverState
from apps.users.models import Role, User
from apps.users.permissions import acts_as

OUTGOING, INCOMING = "outgoing", "incoming"
OFFICERS = (Seat.Office.CHAIR, Seat.Office.SECRETARY)
SIGNERS = (*OFFICERS, Seat.Office.SUPERVISOR)


def may_form(by: Person, fund: Fund) -> Verdict:
    """Who may form a committee and give or end seats: the host's administrator or the town's coordinator."""
    if by is None:
        return YES
    return acts_as(
        by, Role.Kind.HOST_ADMIN, Role.Kind.TOWN_COORDINATOR, host=fund.host.code, division=fund.division_id
    )


def may_call_up(by: Person, fund: Fund) -> Verdict:
    """Who may call a substitute up into a vacancy: the committee's secretary, or whoever may give seats."""
    seat = queries.seat_of(by, fund)
    if seat is not None and seat.office == Seat.Office.SECRETARY:
        return YES
    return may_form(by, fund)


def may_prepare_hand_over(by: Person, fund: Fund) -> Verdict:
    """Who may write down the coming committee: the chair or the secretary, or whoever may give seats."""
    seat = queries.seat_of(by, fund)
    if seat is not None and seat.office in OFFICERS:
        return YES
    return may_form(by, fund)


def may_confirm(by: Person, hand_over: HandOver, side: str) -> Verdict:
    """Who may confirm a hand-over: on each side its chair. With no chair in office, whoever gives seats confirms."""
    if hand_over.state != HandOverState.PREPARED or side not in {OUTGOING, INCOMING}:
        return no(_("这份交接已经办完或取消了。"))
    fund = hand_over.committee.fund
    if side == INCOMING:
        chair = queries.incoming_chair(hand_over)
        if chair is not None and by is not None and chair.user_id == by.pk:
            return YES
        return no(_("接任的一方由新主任本人确认。"))
    outgoing = queries.seats_of(fund).filter(office=Seat.Office.CHAIR).first()
    if outgoing is None:
        return may_form(by, fund)
    if by is not None and outgoing.user_id == by.pk:
        return YES
    return no(_("卸任的一方由现任主任本人确认。"))


def may_write_opinion(by: Person, fund: Fund) -> Verdict:
    """Who may write an opinion: a supervisor of this committee."""
    seat = queries.seat_of(by, fund)
    if seat is not None and seat.office == Seat.Office.SUPERVISOR:
        return YES
    return no(_("意见由这个管委会的监督员来写。"))


def may_read_scan(by: Person, fund: Fund) -> Verdict:
    """Who may open the scan of a paper of appointment: the staff whose fund it is."""
    if by is not None and in_scope(by).filter(pk=fund.pk).exists():
        return YES
    return no(_("扫描件只给工作人员看，文号是公开的。"))


def may_read_committee(by: Person, fund: Fund) -> Verdict:
    """Who may read the committee's own pages: whoever sits there, and the staff whose fund it is."""
    if queries.seat_of(by, fund) is not None:
        return YES
    if by is not None and in_scope(by).filter(pk=fund.pk).exists():
        return YES
    return no(_("这一页只给这个基金的管委会看。"))


def may_try_rules(by: User, host: Host, division: str) -> bool:
    """Whether a person may write drafts of rules: the host's staff, and whoever sits on a committee they would bind."""
    if hosts_in_scope(by).filter(pk=host.pk).exists():
        return True
    seats = Seat.objects.filter(queries.in_force(), user=by, committee__fund__host=host)
    return seats.filter(committee__fund__in=under(division).order_by()).exists()


def may_table(by: Person, fund: Fund) -> Verdict:
    """Who may put something before the committee, edit it before voting opens, or withdraw it: chair or secretary."""
    if by is None:
        return YES
    seat = queries.seat_of(by, fund)
    if seat is not None and seat.office in OFFICERS:
        return YES
    return no(_("议案由这个基金的主任或秘书提交。"))


def may_open(by: Person, motion: Motion) -> Verdict:
    """Who may open the vote: the chair."""
    if motion.state not in BEFORE_THE_VOTE:
        return no(_("这个议案已经开过表决，或已撤回。"))
    if by is None:
        return YES
    seat = queries.seat_of(by, motion.committee.fund)
    if seat is not None and seat.office == Seat.Office.CHAIR:
        return YES
    return no(_("表决由这个基金的主任发起。"))


def may_edit(by: Person, motion: Motion) -> Verdict:
    """Who may change a motion before its vote: whoever may table it. Once voting is open nobody may."""
    if motion.state not in BEFORE_THE_VOTE:
        return no(_("表决开始后，文字和金额都不能再改。要改，请撤回后重新提交。"))
    return may_table(by, motion.committee.fund)


def may_prepare(by: Person, motion: Motion) -> Verdict:
    """Who may send a motion to the party organisation or give notice of it: whoever may table it."""
    if motion.state not in BEFORE_THE_VOTE:
        return no(_("这个议案已经开过表决，或已撤回。"))
    return may_table(by, motion.committee.fund)


def may_record_study(by: Person, motion: Motion) -> Verdict:
    """Who may minute the party organisation's study: the secretary, or a seat of the party organisation."""
    if motion.state != PARTY_REVIEW:
        return no(_("这个议案现在不在前置研究。"))
    seat = queries.seat_of(by, motion.committee.fund)
    if seat is not None and (seat.office == Seat.Office.SECRETARY or seat.kind == Seat.Kind.PARTY):
        return YES
    return no(_("前置研究由秘书或社区党组织的委员登记。"))


def may_run_meetings(by: Person, fund: Fund) -> Verdict:
    """Who may call a meeting, keep its agenda and its attendance, and end it: chair or secretary."""
    if by is None:
        return YES
    seat = queries.seat_of(by, fund)
    if seat is not None and seat.office in OFFICERS:
        return YES
    return no(_("会议由主任或秘书召集和登记。"))


def may_sign(by: Person, fund: Fund) -> Verdict:
    """Who may sign minutes: the chair; and with the chair a supervisor or the secretary."""
    seat = queries.seat_of(by, fund)
    if seat is not None and seat.office in SIGNERS:
        return YES
    return no(_("纪要由主任和监督员（或秘书）两个人签署。"))


def may_withdraw(by: Person, motion: Motion) -> Verdict:
    """Who may withdraw a motion that is not decided: whoever may table it."""
    if motion.state not in BEFORE_THE_VOTE | {OPEN} or queries.phase(motion) == queries.CLOSING:
        return no(_("表决已经截止，不能再撤回。"))
    return may_table(by, motion.committee.fund)


def may_recuse(by: Person, motion: Motion, seat: Seat | None = None) -> Verdict:
    """Whether a person may still step aside: they stand on the roll, hold the seat, and the deadline has not passed."""
    if motion.state == WITHDRAWN:
        return no(_("这个议案已经撤回。"))
    if motion.state in BEFORE_THE_VOTE:
        return no(_("表决还没有开始。"))
    if not queries.is_voting(motion):
        return no(_("表决已经截止，不能再投票或改票。"))
    seat = seat or queries.seat_on_roll(motion, by)
    if seat is None:
        return no(_("您不在这次表决的名册上。名册在表决开始时就定了。"))
    if not queries.is_held(seat) or not seat.user.is_active:
        return no(_("这个席位已经卸任，不能再投票。"))
    return YES


def may_vote(by: Person, motion: Motion, seat: Seat | None = None) -> Verdict:
    """Whether a seat may vote now: it may recuse (see there), has not, and has no tie to what it is about."""
    seat = seat or queries.seat_on_roll(motion, by)
    verdict = may_recuse(by, motion, seat)
    if not verdict or seat is None:
        return verdict
    if queries.own_recusal(motion, seat) or queries.tied_to(motion, [seat.user_id]):
        return no(_("这件事要回避，不能投票。"))
    return YES


def may_record(by: Person, motion: Motion) -> Verdict:
    """Who may record a ballot given on paper, by a raised hand or by phone: chair or secretary, in an open vote."""
    if motion.state != OPEN or not queries.is_voting(motion):
        return no(_("表决没有在进行，不能补录。"))
    if motion.is_secret:
        return no(_("不记名表决只能本人在网上投：由别人登记，登记的人就知道投了什么。"))
    return _officer(by, motion, _("纸质票、举手票和电话票由主任或秘书登记。"))


def may_attach(by: Person, motion: Motion) -> Verdict:
    """Who may attach a sheet of ballots: chair or secretary, while an open vote runs and after it."""
    if motion.is_secret:
        return no(_("不记名表决没有纸质票，也就没有原件。"))
    if not queries.is_voting(motion) and not motion.is_decided:
        return no(_("表决开始以后才能附票的原件。"))
    return _officer(by, motion, _("票的原件由主任或秘书附上。"))


def may_see_sheet(by: Person, sheet: Sheet) -> Verdict:
    """Who may see a sheet: before the close whoever attached it, for it tells votes; then committee and staff."""
    if sheet.motion.is_decided:
        return may_read_committee(by, sheet.motion.committee.fund)
    if by is not None and by.pk == sheet.attached_by_id:
        return YES
    return no(_("截止前，谁也看不到票数。"))


def may_remind(by: Person, motion: Motion) -> Verdict:
    """Who may remind those who have not voted: chair or secretary, while voting is open."""
    if not queries.is_voting(motion):
        return no(_("表决没有在进行，不用提醒。"))
    if by is None:
        return YES
    return _officer(by, motion, _("提醒由主任或秘书发。"))


def _officer(by: Person, motion: Motion, reason: str) -> Verdict:
    seat = queries.seat_of(by, motion.committee.fund)
    return YES if seat is not None and seat.office in OFFICERS else no(reason)


def may_close(by: Person, motion: Motion) -> Verdict:
    """Whether the votes may be counted: only after the deadline, and then whoever looks may start it.

    Not earlier, not even when everybody has voted: until the deadline everyone may change their ballot, and an early
    close would tell who has voted.
    """
    if motion.state != OPEN:
        return no(_("这个议案没有在表决。"))
    if queries.is_voting(motion):
        return no(_("还没到截止时间，不能计票。"))
    return YES
