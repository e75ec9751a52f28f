"""Who may do what with gifts. The same verdict hides a button, explains itself on the page and guards the verb."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.donations.models import Donation, Donor, Refund
from apps.donations.rules import Giver
from apps.donations.states import DonationState, RefundState
from apps.funds.models import Host
from apps.users.models import Role, User
from apps.users.permissions import acts_as

Person = User | AnonymousUser | None


def is_own(by: Giver | User | None, donor: Donor) -> Verdict:
    """Only donors themselves decide on what is shown and known of them; the system may where the law says so."""
    if by is None:
        return YES
    giver = Giver(user_id=by.pk) if isinstance(by, User) else by
    if donor.erased_at is None:
        if giver.user_id is not None and donor.user_id == giver.user_id:
            return YES
        if giver.contact_index and donor.contact_index == giver.contact_index:
            return YES
    return no(_("只有捐赠人自己能决定自己的资料怎么用。"))


def may_see_donor(user: Person, host: Host) -> Verdict:
    """Finance writes receipts and thanks donors, and needs their names; auditors and the administrator do not."""
    return acts_as(user, Role.Kind.FINANCE, host=host.code)


def may_handle_money(user: Person, host: Host) -> Verdict:
    """Finance records gifts, gives refunds, books payouts and frees parked events."""
    return YES if user is None else acts_as(user, Role.Kind.FINANCE, host=host.code)


def may_run_campaigns(user: Person, host: Host) -> Verdict:
    """The administrator and finance write the host's filed fundraising plans."""
    return YES if user is None else acts_as(user, Role.Kind.HOST_ADMIN, Role.Kind.FINANCE, host=host.code)


def may_refund(user: Person, donation: Donation) -> Verdict:
    """Finance refunds a booked gift that was not given back yet."""
    allowed = may_handle_money(user, donation.host)
    if not allowed:
        return allowed
    if donation.state != DonationState.BOOKED:
        return no(_("这笔捐赠还没有入账，没有可以退的钱。"))
    if donation.left == 0:
        return no(_("这笔捐赠已经全部退回。"))
    return YES


def may_decide_refund(user: Person, refund: Refund) -> Verdict:
    """A second person of finance releases the large refund that another asked for."""
    allowed = may_reject_refund(user, refund)
    if allowed and user is not None and user.pk == refund.asked_by_id:
        return no(_("这笔退款是您提出的，要由另一位财务复核。"))
    return allowed


def may_reject_refund(user: Person, refund: Refund) -> Verdict:
    """Finance turns down a refund that waits for its second person, or withdraws it."""
    allowed = may_handle_money(user, refund.donation.host)
    if allowed and refund.state != RefundState.WAITING:
        return no(_("这笔退款现在是“%(state)s”，不用再复核。") % {"state": refund.get_state_display()})
    return allowed
