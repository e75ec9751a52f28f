"""Gifts in kind: rice that was handed out, things that were sold, a service, and quilts to write off."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from apps.core import clock
from apps.demonstration import plan
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.donations.goods import Basis, Beneficiaries, Nature, Valuation
from apps.donations.models import Consent, Donation, Donor, InKindGift
from apps.donations.queries import campaign_for
from apps.donations.services import (
    GoodsGift,
    ask_write_off,
    deposit_cash,
    issue_goods,
    receive_goods,
    request_receipt,
    sell_goods,
)

# Days ago.
RICE, FIRST_ROUND, SECOND_ROUND, HAMPERS, SOLD, SERVICE, QUILTS, SPOILT, BOOKS, STATIONERY, ASKED = (
    88,
    80,
    52,
    66,
    61,
    47,
    34,
    1,
    18,
    6,
    2,
)
PUBLIC = frozenset({Consent.Purpose.PUBLISH_NAME.value})


class Goods:
    """Carries out what comes into the store and leaves it."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.places, self.timeline = places, timeline
        self.finance = cast.people["finance"]
        self.today = timeline.today

    def lay(self) -> None:
        """Lay every step."""
        steps: tuple[tuple[int, Callable[[], object]], ...] = (
            (RICE, self.rice),
            (HAMPERS, self.hampers),
            (SERVICE, self.service),
            (QUILTS, self.quilts),
            (BOOKS, self.books),
            (STATIONERY, self.stationery),
        )
        for days, deed in steps:
            self.timeline.at(self.timeline.ago(days), deed)

    def _receive(
        self, community: str, name: str, quantity: int, unit: str, said: Valuation, **more: object
    ) -> InKindGift:
        facts: dict[str, object] = {
            "nature": Nature.GOODS.value,
            "donor_name": "南州建材经营部",
            "kind": Donor.Kind.ORGANISATION.value,
            "name_choice": Donation.NameChoice.REAL.value,
            "consents": PUBLIC,
            "place": "社区库房",
            **more,
        }
        gift = GoodsGift(
            fund=self.places.by_name[community],
            name=name,
            quantity=quantity,
            unit=unit,
            valuation=said,
            day=clock.today(),
            token=f"demonstration-goods-{clock.today():%j}-{quantity:06d}",
            **facts,  # type: ignore[arg-type]  # the fields are told by name
        )
        return receive_goods(gift, by=self.finance)

    def rice(self) -> None:
        """Rice by the voucher's value, handed out in two rounds against signed lists."""
        gift = self._receive(
            "沱湾",
            "大米（5 千克一袋）",
            200,
            "袋",
            Valuation(Basis.VOUCHER.value, voucher=5_600_00),
            donor_name="重庆綦商贸易有限公司",
            campaign=campaign_for(self.places.by_name["沱湾"]),
            expires_on=self.today + timedelta(days=240),
        )
        for days, quantity, people, to in (
            (FIRST_ROUND, 120, 60, Beneficiaries.HARDSHIP),
            (SECOND_ROUND, 46, 46, Beneficiaries.ELDERLY),
        ):
            hand_out = partial(
                self._hand_out, gift, quantity, people, to.value, f"{self.timeline.ago(days):%Y-%m%d}"
            )
            self.timeline.at(self.timeline.ago(days), hand_out)

    def _hand_out(self, gift: InKindGift, quantity: int, people: int, to: str, receipt: str) -> None:
        issue_goods(
            gift,
            quantity=quantity,
            beneficiaries=to,
            people=people,
            receipt=receipt,
            day=clock.today(),
            token=f"demonstration-hand-out-{quantity:06d}",
            by=self.finance,
        )

    def hampers(self) -> None:
        """Mooncakes that would not keep: half handed out, the rest sold, the money stays with the purpose."""
        gift = self._receive(
            "百步梯",
            "月饼礼盒",
            60,
            "盒",
            Valuation(Basis.SALE.value, value=2_880_00, note="同款超市售价 48 元一盒，三家比价"),
            donor_name="",
            kind=Donor.Kind.PERSON.value,
            name_choice=Donation.NameChoice.ANONYMOUS.value,
            consents=frozenset(),
            expires_on=self.today - timedelta(days=HAMPERS - 20),
        )
        self._hand_out(gift, 40, 40, Beneficiaries.ELDERLY.value, f"{self.timeline.ago(HAMPERS):%Y-%m%d}")
        self.timeline.at(self.timeline.ago(SOLD), partial(self._sell, gift))

    def _sell(self, gift: InKindGift) -> None:
        """Sell what would not keep, and take the cash to the bank the same day."""
        sale = sell_goods(
            gift,
            quantity=20,
            proceeds=600_00,
            channel=Donation.Channel.CASH.value,
            day=clock.today(),
            token="demonstration-sale",  # noqa: S106  (a form's token, no secret)
            note="离到期只有两周，按半价卖给小区居民，收据存财务",
            by=self.finance,
        )
        deposit_cash(
            gift.host,
            sales=[sale.code],
            total=sale.proceeds,
            slip="CK-BIANMAI-01",
            day=clock.today(),
            handler=self.finance.name,
            token="demonstration-sold-cash",  # noqa: S106  (a form's token, no secret)
            by=self.finance,
        )

    def service(self) -> None:
        """A service with an invoice: it enters the books and is used up at once."""
        self._receive(
            "代家岗",
            "无障碍车出行 12 次",
            12,
            "次",
            Valuation(Basis.VOUCHER.value, voucher=1_440_00),
            nature=Nature.SERVICE.value,
            donor_name="渝南运输有限公司",
            place="",
        )

    def quilts(self) -> None:
        """Quilts, some of them wet: finance asks to write these off, another person is still to agree."""
        gift = self._receive(
            "沱湾",
            "棉被",
            40,
            "床",
            Valuation(Basis.PLATFORM.value, value=4_800_00, note="电商平台同款 120 元一床，三家均价"),
        )
        ask = partial(
            ask_write_off,
            gift,
            quantity=3,
            reason="库房漏雨，三床浸水发霉，社区和物业一起看过，有照片。",
            token="demonstration-loss",  # noqa: S106  (a form's token, no secret)
            by=self.finance,
        )
        self.timeline.at(self.timeline.ago(SPOILT), ask)

    def books(self) -> None:
        """Old books without a reliable price: in the register and on the page, never in the books of account."""
        self._receive(
            "新山村",
            "旧图书",
            130,
            "本",
            Valuation(Basis.NONE.value),
            donor_name="欧阳雪",
            kind=Donor.Kind.PERSON.value,
            place="社区书屋",
        )

    def stationery(self) -> None:
        """Stationery by the firm's invoice; the firm asks for its fiscal receipt, which finance is still to issue."""
        gift = self._receive(
            "百步梯",
            "学生文具包",
            80,
            "套",
            Valuation(Basis.VOUCHER.value, voucher=3_200_00),
            donor_name="重庆綦商贸易有限公司",
        )
        ask = partial(
            request_receipt,
            gift,
            name="重庆綦商贸易有限公司",
            kind=Donor.Kind.ORGANISATION.value,
            uscc=plan.USCC["匠心"],
            by=self.finance,
        )
        self.timeline.at(self.timeline.ago(ASKED), ask)


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay what is given in kind."""
    Goods(places, cast, timeline).lay()
