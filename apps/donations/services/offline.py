"""Gifts that arrive by bank or in cash: recorded by finance, or found in a bank statement by their reference code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.codes import new_code
from apps.core.names import clean_text
from apps.core.sealing import seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules
from apps.donations.models import Campaign, Consent, Donation, Donor
from apps.donations.services.booking import Arrival, Unbookable, book
from apps.donations.services.directed.binding import bind_further, may_arrive
from apps.donations.services.donors import check_consents, clean_identity, consent_rows, new_donor
from apps.donations.services.purposes import Purposes
from apps.donations.states import Channel, DonationState, NameChoice
from apps.funds.models import Fund, Host
from apps.funds.queries import gifts_refused, takes_gifts
from apps.ledger.charts import FIRST_DAY
from apps.users.models import User


@dataclass(frozen=True, slots=True)
class OfflineGift:
    """A gift as finance or a file reports it. `key` names it for ever (a bank line, a receipt number, a form token)."""

    fund: Fund
    amount: int
    channel: str
    day: date
    key: str
    name: str = ""
    contact: str = ""
    name_choice: str = NameChoice.ANONYMOUS.value
    kind: str = Donor.Kind.PERSON.value
    message: str = ""
    restriction: str | None = None
    is_under_14: bool = False
    consents: frozenset[str] = frozenset()
    user_id: int | None = None
    # What many people gave together (a donation box) is nobody's own amount, so it needs nobody's consent.
    is_of_many: bool = False
    # Who took the cash; who records it, when nobody is named.
    handler: str = ""
    # The row of a donor who is known already; else one is made of the name and contact.
    donor: Donor | None = None
    # The filed plan that it counts for.
    campaign: Campaign | None = None
    # The code of a project or need the donor gave for, which then decides the restriction.
    wish: str = ""
    # For whom or in whose name; in public only after a consent of its own.
    dedication: str = ""
    dedication_kind: str = ""

    @property
    def agreed(self) -> frozenset[str]:
        """What was agreed to of what there is to agree to."""
        return self.consents if self.dedication else self.consents - {Consent.Purpose.DEDICATION.value}

    @property
    def shows_amount(self) -> bool:
        """Whether the public sees this gift's own amount: only after its donor's separate consent."""
        return self.is_of_many or Consent.Purpose.PUBLISH_AMOUNT in self.consents


@dataclass(frozen=True, slots=True)
class Transfer:
    """A bank line that pays an announced gift: what really arrived, when, and the line's own key."""

    reference: str
    amount: int
    day: date
    key: str


@verb
def record_offline(gift: OfflineGift, *, by: User | None) -> Donation:
    """Record and book one gift that was handed over or transferred. The same key is recorded once. Raises `Refused`."""
    return record_many([gift], by=by)[0]


@verb
def record_many(gifts: Sequence[OfflineGift], *, by: User | None) -> list[Donation]:
    """Record and book a set of gifts and return them in order; keys already known give the gift of then.

    Raises `Refused` for the first gift that must not be recorded; then nothing is.
    """
    hosts = {gift.fund.host_id: gift.fund.host for gift in gifts}
    for host in hosts.values():
        permissions.may_handle_money(by, host).require()
    keys = [_payment_key(gift.channel, gift.key) for gift in gifts]
    known = _by_payment(keys)
    # Set aside what the file itself says twice.
    fresh = {key: gift for key, gift in zip(keys, gifts, strict=True) if key not in known}
    if fresh:
        check_campaigns((gift.campaign, gift.fund, gift.day) for gift in fresh.values())
        purposes = Purposes()
        now = clock.now()
        rows = {key: _row(gift, purposes, by, now) for key, gift in fresh.items()}
        Donor.objects.bulk_create([donor for donor, _row_of in rows.values() if donor.pk is None])
        Donation.objects.bulk_create([donation for _donor, donation in rows.values()])
        _keep_consents(rows, fresh)
        book(
            [
                Arrival(donation, key, donation.amount, 0, fresh[key].day)
                for key, (_donor, donation) in rows.items()
            ],
            by=by,
        )
        known |= {key: donation for key, (_donor, donation) in rows.items()}
    return [known[key] for key in keys]


