"""Gifts that a designated platform collected, booked in sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.sealing import seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules
from apps.donations.dedications import read_dedication
from apps.donations.models import Campaign, Consent, Donation, Donor, PlatformGift
from apps.donations.services.booking import Arrival, book
from apps.donations.services.donors import clean_identity, consent_rows, new_donor
from apps.donations.services.offline import check_campaigns
from apps.donations.services.purposes import Purposes
from apps.donations.states import Channel, NameChoice
from apps.funds.models import Fund, Host
from apps.funds.queries import gifts_refused, takes_gifts
from apps.ledger.charts import FIRST_DAY
from apps.users.models import User


@dataclass(frozen=True, slots=True)
class PlatformOrder:
    """One order as the platform's file reports it: gross and fee in fen, the day of the donor's payment.

    A name or an amount is public only when the platform says that its donor wants that, each for itself.
    """

    number: str
    fund: Fund
    amount: int
    day: date
    fee: int = 0
    name: str = ""
    is_public: bool = False
    shows_amount: bool = False
    message: str = ""
    restriction: str | None = None
    # A project or need, which then decides the restriction; for whom, or 以某人的名义, never in public.
    wish: str = ""
    dedication: str = ""
    # A child under 14 whose guardian agreed (PIPL, article 31), as the platform or the host has it on record.
    guardian_agreed: bool = False
    # By which the donor finds the gift again, and is found for an erasure.
    contact: str = ""


@verb
def record_platform_gifts(
    host: Host,
    orders: Sequence[PlatformOrder],
    *,
    platform: str,
    campaign: Campaign | None = None,
    by: User | None,
) -> int:
    """Record and book a set of a platform's orders and return how many were new; an order booked before is passed over.

    Gross is income, the platform's fee a fundraising expense, the rest 其他货币资金 until the platform pays out
    (财会〔2024〕25号). Raises `Refused` for the first order that must not be recorded; then none is.
    """
    permissions.may_handle_money(by, host).require()
    # Two imports of one host follow each other, so that an order counts once.
    lock_row(Host, pk=host.pk)
    known = queries.platform_orders(host, platform, [order.number for order in orders])
    for order in orders:
        if order.number in known and known[order.number].donation.amount != order.amount:
            raise Refused(_("订单 %(order)s 已经按另一个金额入过账。") % {"order": order.number}, "amount")
    fresh = {order.number: order for order in orders if order.number not in known}
    if not fresh:
        return 0
    check_campaigns((campaign, order.fund, order.day) for order in fresh.values())
    now = clock.now()
    purposes = Purposes()
    gifts = [_gift(host, order, purposes, campaign, by, now) for order in fresh.values()]
    Donor.objects.bulk_create([gift.donor for gift in gifts])
    Donation.objects.bulk_create(gifts)
    # By key: rows that held each other would stay in memory until somebody looks for rubbish.
    PlatformGift.objects.bulk_create(
        [
            PlatformGift(donation_id=gift.pk, host_id=host.pk, platform=platform, order_number=number)
            for number, gift in zip(fresh, gifts, strict=True)
        ]
    )
    Consent.objects.bulk_create(
        [
            consent
            for gift, order in zip(gifts, fresh.values(), strict=True)
            for consent in consent_rows(gift.donor, gift.code, _agreed(gift, order), now=now)
        ]
    )
    return book(
        [
            Arrival(
                gift, f"platform:{host.code}:{platform}:{order.number}", order.amount, order.fee, order.day
            )
            for gift, order in zip(gifts, fresh.values(), strict=True)
        ],
        by=by,
    )


def _agreed(gift: Donation, order: PlatformOrder) -> list[str]:
    """Return what the platform says that its donor, or a child's guardian, agreed to."""
    agreed = {
        Consent.Purpose.PUBLISH_NAME.value: gift.name_choice == NameChoice.REAL,
        Consent.Purpose.PUBLISH_AMOUNT.value: gift.shows_amount,
        Consent.Purpose.GUARDIAN.value: order.guardian_agreed,
    }
    return [purpose for purpose, is_given in agreed.items() if is_given]


def _gift(
    host: Host,
    order: PlatformOrder,
    purposes: Purposes,
    campaign: Campaign | None,
    by: User | None,
    now: datetime,
) -> Donation:
    """Check one order and return its unsaved gift with its unsaved donor."""
    if order.fund.host_id != host.pk:
        raise Refused(_("请选本会的基金。"), "fund")
    if not takes_gifts(order.fund, order.day):
        raise Refused(gifts_refused(order.fund), "fund")
    if not FIRST_DAY <= order.day <= clock.day_of(now):
        raise Refused(_("支付日期不对，请核对年份；也不能在今天之后。"), "day")
    rules.check_amount(order.amount, Channel.PLATFORM)
    if not 0 <= order.fee <= order.amount:
        raise Refused(_("手续费不能大于捐款金额。"), "fee")
    is_public = order.is_public and bool(order.name)
    choice = NameChoice.REAL.value if is_public else NameChoice.ANONYMOUS.value
    name, contact = clean_identity(order.name, order.contact, choice)
    dedication, kind = rules.clean_dedication(*read_dedication(order.dedication))
    donation = Donation(
        code=new_code("", 10),
        host=host,
        fund=order.fund,
        restriction=purposes.decided(order.fund, order.restriction, order.wish, order.day),
        campaign=campaign,
        donor=new_donor(name=name, contact=contact, kind=Donor.Kind.PERSON.value, user_id=None, now=now),
        channel=Channel.PLATFORM,
        amount=order.amount,
        name_choice=choice,
        public_name=rules.public_name(name, choice, is_organisation=False),
        shows_amount=order.shows_amount,
        message=clean_text(order.message, field="message", limit=rules.MESSAGE_LIMIT),
        wish=order.wish,
        dedication_kind=kind,
        started_at=now,
        entered_by_id=by.pk if by else None,
    )
    donation.dedication_sealed = seal(dedication, context=f"gift:{donation.code}:dedication")
    return donation
