"""Who may do what with gifts. The same verdict hides a button, explains itself on the page and guards the verb."""

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.donations import goods, queries
from apps.donations.custody import CustodyState, HandOverState
from apps.donations.goods import LossCause, LossState
from apps.donations.models import (
    BoxCount,
    Custody,
    DirectedGift,
    Donation,
    Donor,
    FiscalReceipt,
    GivingPlan,
    HandOver,
    InKindGift,
    Pledge,
    PurposeRequest,
    Refund,
    WriteOff,
)
from apps.donations.permissions import campaigns as campaigns
from apps.donations.permissions import directed as directed
from apps.donations.pledging import PledgeEnding, PledgeState, is_binding
from apps.donations.rules import Giver
from apps.donations.states import (
    AgreementState,
    AnswerWay,
    CountState,
    DonationState,
    PlanRail,
    PlanState,
    ReceiptState,
    RefundState,
    VoidReason,
)
from apps.funds.models import Fund, Host
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
        if giver and queries.donors_of(giver).filter(pk=donor.pk).exists():
            return YES
    return no(_("只有捐赠人自己能决定自己的资料怎么用。"))


def may_erase_by_key(given: Donation | InKindGift) -> Verdict:
    """Who holds a gift's own address has its donor's data destroyed where that is all there is of them: whoever gave
    more, or has an account, proves who they are for all of it."""
    donor = given.donor
    if donor.erased_at is not None:
        return no(_("资料已经删除。"))
    if donor.user_id is not None or queries.gave_more(given):
        return no(_("您不只这一笔，请登录或者用验证码进“我的捐赠”，在那里一起删除。"))
    return YES


def may_choose_of_plan(plan: GivingPlan) -> Verdict:
    """Whoever holds the plan's link changes what the public sees of its months, after it ended too."""
    return YES if plan.donor.erased_at is None else no(_("资料已经删除，公示里早就没有名字了。"))


def may_see_donor(user: Person, host: Host) -> Verdict:
    """Finance writes receipts and thanks donors, and needs their names; auditors and the administrator do not."""
    return acts_as(user, Role.Kind.FINANCE, host=host.code)


def may_read_receipts(user: Person, host: Host) -> Verdict:
    """Finance and auditors open the host's pages of fiscal receipts; the administrator reads a gift's only."""
    return acts_as(user, Role.Kind.FINANCE, Role.Kind.AUDITOR, host=host.code)


def may_care_for(user: Person, host: Host, donors: Collection[Donor]) -> Verdict:
    """Finance merges, tells apart and keeps contacts of the donors that its own host has to do with."""
    allowed = may_handle_money(user, host)
    if not allowed:
        return allowed
    families = {row.pk for donor in donors for row in queries.family_of(donor)}
    if families - set(queries.known_to([host]).filter(pk__in=families).values_list("pk", flat=True)):
        return no(_("这些捐赠人里有不是本会的，不能一起处理。"))
    if any(donor.erased_at is not None for donor in donors):
        return no(_("捐赠人的资料已经删除，不用再处理。"))
    return YES


def may_handle_money(user: Person, host: Host) -> Verdict:
    """Finance records gifts, gives refunds, books payouts and frees parked events."""
    return YES if user is None else acts_as(user, Role.Kind.FINANCE, host=host.code)


def may_instruct(user: Person, given: Donation | InKindGift) -> Verdict:
    """Finance changes what the public sees of a gift on its donor's word, for donors who cannot do it themselves."""
    allowed = may_handle_money(user, given.host)
    if allowed and given.donor.erased_at is not None:
        return no(_("捐赠人的资料已经删除，公示里早就没有名字了。"))
    return allowed


def may_erase_on_word(user: Person, given: Donation | InKindGift) -> Verdict:
    """Finance erases a donor who asks for it where only its own host has to do with them: what another charity keeps is
    not its to destroy."""
    allowed = may_instruct(user, given)
    if allowed and queries.gave_elsewhere(given.donor, given.host):
        return no(_("捐赠人在别的慈善会也捐过。请捐赠人登录或者用验证码进“我的捐赠”，自己一起删除。"))
    return allowed


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
    receipt = queries.live_receipt(donation)
    if receipt is not None:
        return no(
            _("这笔捐赠开了捐赠票据（%(code)s-%(number)s），先把票据冲红才能退款。")
            % {"code": receipt.batch_code, "number": receipt.number}
        )
    return YES