def _payment_key(channel: str, key: str) -> str:
    return f"{channel}:{clean_text(key, field='key', limit=80)}"


def _by_payment(keys: Sequence[str]) -> dict[str, Donation]:
    found = Donation.objects.filter(payment_id__in=keys).select_related("fund", "host", "donor")
    return {row.payment_id: row for row in found if row.payment_id}


def _row(gift: OfflineGift, purposes: Purposes, by: User | None, now: datetime) -> tuple[Donor, Donation]:
    """Check one gift and return its unsaved rows."""
    if gift.channel not in {Channel.BANK, Channel.CASH}:
        raise Refused(_("请选择银行转账或现金。"), "channel")
    check_arrival_day(gift.day)
    if not takes_gifts(gift.fund, gift.day):
        raise Refused(gifts_refused(gift.fund), "fund")
    rules.check_amount(gift.amount, gift.channel)
    name, contact = clean_identity(gift.name, gift.contact, gift.name_choice)
    if gift.name_choice == NameChoice.REAL and Consent.Purpose.PUBLISH_NAME not in gift.consents:
        raise Refused(_("没有捐赠人公开姓名的同意，请选只公开姓或匿名。"), "name_choice")
    check_consents(gift.name_choice, (), gift.consents, is_under_14=gift.is_under_14)
    restriction = purposes.decided(gift.fund, gift.restriction, gift.wish, gift.day)
    dedication, dedication_kind = rules.clean_dedication(gift.dedication, gift.dedication_kind)
    donor = gift.donor or new_donor(name=name, contact=contact, kind=gift.kind, user_id=gift.user_id, now=now)
    donation = Donation(
        code=new_code("", 10),
        host=gift.fund.host,
        fund=gift.fund,
        restriction=restriction,
        campaign=gift.campaign,
        donor=donor,
        channel=gift.channel,
        amount=gift.amount,
        name_choice=gift.name_choice,
        public_name=rules.public_name(
            name, gift.name_choice, is_organisation=gift.kind == Donor.Kind.ORGANISATION
        ),
        shows_amount=gift.shows_amount,
        message=clean_text(gift.message, field="message", limit=rules.MESSAGE_LIMIT),
        wish=gift.wish,
        dedication_kind=dedication_kind,
        public_dedication=dedication if Consent.Purpose.DEDICATION in gift.consents else "",
        started_at=now,
        entered_by_id=getattr(by, "pk", None),
        handler=_handler(gift, by),
    )
    donation.dedication_sealed = seal(dedication, context=f"gift:{donation.code}:dedication")
    return donor, donation


def _handler(gift: OfflineGift, by: User | None) -> str:
    """Return who took the cash; nobody does where money comes through a bank."""
    if gift.channel != Channel.CASH:
        return ""
    named = clean_text(gift.handler, field="handler", limit=rules.NAME_LIMIT)
    return named or (by.name if by else "")


def check_arrival_day(day: date) -> None:
    """Raise `Refused` for a day that is still to come, or before anything can be booked."""
    if day > clock.today():
        raise Refused(_("到账日期不能在今天之后。"), "day")
    if day < FIRST_DAY:
        raise Refused(_("到账日期太早了，请核对年份。"), "day")


def check_campaigns(claims: Iterable[tuple[Campaign | None, Fund, date]]) -> None:
    """Raise `Refused` unless money for these funds, of these days, counts for the plans that are named with it."""
    named = {
        (campaign.pk, fund.pk, day): (campaign, fund, day)
        for campaign, fund, day in claims
        if campaign is not None
    }
    prefetch_related_objects([campaign for campaign, _fund, _day in named.values()], "funds")
    for campaign, fund, day in named.values():
        verdict = permissions.campaigns.may_count_for(campaign, fund, day)
        if not verdict:
            raise Refused(verdict.reason, "campaign")


def _keep_consents(rows: dict[str, tuple[Donor, Donation]], gifts: dict[str, OfflineGift]) -> None:
    Consent.objects.bulk_create(
        [
            consent
            for key, (donor, donation) in rows.items()
            for consent in consent_rows(donor, donation.code, gifts[key].agreed, now=donation.started_at)
        ]
    )


