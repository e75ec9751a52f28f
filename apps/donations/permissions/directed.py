"""Who may do what with directed fundraising (Charity Law, articles 29, 30 and 80)."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.verdicts import YES, Verdict, no
from apps.donations import queries
from apps.donations.directed import MOST_TRIES, AppealState
from apps.donations.models import DirectedAppeal, Donation, Invitee
from apps.donations.queries.directed import Link
from apps.funds.models import Host
from apps.funds.queries import gifts_refused, takes_gifts
from apps.users.models import Role, User
from apps.users.permissions import acts_as

Person = User | AnonymousUser | None


def may_write_appeals(user: Person, host: Host) -> Verdict:
    """The administrator writes what the host's own people are asked for, and whom it asks."""
    return YES if user is None else acts_as(user, Role.Kind.HOST_ADMIN, host=host.code)


def may_see_audience(user: Person, host: Host) -> Verdict:
    """The administrator and finance see who is asked by name; auditors see how many."""
    return YES if user is None else acts_as(user, Role.Kind.HOST_ADMIN, Role.Kind.FINANCE, host=host.code)


def may_change_appeal(user: Person, appeal: DirectedAppeal) -> Verdict:
    """The administrator changes an appeal until it is opened: what people were told stays."""
    allowed = may_write_appeals(user, appeal.host)
    if allowed and appeal.state != AppealState.DRAFT:
        return no(_("已经发出去的募捐说明不能改；要换用途或期限，请结束它，另写一份。"))
    return allowed


def may_open_appeal(user: Person, appeal: DirectedAppeal) -> Verdict:
    """A second person opens an appeal after comparing its audience with the register."""
    allowed = may_see_audience(user, appeal.host)
    if not allowed:
        return allowed
    if appeal.state != AppealState.DRAFT:
        return no(_("这份定向募捐现在是“%(state)s”。") % {"state": appeal.get_state_display()})
    if user is not None and user.pk == appeal.written_by_id:
        return no(_("这份定向募捐是您写的，要由另一位管理员或财务核对名单后开始。"))
    if appeal.ends_on < clock.today():
        return no(_("写的期限已经过了，请先改期限。"))
    if not queries.directed.audience(appeal).filter(removed_at=None).exists():
        return no(_("还没有写名单；只能向名单上的发起人、理事会成员和会员募捐。"))
    return YES


def may_check_audience(user: Person, appeal: DirectedAppeal) -> Verdict:
    """A second person compares with the register whom another one added."""
    allowed = may_see_audience(user, appeal.host)
    if not allowed:
        return allowed
    if appeal.state == AppealState.CLOSED:
        return no(_("这份定向募捐已经结束。"))
    unchecked = queries.directed.audience(appeal).filter(removed_at=None, checked_at=None)
    if not unchecked.exists():
        return no(_("名单上的人都核对过了。"))
    if user is not None and not queries.directed.to_check(appeal, user).exists():
        return no(_("等核对的人是您自己加的，要由另一位管理员或财务核对。"))
    return YES


def may_change_audience(user: Person, appeal: DirectedAppeal) -> Verdict:
    """The administrator adds people to an appeal's audience until it is over."""
    allowed = may_write_appeals(user, appeal.host)
    if allowed and appeal.state == AppealState.CLOSED:
        return no(_("这份定向募捐已经结束。"))
    return allowed


def may_send_links(user: Person, appeal: DirectedAppeal) -> Verdict:
    """The administrator sends the links of an appeal that runs."""
    allowed = may_write_appeals(user, appeal.host)
    if allowed and appeal.state != AppealState.OPEN:
        return no(_("开始以后才能发链接，现在是“%(state)s”。") % {"state": appeal.get_state_display()})
    if allowed and appeal.ends_on < clock.today():
        return no(_("募捐期限已经过了。"))
    return allowed


def may_close_appeal(user: Person, appeal: DirectedAppeal) -> Verdict:
    """The administrator ends an appeal; links stop at once."""
    return may_change_audience(user, appeal)


def may_tell_givers(user: Person, appeal: DirectedAppeal) -> Verdict:
    """The administrator and finance tell those who gave what came and what became of it (Charity Law, article 80)."""
    allowed = may_see_audience(user, appeal.host)
    if allowed and appeal.opened_at is None:
        return no(_("还没有开始，没有要告知的。"))
    return allowed


def may_record_directed(user: Person, appeal: DirectedAppeal) -> Verdict:
    """Finance enters what somebody of the audience gave in cash or by transfer."""
    allowed = YES if user is None else acts_as(user, Role.Kind.FINANCE, host=appeal.host.code)
    if allowed and appeal.opened_at is None:
        return no(_("还没有开始，不能登记捐赠。"))
    return allowed


def may_give_directed(invitee: Invitee) -> Verdict:
    """Somebody gives while the appeal runs and they are on its audience, compared with the register."""
    appeal, today = invitee.appeal, clock.today()
    if invitee.removed_at is not None:
        return no(_("这个链接已经停用：名单上现在没有这一位。有疑问请联系慈善会。"))
    if invitee.checked_at is None:
        return no(_("名单还在核对，核对完才能捐。"))
    if appeal.state != AppealState.OPEN or appeal.ends_on < today:
        return no(_("这次定向募捐已经结束，不再收捐款。谢谢您。"))
    if appeal.starts_on > today:
        return no(_("这次定向募捐还没有开始。"))
    if not takes_gifts(appeal.fund):
        return no(gifts_refused(appeal.fund))
    if invitee.tries >= MOST_TRIES:
        return no(_("填错的次数太多，这个链接已经停用。请联系慈善会重新发一个。"))
    return YES


def may_open_link(link: Link) -> Verdict:
    """The newest link opens the page until its last day, while its person may give."""
    allowed = may_give_directed(link.invitee)
    if not allowed:
        return allowed
    if not link.is_latest:
        return no(_("这个链接已经作废，请用最新收到的那一个。"))
    if not link.is_in_date:
        return no(_("这个链接过期了，请联系慈善会重新发一个。"))
    return YES


def may_go_on_paying(donation: Donation) -> Verdict:
    """A gift that answers an appeal is paid only while its giver is on the audience; other gifts always."""
    directed = queries.directed.directed_of(donation)
    return YES if directed is None else may_give_directed(directed.invitee)