def _by_another(allowed: Verdict, user: Person, asked_by: int | None, words: str) -> Verdict:
    """Whoever asked for something is not its second person."""
    return no(words) if allowed and user is not None and user.pk == asked_by else allowed


def may_decide_refund(user: Person, refund: Refund) -> Verdict:
    """A second person of finance releases the large refund that another asked for."""
    allowed = may_reject_refund(user, refund)
    return _by_another(allowed, user, refund.asked_by_id, _("这笔退款是您提出的，要由另一位财务复核。"))


def may_reject_refund(user: Person, refund: Refund) -> Verdict:
    """Finance turns down a refund that waits for its second person, or withdraws it."""
    allowed = may_handle_money(user, refund.donation.host)
    if allowed and refund.state != RefundState.WAITING:
        return no(_("这笔退款现在是“%(state)s”，不用再复核。") % {"state": refund.get_state_display()})
    return allowed


def may_request_receipt(by: Giver | User | None, gift: Donation | InKindGift) -> Verdict:
    """The donor asks for a receipt, or waives it, while one can be issued; finance may do so for them.

    None is a donor whose page's address proves that the gift is theirs, or the system.
    """
    keeps_books = isinstance(by, User) and may_handle_money(by, gift.host).ok
    if not keeps_books and not is_own(by, gift.donor):
        return no(_("只有捐赠人自己和慈善会的财务能申请这张票据。"))
    if gift.donor.erased_at is not None:
        return no(_("捐赠人的资料已经删除，不能再开票。"))
    if isinstance(gift, Donation) and gift.state != DonationState.BOOKED:
        return no(_("钱到账以后才能开票。"))
    if queries.live_receipt(gift) is not None:
        return no(_("这笔捐赠的票据已经开出。"))
    if queries.receiptable(gift) <= 0:
        return no(why_not_receiptable(gift))
    return YES


def why_not_receiptable(gift: Donation | InKindGift) -> str:
    """Return the sentence why nothing of a gift can have a receipt."""
    never = goods.why_no_receipt(gift.nature, gift.basis, gift.value) if isinstance(gift, InKindGift) else ""
    return never or _("这笔捐赠已经退了或正在退，不能开票。")


def may_undo_goods(user: Person, gift: InKindGift, cause: str) -> Verdict:
    """Things that go back to the donor, or never came, keep no receipt; what spoilt in the store was given all the
    same, and its receipt stands."""
    allowed = may_handle_money(user, gift.host)
    if not allowed or not LossCause(cause).is_undoing:
        return allowed
    receipt = queries.live_receipt(gift)
    if receipt is None:
        return YES
    return no(
        _("这批物资开了捐赠票据（%(code)s-%(number)s），先把票据冲红，才能记退回或登记错了。")
        % {"code": receipt.batch_code, "number": receipt.number}
    )


def may_reissue(user: Person, receipt: FiscalReceipt) -> Verdict:
    """Finance asks for a new receipt in the place of a void one; in the place of a lost one, once per gift."""
    allowed = may_handle_money(user, receipt.host)
    if not allowed:
        return allowed
    if receipt.state != ReceiptState.VOID:
        return no(_("先把原来的票据冲红，才能重开。"))
    if queries.open_receipt(receipt.gift) is not None:
        return no(_("这笔捐赠已经有另一张票据或申请。"))
    if queries.receiptable(receipt.gift) <= 0:
        return no(why_not_receiptable(receipt.gift))
    replaced = FiscalReceipt.objects.filter(
        **queries.for_gift(receipt.gift), replaces__void_why=VoidReason.LOST
    )
    if receipt.void_why == VoidReason.LOST and replaced.exists():
        return no(_("遗失的票据一笔捐赠只补开一次。"))
    return YES