@verb
def receive_transfers(host: Host, transfers: Sequence[Transfer], *, by: User | None) -> dict[str, Donation]:
    """Book bank lines that carry a reference code and return the gifts by line key; unknown codes are left out.

    What arrived is what counts, also when another amount was announced. A second transfer under one code is a gift of
    its own by the same donor. What answers an appeal to the host's own people is left out, too, where its giver was no
    longer on the audience when it was paid. Idempotent by line key. Raises `Refused`.
    """
    permissions.may_handle_money(by, host).require()
    keys = {transfer.key: _payment_key(Channel.BANK, transfer.key) for transfer in transfers}
    booked = _by_payment(list(keys.values()))
    announced = {
        row.reference: row
        for row in Donation.objects.select_for_update(no_key=True)
        .filter(host=host, reference__in={transfer.reference for transfer in transfers})
        # Read after the lock (see `lock_donation`).
        .prefetch_related("fund", "host", "donor")
        .order_by("pk")
    }
    answers = queries.directed.directed_among(announced.values())
    arrivals: list[Arrival] = []
    again: list[tuple[Transfer, Donation]] = []
    for transfer in transfers:
        donation = announced.get(transfer.reference)
        if keys[transfer.key] in booked or donation is None:
            continue
        rules.check_amount(transfer.amount, Channel.BANK)
        check_arrival_day(transfer.day)
        taken = {row.donation.pk for row in arrivals}
        is_further = donation.state == DonationState.BOOKED or donation.pk in taken
        if not may_arrive(answers.get(donation.pk), transfer.day, is_further=is_further):
            continue
        if is_further:
            again.append((transfer, donation))
        else:
            arrivals.append(Arrival(donation, keys[transfer.key], transfer.amount, 0, transfer.day))
    copies = [_copy(donation, transfer) for transfer, donation in again]
    Donation.objects.bulk_create(copies)
    bind_further(
        [
            (copy, transfer.day, answers.get(first.pk))
            for copy, (transfer, first) in zip(copies, again, strict=True)
        ]
    )
    _keep_name_consents(copies)
    arrivals += [
        Arrival(copy, keys[transfer.key], transfer.amount, 0, transfer.day)
        for copy, (transfer, _first) in zip(copies, again, strict=True)
    ]
    try:
        book(arrivals, by=by)
    except Unbookable as error:
        raise Refused(str(error)) from error
    booked |= {row.payment_id: row.donation for row in arrivals}
    return {line: booked[key] for line, key in keys.items() if key in booked}


def _keep_name_consents(copies: Sequence[Donation]) -> None:
    """Write the consent to publish the name down for each further gift under it, so that it can be withdrawn there.

    The consent to publish an amount is for one gift, so a further gift's amount stays closed.
    """
    named = [row for row in copies if row.name_choice == NameChoice.REAL]
    purposes = [Consent.Purpose.PUBLISH_NAME.value]
    Consent.objects.bulk_create(
        [
            consent
            for row in named
            for consent in consent_rows(row.donor, row.code, purposes, now=row.started_at)
        ]
    )


def _copy(first: Donation, transfer: Transfer) -> Donation:
    """Return another gift by the donor of `first`, who transferred once more under the same code."""
    return Donation(
        code=new_code("", 10),
        host=first.host,
        fund=first.fund,
        restriction=first.restriction,
        campaign=_still_for(first, transfer.day),
        donor=first.donor,
        channel=Channel.BANK,
        amount=transfer.amount,
        name_choice=first.name_choice,
        public_name=first.public_name,
        wish=first.wish,
        started_at=clock.now(),
    )


def _still_for(first: Donation, day: date) -> Campaign | None:
    """Return the plan of the announced gift if a further transfer of that day counts for it, too."""
    plan = first.campaign
    return plan if plan is not None and permissions.campaigns.may_count_for(plan, first.fund, day) else None


def gift_of_form(gift: OfflineGift, *, token: str) -> OfflineGift:
    """Return the gift with a key made of a form's token and what was typed: sent twice it is one gift."""
    parts: tuple[object, ...] = (
        gift.fund.code,
        gift.amount,
        gift.channel,
        gift.day,
        gift.name,
        gift.restriction,
    )
    parts += (gift.campaign.code if gift.campaign else "", gift.wish)
    return replace(gift, key=f"form-{rules.gift_key(token, *parts)}")
