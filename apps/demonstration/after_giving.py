"""What comes after a gift: receipts, a certificate, an agreement, a large refund, another fund, another purpose."""

from datetime import timedelta
from functools import partial

from apps.core import clock
from apps.demonstration import also_given, plan
from apps.demonstration.money import Money, hear
from apps.demonstration.papers import paper
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.donations.models import Consent, Donation, Donor, FiscalReceipt
from apps.donations.services import (
    OfflineGift,
    ReceiptNumber,
    Shown,
    answer_purpose,
    ask_purpose,
    correct_gift,
    draw_donation_agreement,
    file_donation_agreement,
    issue_receipt,
    make_certificate,
    open_payment,
    record_offline,
    refund,
    reissue_receipt,
    release_refund,
    request_receipt,
    settle,
    start_gift,
    void_receipt,
    waive_receipt,
    withdraw_consent,
)
from apps.donations.states import CorrectionBasis, DedicationKind, RefundReason, VoidReason
from apps.funds.models import Fund, Restriction

OWN = also_given.OWN
BATCH_CODE = "00010126"
FIRM = "重庆綦商贸易有限公司"


class AfterGiving:
    """Carries out what donors ask for and finance does, each at its day."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline, money: Money) -> None:
        self.places, self.timeline, self.money = places, timeline, money
        self.donor, self.finance = cast.people["donor"], cast.people["finance"]
        self.second = cast.people["finance2"]
        self.numbers = iter(range(10_000_101, 10_000_200))

    def lay(self) -> None:
        """Lay every step."""
        for days, deed in (
            (290, self.receipt),
            (146, self.agreement),
            (104, self.firm),
            (79, self.wrong_fund),
            (63, self.dedicated),
            (55, self.child),
            (46, self.paid_twice),
            (33, self.other_purpose),
            (4, self.pressed_twice),
        ):
            self.timeline.at(self.timeline.ago(days), deed)

    def _fund(self, name: str) -> Fund:
        return self.places.by_name[name]

    def _aged(self, name: str) -> Restriction:
        """Return the fund's narrower purpose."""
        return Restriction.objects.get(fund=self._fund(name), is_general=False)

    def _transfer(self, key: str, community: str, amount: int) -> Donation:
        """Record a transfer of the listed donor's."""
        gift = OfflineGift(
            fund=self._fund(community),
            amount=amount,
            channel=Donation.Channel.BANK,
            day=clock.today(),
            key=f"demo-own-{key}",
            name=self.donor.name,
            contact=self.donor.email,
            name_choice=Donation.NameChoice.MASKED,
            user_id=self.donor.pk,
        )
        return record_offline(gift, by=self.finance)

    def _firms(self, key: str, community: str, amount: int) -> Donation:
        gift = OfflineGift(
            fund=self._fund(community),
            amount=amount,
            channel=Donation.Channel.BANK,
            day=clock.today(),
            key=f"demo-firm-{key}",
            name=FIRM,
            contact="caiwu@people.demo.example",
            name_choice=Donation.NameChoice.REAL,
            kind=Donor.Kind.ORGANISATION,
            consents=frozenset({Consent.Purpose.PUBLISH_NAME.value, Consent.Purpose.PUBLISH_AMOUNT.value}),
        )
        return record_offline(gift, by=self.finance)

    def _online(
        self, key: str, community: str, amount: int, shown: Shown, *, is_child: bool = False
    ) -> Donation:
        """The listed donor pays on the public page."""
        consents = {Consent.Purpose.PROVIDER_ABROAD.value, Consent.Purpose.PUBLISH_NAME.value}
        if is_child:
            consents.add(Consent.Purpose.GUARDIAN.value)
        gift = start_gift(
            self._fund(community),
            amount=amount,
            channel=Donation.Channel.STRIPE,
            name_choice=Donation.NameChoice.MASKED if is_child else Donation.NameChoice.REAL,
            form_token=f"demonstration-own-{key}",
            name=self.donor.name,
            contact=self.donor.email,
            shown=shown,
            is_under_14=is_child,
            consents=consents,
            by=self.donor,
        )
        open_payment(gift)
        self.money.stand_in.pay(gift.session_id, method="wechat_pay")
        hear(self.money.stand_in)
        settle()
        return gift

    def _issue(self, receipt: FiscalReceipt) -> None:
        """Finance types in what the finance department's system gave."""
        number = f"{next(self.numbers):010d}"
        given = ReceiptNumber(BATCH_CODE, number, f"c{number[-5:]}", clock.today())
        issue_receipt(receipt, given=given, by=self.finance)

    def receipt(self) -> None:
        """A transfer, its certificate at once, its receipt two days later."""
        gift = self._transfer("receipt", "新山村", OWN["receipt"])
        make_certificate(gift, prints_full_name=True, shows_amount=True, by=self.donor)
        asked = request_receipt(gift, name=self.donor.name, by=self.donor)
        self.timeline.at(clock.now() + timedelta(days=2), partial(self._issue, asked))

    def agreement(self) -> None:
        """A larger transfer with a written agreement, signed on paper and kept as a scan."""
        gift = self._transfer("agreement", "孟家院", OWN["agreement"])
        drawn = draw_donation_agreement(
            gift,
            name=self.donor.name,
            kind=Donor.Kind.PERSON,
            wishes="先用于独居老人家里的扶手和灯。",
            by=self.donor,
        )
        make_certificate(gift, prints_full_name=True, shows_amount=False, by=self.donor)
        day = clock.today() + timedelta(days=3)
        signed = paper(
            "捐赠协议（签字页）",
            number=drawn.code,
            issuer="重庆市綦江区慈善会",
            day=day,
            paragraphs=("甲乙双方已签字。", f"捐赠金额：¥{OWN['agreement'] // 100:,}.00，用途见协议正文。"),
        )
        file = partial(file_donation_agreement, drawn, upload=signed, signed_on=day, by=self.finance)
        self.timeline.at(clock.now() + timedelta(days=3), file)

    def firm(self) -> None:
        """A firm's receipt names it wrongly: red letter, and a new one that waits."""
        gift = self._firms("receipt", "百步梯", also_given.FIRM)
        asked = request_receipt(
            gift,
            name="重庆綦商贸易公司",
            kind=Donor.Kind.ORGANISATION,
            uscc=plan.USCC["匠心"],
            by=self.finance,
        )
        self.timeline.at(self.timeline.ago(101), partial(self._issue, asked))
        self.timeline.at(self.timeline.ago(2), partial(self._red_letter, asked, VoidReason.WRONG))
        self.timeline.at(self.timeline.ago(2, 11), partial(reissue_receipt, asked, by=self.finance))

    def _red_letter(self, receipt: FiscalReceipt, why: str) -> None:
        number = f"{next(self.numbers):010d}"
        void_receipt(receipt, why=why, red_batch_code=BATCH_CODE, red_number=number, by=self.finance)

    def paid_twice(self) -> None:
        """A firm paid twice: the receipt gets its red letter, one asks for the refund, the other releases it."""
        gift = self._firms("twice", "菜坝", also_given.FIRM_TWICE)
        asked = request_receipt(
            gift, name=FIRM, kind=Donor.Kind.ORGANISATION, uscc=plan.USCC["匠心"], by=self.finance
        )
        self.timeline.at(self.timeline.ago(45), partial(self._issue, asked))
        self.timeline.at(self.timeline.ago(38), partial(self._red_letter, asked, VoidReason.REFUND))
        self.timeline.at(self.timeline.ago(38, 11), partial(self._refund, gift))

    def _refund(self, gift: Donation) -> None:
        asked = refund(gift, amount=gift.amount, why=RefundReason.TWICE, by=self.finance)
        self.timeline.at(clock.now() + timedelta(hours=4), partial(release_refund, asked, by=self.second))

    def pressed_twice(self) -> None:
        """The listed donor transferred twice; finance asks for the refund, the second person is still to look."""
        gift = self._transfer("twice", "百步梯", OWN["twice"])
        ask = partial(refund, gift, amount=OWN["twice"], why=RefundReason.TWICE, by=self.finance)
        self.timeline.at(clock.now() + timedelta(days=2), ask)

    def dedicated(self) -> None:
        """For a grandmother's birthday, with name, amount and dedication in public; later the amount is taken back."""
        shown = Shown(
            amount=True,
            dedication="外婆八十大寿",
            dedication_kind=DedicationKind.TO.value,
            dedication_in_public=True,
        )
        gift = self._online("dedication", "沱湾", OWN["dedication"], shown)
        self.timeline.at(self.timeline.ago(50), partial(self._take_back, gift))
        self.timeline.at(
            self.timeline.ago(1), partial(request_receipt, gift, name=self.donor.name, by=self.donor)
        )

    def _take_back(self, gift: Donation) -> None:
        agreed = Consent.objects.get(donation_code=gift.code, purpose=Consent.Purpose.PUBLISH_AMOUNT)
        withdraw_consent(agreed, by=self.donor)

    def child(self) -> None:
        """Given together with a child, whose guardian agrees; no receipt is wanted."""
        gift = self._online("child", "新山村", OWN["child"], Shown(), is_child=True)
        waive_receipt(gift, by=self.donor)

    def wrong_fund(self) -> None:
        """Finance wrote a gift into the wrong fund and moves it two days later."""
        gift = self._transfer("moved", "三河街", OWN["moved"])
        general = Restriction.objects.get(fund=self._fund("代家岗"), is_general=True)
        move = partial(
            correct_gift,
            gift,
            restriction=general,
            basis=CorrectionBasis.MISTAKE,
            reason="转账附言写的是代家岗，录入时选错了基金。",
            by=self.finance,
        )
        self.timeline.at(clock.now() + timedelta(days=2), move)

    def other_purpose(self) -> None:
        """Three gifts for whose change of purpose the donor is asked: one yes, one no, one not answered yet."""
        for key, answer in (("agreed", True), ("refused", False), ("asked", None)):
            gift = self._transfer(key, "百步梯", OWN[key])
            days = 10 if answer is None else 30
            self.timeline.at(self.timeline.ago(days), partial(self._ask, gift, answer))

    def _ask(self, gift: Donation, answer: bool | None) -> None:
        asked = ask_purpose(
            gift,
            restriction=self._aged("百步梯"),
            reason="入户时看到三位老人家里没有扶手，想把这笔钱专用于适老改造。",
            by=self.finance,
        )
        if answer is not None:
            say = partial(answer_purpose, asked, agrees=answer, by=self.donor)
            self.timeline.at(clock.now() + timedelta(days=1), say)


def lay(places: Places, cast: Cast, timeline: Timeline, money: Money) -> None:
    """Lay what comes after giving."""
    AfterGiving(places, cast, timeline, money).lay()