def may_release_write_off(user: Person, write_off: WriteOff) -> Verdict:
    """A second person of finance releases the write-off of things that another asked for."""
    allowed = may_reject_write_off(user, write_off)
    return _by_another(allowed, user, write_off.asked_by_id, _("这次核销是您提出的，要由另一位财务复核。"))


def may_reject_write_off(user: Person, write_off: WriteOff) -> Verdict:
    """Finance turns down a write-off that waits for its second person, or withdraws it."""
    allowed = may_handle_money(user, write_off.gift.host)
    if allowed and write_off.state != LossState.WAITING:
        return no(_("这次核销已经是“%(state)s”。") % {"state": write_off.get_state_display()})
    return allowed


def may_steer_plan(plan: GivingPlan) -> Verdict:
    """Whoever holds the plan's link, or is its donor, pauses, resumes and changes it once its first month was paid."""
    if plan.state == PlanState.STOPPED:
        return no(_("这份月捐已经停了。想再捐，可以重新开始一份。"))
    if plan.state == PlanState.STARTING:
        return no(_("第一笔付了以后才能改。不想捐了可以直接停止。"))
    return YES


def may_give_each_month(fund: Fund) -> Verdict:
    """Months are given only while any gift may begin: the fund open, a filed plan in date (Charity Law, article 24)."""
    if queries.may_give_now(fund):
        return YES
    words = _("%(fund)s现在没有在期的公开募捐备案，月捐先停着，有了新的备案就可以继续。") % {
        "fund": fund.name
    }
    return no(queries.why_not_now(fund) or words)


def may_pay_month(plan: GivingPlan) -> Verdict:
    """The button of a reminder pays for a month of a running plan while the consent to the provider abroad stands."""
    if plan.rail != PlanRail.REMINDER:
        return no(_("这份月捐由银行卡自动扣，不用另外付。"))
    if plan.state != PlanState.ACTIVE:
        return no(_("这份月捐现在是“%(state)s”，不用付。") % {"state": plan.get_state_display()})
    if not queries.is_agreed(plan):
        return no(_("这种付款方式要您单独同意，请重新填一次。"))
    return may_give_each_month(plan.fund)


def may_record_answer(user: Person, asked: PurposeRequest, way: str) -> Verdict:
    """Finance writes down what a donor answered; by telephone, where no paper proves it, never who asked."""
    allowed = may_handle_money(user, asked.donation.host)
    if way != AnswerWay.PHONE:
        return allowed
    words = _("这个征询是您发出的，电话里的答复要由另一位财务打电话问过、记下；您只能记书面的答复。")
    return _by_another(allowed, user, asked.asked_by_id, words)


def may_correct(user: Person, donation: Donation) -> Verdict:
    """Finance moves a booked gift to another book while nothing of it is on its way back to the donor."""
    allowed = may_handle_money(user, donation.host)
    if not allowed:
        return allowed
    if donation.state != DonationState.BOOKED:
        return no(_("这笔捐赠还没有入账，不用更正。"))
    if donation.left == 0:
        return no(_("这笔捐赠已经全部退回，没有可以改的钱。"))
    if queries.refunds_under_way(donation):
        return no(_("这笔捐赠有退款还没办完，办完再改。"))
    return YES


def may_correct_campaign(user: Person, given: Donation | InKindGift) -> Verdict:
    """Finance puts right for which campaign a booked gift, or things, count; a gift that answers an appeal counts for
    none."""
    allowed = may_handle_money(user, given.host)
    if not allowed or isinstance(given, InKindGift):
        return allowed
    if given.state != DonationState.BOOKED:
        return no(_("这笔捐赠还没有入账，不用更正。"))
    if DirectedGift.objects.filter(donation=given).exists():
        return no(_("这笔捐赠是定向募捐来的，不算公开募捐活动的。"))
    return YES


def may_sign_count(user: User, count: BoxCount) -> Verdict:
    """A second person of finance counts a donation box again and signs."""
    allowed = may_handle_money(user, count.box.host)
    if not allowed:
        return allowed
    if count.state != CountState.COUNTED:
        return no(_("这次清点已经是“%(state)s”。") % {"state": count.get_state_display()})
    if user.pk == count.counted_by_id:
        return no(_("这次是您数的，要由另一个人再数一遍、签字。"))
    return YES


