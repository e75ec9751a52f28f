"""Messages about gifts, laid in the outbox with the fact they tell."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock, money, outbox
from apps.donations import queries
from apps.donations.models import (
    Campaign,
    CampaignCorrection,
    Correction,
    Donation,
    FiscalReceipt,
    HandOver,
    InKindGift,
    PurposeRequest,
    Refund,
    WriteOff,
)
from apps.donations.notices import plans as plans
from apps.donations.notices import pledges as pledges
from apps.donations.notices import texts as texts
from apps.donations.notices.texts import is_address
from apps.funds.models import Host
from apps.users.models import Role
from apps.users.queries import users_with


def address_of(gift: Donation | InKindGift) -> str:
    """Return the donor's e-mail address, "" when they left none."""
    contact = gift.donor.contact
    return contact if is_address(contact) else ""


def thank(donations: Iterable[Donation]) -> None:
    """Tell the donors that their gifts are in the books, each once."""
    outbox.say_all([_thanks(row, address) for row in donations if (address := address_of(row))])


def _thanks(donation: Donation, address: str) -> outbox.Letter:
    key = queries.key_of(donation)
    facts = {
        "amount": money.written(donation.amount),
        "fund": donation.fund.name,
        "host": donation.host.name,
        "url": settings.SITE_URL + reverse("donations:own", args=[key]),
        "where": settings.SITE_URL + reverse("desk:gift_by_key", args=[key]),
    }
    return outbox.Letter(
        f"gift-booked:{donation.code}",
        to=address,
        subject=_("您的捐赠已经入账"),
        body=_(
            "谢谢您。您捐给%(fund)s的 ¥%(amount)s 已经记进%(host)s的账。\n"
            "领捐赠证书、申请捐赠票据，都在您自己的这一页：%(url)s\n"
            "这笔钱去了哪里，随时在这里看：%(where)s\n"
            "这两个网址就是钥匙，请不要转发。"
        )
        % facts,
    )


def tell_refunded(refund: Refund) -> None:
    """Tell the donor that money went back, once."""
    address = address_of(refund.donation)
    if address:
        facts = {"amount": money.written(refund.amount), "fund": refund.donation.fund.name}
        outbox.say(
            f"gift-refunded:{refund.code}",
            to=address,
            subject=_("退款已经办好"),
            body=_("您捐给%(fund)s的钱里，¥%(amount)s 已经按原路退回。银行可能还要几天才显示。") % facts,
        )


def warn_finance(refund: Refund) -> None:
    """Tell the host's finance that a dispute came in or that a fund could not pay a refund by itself."""
    if refund.short:
        subject = _("退款超过了基金的余额")
        body = _(
            "捐赠 %(code)s 退回 ¥%(amount)s，%(fund)s的余额不够，差的 ¥%(short)s 由本部资金先付，记为应收款。\n%(url)s"
        )
    else:
        subject = _("有一笔捐赠被付款人拒付")
        body = _("捐赠 %(code)s（%(fund)s）的付款人向银行拒付，¥%(amount)s 已被支付机构扣下。\n%(url)s")
    _tell_finance(refund.donation.host, f"refund-warning:{refund.code}", subject, body % _of_refund(refund))


def _of_refund(refund: Refund) -> dict[str, str]:
    donation = refund.donation
    return {
        "code": donation.code,
        "fund": donation.fund.name,
        "amount": money.written(refund.amount),
        "short": money.written(refund.short),
        "url": settings.SITE_URL + reverse("donations:gift", args=[donation.code]),
    }


def _tell_finance(host: Host, key: str, subject: str, body: str, *, but: int | None = None) -> None:
    """Write to a host's people of finance, `but` the one who asked."""
    for user in users_with(Role.Kind.FINANCE, host=host.code):
        if user.pk != but:
            outbox.say(f"{key}:{user.pk}", to=user.email, subject=subject, body=body)


def ask_release(refund: Refund) -> None:
    """Ask the other people of finance to look at a large refund."""
    body = _(
        "捐赠 %(code)s（%(fund)s）要退 ¥%(amount)s，超过了一人可以办的金额，请您复核。\n%(url)s"
    ) % _of_refund(refund)
    key, subject = f"refund-release:{refund.code}", _("有一笔退款等您复核")
    _tell_finance(refund.donation.host, key, subject, body % _of_refund(refund), but=refund.asked_by_id)


def tell_refund_failed(refund: Refund) -> None:
    """Tell the host's finance that a refund did not reach the donor: the money must go back by another way."""
    body = _(
        "捐赠 %(code)s（%(fund)s）要退的 ¥%(amount)s 没有退成，钱还在账上。"
        "请看原因，再退一次或者换一种方式。\n%(url)s"
    ) % _of_refund(refund)
    _tell_finance(refund.donation.host, f"refund-failed:{refund.code}", _("有一笔退款没有退成"), body)


