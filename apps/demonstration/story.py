"""Building the demonstration: eighteen months ending now, through the services, with the clock set."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from tqdm import tqdm

from apps.core import clock
from apps.demonstration import (
    after_giving,
    at_work,
    closing,
    committees,
    deciding,
    directed,
    filed_plans,
    files,
    fund_life,
    gifts,
    giving_together,
    goods,
    in_parts,
    monthly,
    objections,
    open_call,
    people,
    places,
    plan,
    promises,
    purchase,
    seeds,
)
from apps.demonstration.calling import CallStory
from apps.demonstration.gifts import GiftPlan
from apps.demonstration.money import Money, online
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.demonstration.walk import Walk
from apps.donations.models import Campaign, Donation
from apps.donations.services import save_campaign
from apps.funds.services import fold_totals
from apps.governance.services import close_due, follow_decided
from apps.grants.services import end_notices, settle_decided
from apps.ledger.rules import Draft, EntryKind, Line
from apps.ledger.services import close_month, post
from apps.seeding.services import match_gifts

EVENING = timedelta(hours=23)
MONTHS_LEFT_OPEN = 2
DAYS_IN_A_QUARTER = 92
REFUNDED = (
    (40, 1, 1, "重复付款，捐赠人要求退回"),
    (25, 1, 2, "金额多按了一个零"),
    (9, 1, 1, "捐赠人来电要求退回"),
)


def build(*, progress: bool = False, now: datetime | None = None) -> None:
    """Make the whole demonstration in an empty, migrated database. Raises `Refused` if the story breaks a rule."""
    if settings.IS_PRODUCTION:
        raise RuntimeError("The demonstration is not for production.")
    # Nothing kicks the workers while the story is told; the sweeps below do their work at the story's moments.
    current_app.conf.update(broker_url="memory://localhost", task_always_eager=False)
    now = now or datetime.now(UTC)
    first_day = clock.day_of(now) - timedelta(days=30 * plan.MONTHS)
    opening = clock.midnight(first_day) + timedelta(hours=9)
    with transaction.atomic(), online() as stand_in:
        timeline = Timeline(begin=opening, until=now)
        stand_in.store.now = lambda: timeline.moment.timestamp()
        with clock.set_to(opening):
            stage = places.load(first_day, progress=progress)
            cast = people.make(stage, first_day, clock.day_of(now))
            places.adopt_own_rules(stage.host, stage.by_name[plan.PILOTS[0]], first_day)
            campaign = _begin(stage, cast, first_day)
        money = Money(stage, stand_in, finance=cast.people["finance"], donor=cast.people["donor"])
        _lay(timeline, stage, cast, money, now)
        filed_plans.lay(stage, cast, timeline, campaign)
        days = (now - opening).days
        with tqdm(
            total=days, disable=not progress, desc="Telling the story", unit="day", mininterval=1
        ) as bar:
            timeline.run(lambda moment: bar.update((moment - opening).days - bar.n))
        timeline.moment = now
        with clock.set_to(now):
            fold_totals()
            closing.now_open(stage, cast, money)
            files.write(stage.host, settings.DATA_DIR / "files-to-import")
            fold_totals()
        stand_in.store.file = settings.DATA_DIR / "stand-in.json"
        with stand_in.store.changing():
            pass


def _begin(stage: Places, cast: Cast, day: date) -> Campaign:
    """The host's own money, the seed for the seven pilots, and the filed fundraising plan."""
    host = stage.host
    lines = (
        Line("bank_deposits", seeds.POTS, stage.general.code),
        Line("net_unrestricted", -seeds.POTS, stage.general.code),
    )
    post(Draft(EntryKind.OPENING.value, f"{host.code}:opening", host.code, day, lines, "自有资金期初"))
    seeds.start_up(stage, cast, day)
    return save_campaign(host, filed_plans.district(stage, day), by=None)


def _lay(timeline: Timeline, stage: Places, cast: Cast, money: Money, now: datetime) -> None:
    """Lay gifts by day, the sweeps of every evening, the months' ends and the projects' ways."""
    by_day: defaultdict[date, list[GiftPlan]] = defaultdict(list)
    for gift in gifts.make(stage.pilots, len(stage.funds), now=now):
        by_day[clock.day_of(gift.at)].append(gift)
    today = clock.day_of(now)
    for day, of_day in by_day.items():
        for gift in of_day:
            moment = (
                gift.at
                if day == today or gift.channel == "stripe"
                else clock.midnight(day) + timedelta(hours=17)
            )
            timeline.at(moment, partial(money.give, [gift]))
    day = min(by_day)
    while day <= today:
        timeline.at(clock.midnight(day) + timedelta(hours=18, minutes=5), _sweep)
        timeline.at(clock.midnight(day) + timedelta(minutes=5), _sweep)
        if day.day == 5:
            timeline.at(clock.midnight(day) + EVENING, money.pay_out)
        if day.day == 20:
            timeline.at(clock.midnight(day) + EVENING, partial(_month_end, stage, cast, day, today))
        day += timedelta(days=1)
    for days_ago, part, whole, reason in REFUNDED:
        timeline.at(now - timedelta(days=days_ago), partial(_refund_one, money, part, whole, reason))
    failing = GiftPlan(now, stage.pilots[0], 200_00, "stripe", "张三", False, "masked", "")
    timeline.at(now - timedelta(days=3), lambda: money.fail_online(failing))
    for project in plan.PROJECTS:
        Walk(project, places=stage, cast=cast, timeline=timeline).lay()
    CallStory(places=stage, cast=cast, timeline=timeline).lay()
    themes = (
        deciding, seeds, committees, fund_life, giving_together, goods, purchase, open_call, objections, at_work,
        in_parts, directed,
    )  # fmt: skip
    for theme in themes:
        theme.lay(stage, cast, timeline)
    monthly.lay(stage, cast, timeline, money)
    after_giving.lay(stage, cast, timeline, money)
    promises.lay(stage, cast, timeline, money)


def _sweep() -> None:
    """What the workers would do: close due votes, make awards, match gifts, end notices."""
    close_due()
    follow_decided()
    settle_decided()
    match_gifts()
    end_notices()


def _refund_one(money: Money, part: int, whole: int, reason: str) -> None:
    donation = (
        Donation.objects.filter(
            state=Donation.State.BOOKED, channel=Donation.Channel.STRIPE, refunded=0, amount__gte=100_00
        )
        .order_by("-booked_at")
        .first()
    )
    if donation is not None:
        money.give_back(donation, donation.amount * part // whole, reason)


def _month_end(stage: Places, cast: Cast, day: date, timeline_end: date) -> None:
    """Close the books of the month before last, and publish the quarter's reports when one has ended."""
    month = day.replace(day=1)
    for _turn in range(MONTHS_LEFT_OPEN):
        month = (month - timedelta(days=1)).replace(day=1)
    if month >= stage.general.opened_on.replace(day=1):
        close_month(stage.host.code, month, by=cast.people["finance"])
    if day.month in {1, 4, 7, 10}:
        is_newest = (timeline_end - day).days < DAYS_IN_A_QUARTER
        closing.publish_quarter(stage, cast, day, is_newest=is_newest)
