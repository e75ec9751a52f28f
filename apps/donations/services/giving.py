"""Beginning a gift on the public page, and opening its payment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.names import clean_text
from apps.core.sealing import seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules
from apps.donations.models import Campaign, Consent, Donation, Donor, GivingPlan
from apps.donations.providers import registry
from apps.donations.providers.bank import new_reference
from apps.donations.providers.base import Declined, Order, Unavailable, Way
from apps.donations.services.donors import check_consents, clean_identity, consent_rows, donor_for
from apps.donations.services.purposes import Purposes
from apps.donations.states import Channel, DonationState, NameChoice
from apps.funds.models import Fund
from apps.funds.queries import gifts_refused, takes_gifts
from apps.users.models import User

# A form sent again within an hour goes on with the same page.
SAME_PAGE = timedelta(hours=1)
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """What else of a gift the donor wants everyone to see: its amount, and for whom or in whose name it is given."""

    amount: bool = False
    dedication: str = ""
    dedication_kind: str = ""
    dedication_in_public: bool = False


SHOWN = Shown()


def start_gift(
    fund: Fund,
    *,
    amount: int,
    channel: str,
    name_choice: str,
    form_token: str,
    restriction: str | None = None,
    name: str = "",
    contact: str = "",
    message: str = "",
    kind: str = Donor.Kind.PERSON.value,
    shown: Shown = SHOWN,
    is_under_14: bool = False,
    consents: Collection[str] = (),
    campaign: Campaign | None = None,
    wish: str = "",
    by: User | None = None,
) -> Donation:
    """Begin a gift of `amount` fen to a fund, or to one of its restrictions, under a filed campaign in date: the one
    named, or the one in date that ends last.

    `wish` is the code of a project or need, whose restriction, or else the fund's general purpose, it then goes to.

    The same form sent twice, even at once, begins one gift. Raises `Refused` naming the field; nothing is charged here.
    """
    parts: tuple[object, ...] = (fund.code, amount, channel, name_choice, restriction, name, contact, message)
    parts += (sorted(consents), shown, is_under_14, campaign.code if campaign else "")
    parts += (wish,) if wish else ()
    for attempt in range(ATTEMPTS):
        key = rules.gift_key(form_token, *parts, attempt)
        found = Donation.objects.filter(form_token=key).select_related("fund", "host", "donor").first()
        if found is not None:
            if goes_on(found):
                return found
            continue
        try:
            return _begin(
                fund,
                key=key,
                amount=amount,
                channel=channel,
                name_choice=name_choice,
                restriction=restriction,
                name=name,
                contact=contact,
                message=message,
                kind=kind,
                shown=shown,
                is_under_14=is_under_14,
                consents=consents,
                asked_for=campaign,
                wish=wish,
                by=by,
            )
        except IntegrityError:
            # The same form came in twice at once and the other one was first.
            found = Donation.objects.filter(form_token=key).select_related("fund", "host", "donor").first()
            if found is not None:
                return found
    raise Refused(_("这个页面用得太多次了，请刷新后再填一次。"))


def goes_on(donation: Donation) -> bool:
    """Whether a form sent again belongs to this gift: it is not over, nor so old that its page is about to close."""
    if donation.state in {DonationState.FAILED, DonationState.EXPIRED}:
        return False
    waiting = donation.state == DonationState.STARTED and donation.channel in registry.paged_channels()
    return not waiting or clock.now() - donation.started_at < SAME_PAGE


@verb
def _begin(
    fund: Fund,
    *,
    key: str,
    amount: int,
    channel: str,
    name_choice: str,
    restriction: str | None,
    name: str,
    contact: str,
    message: str,
    kind: str,
    shown: Shown,
    is_under_14: bool,
    consents: Collection[str],
    asked_for: Campaign | None,
    wish: str,
    by: User | None,
) -> Donation:
    way = chosen_way(channel)
    campaign = check_open(fund, asked_for)
    name, contact = clean_identity(name, contact, name_choice)
    # What an address names decides the purpose, whatever the form says.
    purpose = Purposes().decided(fund, None if wish else restriction, wish, clock.today())
    if kind not in Donor.Kind.values:
        raise Refused(_("请选择个人还是单位。"), "kind")
    return write_gift(
        fund,
        donor_for(by, name=name, contact=contact, kind=kind),
        name=name,
        key=key,
        way=way,
        amount=amount,
        name_choice=name_choice,
        restriction=purpose,
        message=message,
        shown=shown,
        is_under_14=is_under_14,
        consents=consents,
        campaign=campaign,
        wish=wish,
        by=by,
    )


def write_gift(
    fund: Fund,
    donor: Donor,
    *,
    name: str,
    key: str,
    way: Way,
    amount: int,
    name_choice: str,
    restriction: str,
    message: str,
    shown: Shown,
    consents: Collection[str],
    is_under_14: bool = False,
    campaign: Campaign | None = None,
    wish: str = "",
    by: User | None = None,
) -> Donation:
    """Write a gift that begins, with its consents, inside the caller's transaction. Raises `Refused` naming the field.

    The caller has judged that the fund may be given to, for what, and by whom.
    """
    rules.check_within(amount, way.least, way.most)
    message = clean_text(message, field="message", limit=rules.MESSAGE_LIMIT)
    dedication, dedication_kind = rules.clean_dedication(shown.dedication, shown.dedication_kind)
    check_consents(name_choice, way.consents, consents, is_under_14=is_under_14)
    is_organisation = donor.kind == Donor.Kind.ORGANISATION
    donation = Donation(
        code=new_code("", 10),
        host=fund.host,
        fund=fund,
        restriction=restriction,
        campaign=campaign,
        donor=donor,
        channel=way.name,
        amount=amount,
        name_choice=name_choice,
        public_name=rules.public_name(name, name_choice, is_organisation=is_organisation),
        shows_amount=shown.amount,
        message=message,
        wish=wish,
        dedication_kind=dedication_kind,
        public_dedication=dedication if shown.dedication_in_public else "",
        started_at=clock.now(),
        form_token=key,
    )
    donation.dedication_sealed = seal(dedication, context=f"gift:{donation.code}:dedication")
    if way.name == Channel.BANK:
        donation.reference = new_reference()
    donation.save(force_insert=True)
    wanted = agreed_to(way, donation, is_under_14=is_under_14)
    Consent.objects.bulk_create(consent_rows(donor, donation.code, wanted, now=donation.started_at))
    audit.record(by, "start_gift", donation, amount=amount, channel=way.name, fund=fund.code)
    return donation


def agreed_to(way: Way, given: Donation | GivingPlan, *, is_under_14: bool) -> list[str]:
    """Return the purposes of the consents that stand behind a gift or monthly gift as it begins."""
    more = {
        Consent.Purpose.PUBLISH_NAME: given.name_choice == NameChoice.REAL,
        Consent.Purpose.PUBLISH_AMOUNT: given.shows_amount,
        Consent.Purpose.DEDICATION: bool(given.public_dedication),
        Consent.Purpose.GUARDIAN: is_under_14,
    }
    return [*way.consents, *(purpose.value for purpose, is_given in more.items() if is_given)]


def chosen_way(channel: str) -> Way:
    """Return the way of paying that was chosen. Raises `Refused` when it is not one, or not open now."""
    way = registry.way_of(channel)
    if way is None:
        raise Refused(_("请选择怎么付。"), "channel")
    if not way.is_open():
        raise Refused(_("网上支付还没有开通，请用银行转账。"), "channel")
    return way


def check_open(fund: Fund, asked_for: Campaign | None = None) -> Campaign:
    """Return the campaign under which the fund may take a public gift now. Raises `Refused` with the reason."""
    if not takes_gifts(fund):
        raise Refused(gifts_refused(fund))
    campaign = queries.campaign_for(fund)
    if asked_for is not None:
        if not queries.is_open_for(asked_for, fund):
            raise Refused(_("“%(name)s”现在不收捐款了。") % {"name": asked_for.name})
        campaign = asked_for
    if campaign is None:
        raise Refused(
            _(
                "%(fund)s现在没有在期的公开募捐备案，按《慈善法》不能在网上公开募捐。请联系%(host)s：%(contact)s。"
            )
            % {"fund": fund.name, "host": fund.host.name, "contact": fund.host.contact}
        )
    return campaign


def open_payment(donation: Donation, *, locale: str = "zh-hans") -> str:
    """Open the payment of a gift, outside any transaction of its own, and return where the donor goes.

    Asked twice it is the same page. Raises `Refused` when the provider cannot open it; the gift stays as it is.
    """
    way = chosen_way(donation.channel)
    permissions.directed.may_go_on_paying(donation).require()
    done = settings.SITE_URL + reverse("donations:done", args=[donation.code])
    order = Order(
        code=donation.code,
        amount=donation.amount,
        success_url=done,
        cancel_url=f"{done}?cancelled=1",
        expires_at=donation.started_at + rules.PAGE_OPEN,
        locale=locale,
        instructions_url=reverse("donations:transfer", args=[donation.code]),
    )
    try:
        if donation.session_id:
            fact = way.ask(donation.session_id)
            return (fact.url if fact else "") or done
        started = way.start(order)
    except Unavailable as error:
        raise Refused(_("支付机构现在连不上，没有扣款。请过一分钟再试，或者改用银行转账。")) from error
    except Declined as error:
        raise Refused(_("支付机构没有接受这笔付款，没有扣款。请换一种方式。")) from error
    if not started.session_id:
        return started.url
    with transaction.atomic():
        Donation.objects.filter(pk=donation.pk, session_id="").update(session_id=started.session_id)
    donation.session_id = started.session_id
    return started.url or done
