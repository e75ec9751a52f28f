"""Gifts that come many at once: an event's list, a firm's people, donation boxes, a platform's file and its payout."""

import csv
import io
from datetime import datetime, timedelta
from functools import partial

from apps.core import clock, money
from apps.demonstration import also_given
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.donations.models import CollectionBox, Donation
from apps.donations.queries import campaign_for
from apps.donations.services import (
    BatchLine,
    book_batch,
    book_payout,
    count_box,
    declare_batch,
    place_box,
    sign_count,
)
from apps.donations.states import BatchKind
from apps.finance.rules.platform_titles import FIELDS, titles_of
from apps.finance.services import book_platform_file, confirm_platform_file, keep_platform_file
from apps.funds.models import Fund

PLATFORM = "tencent"
# Days ago.
EVENT, COLLECTIVE, BOXES, OPENED, SIGNED, COUNTED, DECLARED = 57, 49, 160, 31, 31, 2, 1
IMPORTED, PAID_OUT = 36, 29
NAMED, MASKED, NAMELESS = (
    choice.value
    for choice in (Donation.NameChoice.REAL, Donation.NameChoice.MASKED, Donation.NameChoice.ANONYMOUS)
)


class GivingTogether:
    """Carries out what finance writes down as a whole."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.places, self.timeline = places, timeline
        self.finance, self.second = cast.people["finance"], cast.people["finance2"]
        self.today = timeline.today

    def ago(self, days: int, hours: int = 15) -> datetime:
        """Return a moment of the day so many days ago."""
        return self.timeline.ago(days, hours)

    def lay(self) -> None:
        """Lay every step."""
        for days, deed in (
            (EVENT, self.event),
            (COLLECTIVE, self.collective),
            (BOXES, self.boxes),
            (IMPORTED, self.platform_file),
            (PAID_OUT, self.platform_pays),
            (DECLARED, self.declare_next),
        ):
            self.timeline.at(self.ago(days), deed)

    def event(self) -> None:
        """Money in envelopes at a neighbours' dinner, written down on one list."""
        lines = [
            BatchLine(
                row=row,
                amount=amount,
                name=name,
                name_choice=(NAMED if is_public else MASKED) if name else NAMELESS,
                is_organisation="合唱团" in name,
                message=message,
                publish_name=is_public,
                publish_amount=bool(name),
            )
            for row, (name, amount, is_public, message) in enumerate(also_given.EVENT, start=1)
        ]
        self._book(self.places.by_name["百步梯"], BatchKind.EVENT, "重阳坝坝宴现场募捐", "cash", lines)

    def collective(self) -> None:
        """A firm's people give together: one transfer, each a donor of their own."""
        lines = [
            BatchLine(row=row, amount=amount, name=name, name_choice=MASKED, publish_amount=True)
            for row, (name, amount) in enumerate(also_given.COLLECTIVE, start=1)
        ]
        self._book(self.places.by_name["菜坝"], BatchKind.COLLECTIVE, "南州建材经营部职工", "bank", lines)

    def _book(self, fund: Fund, kind: str, name: str, channel: str, lines: list[BatchLine]) -> None:
        batch = declare_batch(
            fund,
            kind=kind,
            name=name,
            channel=channel,
            day=clock.today(),
            count=len(lines),
            total=sum(line.amount for line in lines),
            campaign=campaign_for(fund),
            token=f"demonstration-batch-{kind}",
            by=self.finance,
        )
        book_batch(batch, lines, by=self.second)

    def declare_next(self) -> None:
        """Another list is announced; its rows are still being typed."""
        declare_batch(
            self.places.by_name["代家岗"],
            kind=BatchKind.COLLECTIVE,
            name="渝南运输有限公司职工",
            channel="bank",
            day=clock.today(),
            count=26,
            total=3_150_00,
            token="demonstration-batch-next",  # noqa: S106  (a form's token, no secret)
            by=self.finance,
        )

    def boxes(self) -> None:
        """Two boxes stand in the community; one was opened and booked, one waits for the second count."""
        fund = self.places.by_name["新山村"]
        hall = place_box(fund, place="社区大厅门口", by=self.finance)
        shop = place_box(fund, place="梨园路便民超市收银台", by=self.finance)
        self.timeline.at(self.ago(OPENED), partial(self.open_box, hall))
        self.timeline.at(self.ago(COUNTED), partial(self.open_last, shop))

    def open_box(self, box: CollectionBox) -> None:
        """One counts, the other counts again half an hour later and signs."""
        count = count_box(
            box,
            opened_on=clock.today(),
            total=also_given.BOX,
            token="demonstration-box-1",  # noqa: S106  (a form's token, no secret)
            denominations={10_000: 1, 5_000: 2, 2_000: 4, 1_000: 7, 500: 5, 100: 11, 50: 1},
            campaign=campaign_for(box.fund),
            by=self.finance,
        )
        later = clock.now() + timedelta(minutes=30)
        self.timeline.at(later, partial(sign_count, count, total=also_given.BOX, by=self.second))

    def open_last(self, box: CollectionBox) -> None:
        """This one was counted once."""
        count_box(
            box,
            opened_on=clock.today(),
            total=also_given.BOX_WAITING,
            token="demonstration-box-2",  # noqa: S106  (a form's token, no secret)
            denominations={5_000: 1, 2_000: 3, 1_000: 6, 500: 4, 100: 24},
            by=self.finance,
        )

    def platform_file(self) -> None:
        """Finance takes a platform's orders out of its pages; one row is refused with its reason."""
        fund = self.places.by_name["孟家院"].name
        rows = [
            (
                f"TX{number:010d}",
                f"{(self.today - timedelta(days=days)).isoformat()} 10:2{number}:00",
                money.written(amount).replace(",", ""),
                money.written(fee),
                fund,
                name,
                "公开" if is_public else "匿名",
                "公开" if is_public else "不公开",
                message,
                *("", "", ""),
                "支付成功",
            )
            for number, days, amount, fee, name, is_public, message in also_given.PLATFORM
        ]
        bad = (*rows[0][:4], "没有这个基金", *rows[0][5:])
        text = io.StringIO()
        titles = [titles_of(PLATFORM, field)[0] for field in FIELDS]
        csv.writer(text).writerows([titles, *rows, ("TX0000000099", *bad[1:])])
        kept = keep_platform_file(
            self.places.host,
            platform=PLATFORM,
            chunks=[text.getvalue().encode("gb18030")],
            filename="腾讯公益-订单明细.csv",
            by=self.finance,
        )
        confirm_platform_file(kept, by=self.finance)
        book_platform_file(kept.code)

    def platform_pays(self) -> None:
        """The platform pays out what it collected, less its fees."""
        net = sum(amount - fee for _number, _days, amount, fee, *_rest in also_given.PLATFORM)
        book_payout(
            self.places.host,
            amount=net,
            payout_id=f"TXGY{self.today:%Y%m}01",
            day=clock.today(),
            platform=PLATFORM,
            by=self.finance,
        )


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay what is given together."""
    GivingTogether(places, cast, timeline).lay()