def tell_receipt(receipt: FiscalReceipt) -> None:
    """Tell the donor that their receipt is issued, once, with its number and where to fetch it."""
    gift = receipt.gift
    if isinstance(gift, InKindGift):
        path = reverse("donations:own_goods", args=[queries.goods_key(gift)])
        words = _(
            "您捐给%(fund)s的%(item)s（价值 ¥%(amount)s）已经开出捐赠票据，票据代码 %(code)s，票据号码 %(number)s。\n"
            "在这里看和下载：%(url)s"
        )
    else:
        path = reverse("donations:own", args=[queries.key_of(gift)])
        words = _(
            "您捐给%(fund)s的 ¥%(amount)s 已经开出捐赠票据，票据代码 %(code)s，票据号码 %(number)s。\n"
            "在这里看和下载：%(url)s"
        )
    facts = {
        "amount": money.written(receipt.amount),
        "fund": gift.fund.name,
        "item": receipt.item,
        "code": receipt.batch_code,
        "number": receipt.number,
        "url": settings.SITE_URL + path,
    }
    outbox.say(
        f"receipt-issued:{receipt.code}",
        to=address_of(gift),
        subject=_("您的捐赠票据已经开出"),
        body=words % facts,
    )


def ask_write_off(write_off: WriteOff) -> None:
    """Ask the other people of finance to look at a write-off of things."""
    gift = write_off.gift
    facts = {
        "name": gift.name,
        "fund": gift.fund.name,
        "quantity": f"{write_off.quantity}{gift.unit}",
        "url": settings.SITE_URL + reverse("donations:goods_gift", args=[gift.code]),
    }
    body = _("%(fund)s的%(name)s要核销 %(quantity)s，请您看过实物或照片以后复核。\n%(url)s") % facts
    key, subject = f"write-off:{write_off.code}", _("有物资要核销，等您复核")
    _tell_finance(gift.host, key, subject, body, but=write_off.asked_by_id)


def tell_corrected(made: Correction) -> None:
    """Tell the donor that their gift stands in another book now, and why."""
    facts = {
        "amount": money.written(made.amount),
        "before": made.from_fund.name,
        "after": made.to_fund.name,
        "why": made.get_basis_display(),
        "url": settings.SITE_URL + reverse("donations:own", args=[queries.key_of(made.donation)]),
    }
    outbox.say(
        f"gift-corrected:{made.code}",
        to=address_of(made.donation),
        subject=_("您的捐赠更正了去处"),
        body=_(
            "您捐的 ¥%(amount)s 原来记在%(before)s，现在改记在%(after)s。原因：%(why)s。\n"
            "若和您的意思不一样，请联系慈善会。\n%(url)s\n这个网址就是钥匙，请不要转发。"
        )
        % facts,
    )


def tell_campaign_corrected(made: CampaignCorrection) -> None:
    """Tell the donor for which campaign their gift counts now, and why."""
    given = made.given
    facts = {
        "fund": given.fund.name,
        "before": campaign_words(made.from_campaign),
        "after": campaign_words(made.to_campaign),
        "why": made.reason,
    }
    if isinstance(given, InKindGift):
        path = reverse("donations:own_goods", args=[queries.goods_key(given)])
        facts["item"] = given.item
        words = _(
            "您捐给%(fund)s的%(item)s，原来%(before)s，现在%(after)s，东西还在原来的基金，用途不变。"
            "原因：%(why)s\n若和您的意思不一样，请联系慈善会。\n"
            "%(url)s\n这个网址就是钥匙，请不要转发。"
        )
    else:
        path = reverse("donations:own", args=[queries.key_of(given)])
        facts["amount"] = money.written(given.amount)
        words = _(
            "您捐给%(fund)s的 ¥%(amount)s 原来%(before)s，现在%(after)s，钱还在原来的基金，用途不变。"
            "原因：%(why)s\n若和您的意思不一样，请联系慈善会。\n"
            "%(url)s\n这个网址就是钥匙，请不要转发。"
        )
    outbox.say(
        f"gift-campaign:{made.code}",
        to=address_of(given),
        subject=_("您的捐赠更正了募捐活动"),
        body=words % {**facts, "url": settings.SITE_URL + path},
    )


def campaign_words(campaign: Campaign | None) -> str:
    """Return how a donor reads for which campaign a gift counts, as what is said of it in a sentence."""
    return _("算在“%(name)s”") % {"name": campaign.name} if campaign else _("不属于任何募捐活动")


def ask_for_purpose(asked: PurposeRequest) -> None:
    """Ask the donor whether their gift may serve another purpose, with the link on which they answer."""
    facts = {
        "amount": money.written(asked.donation.left),
        "before": asked.donation.fund.name,
        "host": asked.donation.host.name,
        "day": clock.day_of(asked.answer_by).isoformat(),
        "url": settings.SITE_URL + reverse("donations:purpose", args=[asked.token]),
    }
    outbox.say(
        f"purpose:{asked.code}",
        to=address_of(asked.donation),
        subject=_("想请您同意改变一笔捐赠的用途"),
        body=_(
            "您捐给%(before)s的 ¥%(amount)s，%(host)s想请您同意改变用途。"
            "改成什么、为什么，请看这一页，再点同意或者不同意：%(url)s\n"
            "%(day)s 以前没有答复，就不改。"
        )
        % facts,
        until=asked.answer_by,
    )


def ask_hand_over(row: HandOver) -> None:
    """Ask the other people of finance to look at a passing on of what is held for another; no name stands in it."""
    custody = row.custody
    facts = {
        "code": custody.code,
        "amount": money.written(row.amount),
        "url": settings.SITE_URL + reverse("donations:custody", args=[custody.code]),
    }
    body = _("代管 %(code)s 要转交 ¥%(amount)s，请您核对收款户名后转交。\n%(url)s") % facts
    _tell_finance(custody.host, f"hand-over:{row.code}", _("有一笔代管等您转交"), body, but=row.asked_by_id)
