"""Quarterly reports, and what stands open on the last day."""

from datetime import date

from apps.core import clock
from apps.demonstration.gifts import GiftPlan
from apps.demonstration.money import Money
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.disclosure.services import draft_report, publish_report
from apps.donations.models import Donation
from apps.donations.services import start_gift
from apps.funds.models import Fund
from apps.funds.services import fold_totals

LATE_FUND = "菜坝"
MONTHS_IN_A_QUARTER = 3


def publish_quarter(places: Places, cast: Cast, day: date, *, is_newest: bool) -> None:
    """Draft and publish every fund's report for the quarter that ended before `day`; one fund is late."""
    fold_totals()
    year, quarter = (
        (day.year - 1, 4) if day.month == 1 else (day.year, (day.month - 1) // MONTHS_IN_A_QUARTER)
    )
    first_day = date(year, MONTHS_IN_A_QUARTER * (quarter - 1) + 1, 1)
    ended = Fund.objects.filter(pk__in=[fund.pk for fund in places.ending])
    ending = ended.exclude(closed_on__lt=first_day).order_by("pk")
    for fund in [*places.funds, *ending]:
        if is_newest and fund == places.by_name[LATE_FUND]:
            continue
        seats = cast.seats.get(fund.code)
        author = seats["secretary"][0] if seats else cast.people["finance"]
        report = draft_report(fund, quarter=f"{year}-Q{quarter}", by=author)
        publish_report(report, by=cast.people["admin"])


def now_open(places: Places, cast: Cast, money: Money) -> None:
    """Three announced transfers wait for the bank; one checkout page was left open."""
    for number, (community, amount, name) in enumerate(
        (("百步梯", 300_00, "李红梅"), ("沱湾", 1_000_00, "王䶮"), ("代家岗", 66_00, "郑谢袁"))
    ):
        start_gift(
            places.by_name[community],
            amount=amount,
            channel=Donation.Channel.BANK,
            name_choice=Donation.NameChoice.MASKED,
            form_token=f"demonstration-announced-{number}",
            name=name,
            contact="",
            consents=(),
        )
    money.count += 1
    left = GiftPlan(clock.now(), places.pilots[1], 50_00, "stripe", "", False, "anonymous", "")
    money.begin_online(left)
