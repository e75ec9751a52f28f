"""Gifts, refunds and payouts of the demonstration: online through the stand-in, by bank, in cash."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.conf import settings

from apps.core import clock
from apps.demonstration.gifts import GiftPlan
from apps.demonstration.places import Places
from apps.donations.models import Consent, Donation, Donor
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import (
    OfflineGift,
    Shown,
    book_payout,
    deposit_cash,
    open_payment,
    receive_event,
    record_many,
    refund,
    send_refunds,
    settle,
    start_gift,
)
from apps.users.models import User

# Every ninth online donor keeps the amount to themselves.
SHY = 9


@contextmanager
def online() -> Iterator[StandIn]:
    """Run a stand-in whose time is the story's, and point the payment client at it."""
    before = (settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API_BASE)
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = (
        "sk_test_demonstration",
        "whsec_demonstration",
    )
    with StandIn(secret=settings.STRIPE_WEBHOOK_SECRET, held=True) as stand_in:
        settings.STRIPE_API_BASE = stand_in.url
        try:
            yield stand_in
        finally:
            settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API_BASE = before


def hear(stand_in: StandIn, *, copies: int = 1) -> None:
    """Hand over the signed events that wait; a signature is judged by the real clock, so this moment is real."""
    # The stand-in's own clock may add an event at any moment: one list, taken from the front, loses none.
    waiting, events = stand_in.webhooks.waiting, []
    while waiting:
        events.append(waiting.pop(0))
    with clock.set_to(datetime.now(UTC)):
        for event in events:
            body, signature = stand_in.webhooks.envelope(event, at=int(time.time()))
            for _copy in range(copies):
                receive_event(Donation.Channel.STRIPE.value, body, {"Stripe-Signature": signature})


class Money:
    """Carries out the gift plans of a day."""

    def __init__(self, places: Places, stand_in: StandIn, *, finance: User, donor: User) -> None:
        self.places = places
        self.stand_in = stand_in
        self.finance = finance
        self.donor = donor
        self.count = 0

    def give(self, gifts: Iterable[GiftPlan]) -> None:
        """Record the offline gifts of a day as one batch, and carry the online ones through checkout."""
        offline = []
        for gift in gifts:
            self.count += 1
            if gift.channel == "stripe":
                self.pay_online(gift)
            else:
                offline.append(self._offline(gift))
        if offline:
            self._pay_in(record_many(offline, by=self.finance))
        settle()

    def _pay_in(self, gifts: Iterable[Donation]) -> None:
        """Take the day's cash to the bank on one slip for each host."""
        cash = [gift for gift in gifts if gift.channel == Donation.Channel.CASH]
        if cash:
            deposit_cash(
                cash[0].host,
                gifts=[gift.code for gift in cash],
                total=sum(gift.amount for gift in cash),
                slip=f"CK{self.count:08d}",
                day=clock.today(),
                handler=self.finance.name,
                token=f"demonstration-cash-{self.count:08d}",
                by=self.finance,
            )

    def _offline(self, gift: GiftPlan) -> OfflineGift:
        # Who lets the name be read, lets the amount be read too; the anonymous keep both.
        agreed = {
            Consent.Purpose.PUBLISH_NAME.value: gift.name_choice == Donation.NameChoice.REAL,
            Consent.Purpose.PUBLISH_AMOUNT.value: gift.name_choice != Donation.NameChoice.ANONYMOUS,
        }
        return OfflineGift(
            fund=self.places.funds[gift.fund],
            amount=gift.amount,
            channel=gift.channel,
            day=clock.day_of(gift.at),
            key=f"demo-{self.count:05d}",
            name=gift.name,
            name_choice=gift.name_choice,
            kind=Donor.Kind.ORGANISATION if gift.is_organisation else Donor.Kind.PERSON,
            message=gift.message,
            consents=frozenset(purpose for purpose, is_given in agreed.items() if is_given),
        )

    def begin_online(self, gift: GiftPlan, *, by: User | None = None) -> Donation:
        """Fill in the public form and open the checkout page."""
        consents = {Consent.Purpose.PROVIDER_ABROAD.value}
        if gift.name_choice == Donation.NameChoice.REAL:
            consents.add(Consent.Purpose.PUBLISH_NAME.value)
        donation = start_gift(
            self.places.funds[gift.fund],
            amount=gift.amount,
            channel=Donation.Channel.STRIPE,
            name_choice=gift.name_choice,
            form_token=f"demonstration-{self.count:08d}",
            name=gift.name,
            message=gift.message,
            shown=Shown(amount=self.count % SHY != 0),
            consents=consents,
            by=by,
        )
        open_payment(donation)
        return donation

    def pay_online(self, gift: GiftPlan) -> None:
        """Pay on the checkout page; every hundredth event arrives twice."""
        own = gift.name == self.donor.name
        donation = self.begin_online(gift, by=self.donor if own else None)
        self.stand_in.pay(donation.session_id, method=("alipay", "wechat_pay", "card")[self.count % 3])
        hear(self.stand_in, copies=2 if self.count % 100 == 0 else 1)

    def fail_online(self, gift: GiftPlan) -> None:
        """A payment that the wallet refuses in the end."""
        self.count += 1
        donation = self.begin_online(gift)
        self.stand_in.pay(donation.session_id, method="alipay", delayed="fail")
        self.stand_in.finish_payment(donation.session_id, paid=False)
        hear(self.stand_in)
        settle()

    def give_back(self, donation: Donation, amount: int, reason: str) -> None:
        """Refund a gift, whole or in part, and hear from the provider that it is done."""
        given = refund(donation, amount=amount, reason=reason, by=self.finance)
        if donation.channel == Donation.Channel.STRIPE:
            send_refunds(given.code)
            self.stand_in.finish_refunds()
            hear(self.stand_in)
            settle()

    def pay_out(self) -> None:
        """Book that the provider paid its balance into the bank, as it does every month."""
        if self.stand_in.balance > 0:
            payout = self.stand_in.pay_out(self.stand_in.balance)
            hear(self.stand_in)
            settle()
            book_payout(self.places.host, payout_id=str(payout["id"]), day=clock.today(), by=self.finance)