def may_make_certificate(by: Giver | User | None, donation: Donation) -> Verdict:
    """The donor makes a certificate of a gift that arrived and was not given back."""
    own = is_own(by, donation.donor)
    if not own:
        return own
    if donation.state != DonationState.BOOKED:
        return no(_("钱到账以后才有证书。"))
    if donation.left == 0:
        return no(_("这笔捐赠已经全部退回，没有证书。"))
    return YES


def may_draw_agreement(by: Giver | User | None, subject: Donation | Pledge) -> Verdict:
    """The donor asks for a written agreement about a gift or a pledge that stands, until it is signed; finance may do
    so too."""
    keeps_books = isinstance(by, User) and may_handle_money(by, subject.host).ok
    if not keeps_books and not is_own(by, subject.donor):
        return no(_("只有捐赠人自己和慈善会的财务能拟这份协议。"))
    if subject.donor.erased_at is not None:
        return no(_("捐赠人的资料已经删除，不能再拟协议。"))
    if isinstance(subject, Pledge):
        if subject.state != PledgeState.OPEN:
            return no(_("这份认捐现在是“%(state)s”，不再签协议。") % {"state": subject.get_state_display()})
    elif subject.state != DonationState.BOOKED or subject.left == 0:
        return no(_("钱到账、没有退回的捐赠才能签协议。"))
    agreement = queries.agreement_of(subject)
    if agreement is not None and agreement.state == AgreementState.SIGNED:
        return no(_("这份协议已经签了，不能再改。"))
    return YES


def may_receive_pledge(user: Person, pledge: Pledge) -> Verdict:
    """Finance counts money for a pledge that stands and still waits for some."""
    allowed = may_handle_money(user, pledge.host)
    if not allowed:
        return allowed
    if pledge.state != PledgeState.OPEN:
        return no(_("这份认捐现在是“%(state)s”。") % {"state": pledge.get_state_display()})
    if queries.received_for(pledge) >= pledge.amount:
        return no(_("这份认捐已经兑现。再来的钱按普通捐赠登记。"))
    return YES


def may_end_pledge(user: Person, pledge: Pledge, why: str = "") -> Verdict:
    """Finance lets a pledge go that stands and is not whole. One whose delivery may be claimed is not waived: only
    hardship that was reported and told releases the donor (Charity Law, article 41)."""
    allowed = may_receive_pledge(user, pledge)
    if not allowed or not why:
        return allowed
    if why not in PledgeEnding.values:
        return no(_("请选择为什么不再要这份认捐。"))
    if why == PledgeEnding.WAIVED and is_binding(pledge.form, serves_relief=pledge.serves_relief):
        return no(
            _(
                "这份认捐按《慈善法》第四十一条可以要求交付，不能随意放弃；"
                "捐赠人经济状况显著恶化的，报告民政部门、公开说明以后才可以不再履行。"
            )
        )
    if why == PledgeEnding.MISTAKE and pledge.gifts.filter(taken_off_at=None).exists():
        return no(_("已经有捐赠算在这份认捐里，不能说是登记错了；先把那些捐赠移出来。"))
    return YES


def may_hand_over(user: Person, custody: Custody) -> Verdict:
    """Finance asks to pass on what is still held."""
    allowed = may_handle_money(user, custody.host)
    if allowed and custody.state != CustodyState.HELD:
        return no(_("这笔代管已经全部转交或退回。"))
    return allowed


def may_release_hand_over(user: Person, row: HandOver) -> Verdict:
    """A second person of finance passes on what another asked for."""
    allowed = may_handle_money(user, row.custody.host)
    if not allowed:
        return allowed
    if row.state != HandOverState.WAITING:
        return no(_("这次转交已经是“%(state)s”。") % {"state": row.get_state_display()})
    if user is None or user.pk == row.asked_by_id:
        return no(_("这次转交是您提出的，要由另一位财务核对户名后转交。"))
    return YES
