"""Eighteen months of invented gifts: long-tailed amounts, festivals, anonymous givers, unusual names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from apps.core.clock import SHANGHAI
from apps.demonstration import also_given, plan

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕单解仇区"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英玉兰雪梅建国思远一诺子涵梓萱"
UNUSUAL = (
    "王䶮",
    "陈𠮷",
    "单雄信",
    "欧阳雪",
    "阿·买买提",
    "郑谢袁",
    "㐂多",
    "Anna Lee",
    "O'Brien",
    "司马青衫",
)
FIRMS = (
    "重庆綦商贸易有限公司",
    "綦江齿轮传动有限公司工会委员会",
    "重庆市綦江区东溪古镇文化旅游开发建设投资集团有限责任公司职工互助爱心基金会",
    "南州建材经营部",
    "渝南运输有限公司",
)
MESSAGES = (
    "给爷爷奶奶加个菜",
    "一点心意",
    "谢谢社工",
    "愿大家平安",
    "娃儿们好好读书",
    "",
    "",
    "",
    "",
    "",
    "",
)
FESTIVAL_MONTHS = {9: 2.6, 1: 1.5, 2: 1.7, 6: 1.2, 10: 1.3, 11: 1.2}
LADDER = (
    (10, 6), (20, 18), (50, 26), (66, 5), (88, 4), (100, 20), (200, 9), (300, 4), (500, 4), (1000, 2), (2000, 1),
)  # fmt: skip
ODD_AMOUNTS = (1, 10_000_07, 66_66)
FIRM_AMOUNTS = (5_000_00, 8_000_00, 10_000_00, 20_000_00, 30_000_00)
PILOT_SHARE = 0.62
# What the gifts of every day come to; the rest of the published figure is given in other ways.
DAILY_FEN = plan.RAISED_FEN - also_given.TOTAL
CHANNELS = (("stripe", "bank", "cash"), (46, 38, 16))


@dataclass(frozen=True)
class GiftPlan:
    """One gift: when, to the fund at which place in the list, how much (fen), by whom and how."""

    at: datetime
    fund: int
    amount: int
    channel: str
    name: str
    is_organisation: bool
    name_choice: str
    message: str
    is_lead: bool = False


def _moments(random: Random, last_day: date, now: datetime) -> list[datetime]:
    first = last_day - timedelta(days=30 * plan.MONTHS)
    days = [first + timedelta(days=n) for n in range((last_day - first).days + 1)]
    weights = [FESTIVAL_MONTHS.get(day.month, 1.0) for day in days]
    chosen = random.choices(days, weights, k=plan.GIFTS - len(plan.PROJECTS))
    moments = [
        datetime.combine(
            day, time(random.randint(7, 22), random.randint(0, 59), random.randint(0, 59)), SHANGHAI
        )
        for day in chosen
    ]
    # The newest are minutes and hours old, whenever the demonstration is made.
    fresh = [now - timedelta(minutes=minutes) for minutes in (6, 31, 95, 210)]
    return sorted([min(moment, now - timedelta(hours=5)) for moment in moments[len(fresh) :]] + fresh)


def _person(random: Random) -> str:
    if random.random() < 0.03:
        return random.choice(UNUSUAL)
    return random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))


def make(pilots: Sequence[int], funds: int, *, now: datetime, seed: int = 20210918) -> list[GiftPlan]:
    """Return the gifts in order of time; amounts add up to `DAILY_FEN`. `pilots` are places in the fund list."""
    random = Random(seed)  # noqa: S311  (a story, not a secret)
    moments = _moments(random, now.astimezone(SHANGHAI).date(), now)
    others = [n for n in range(funds) if n not in pilots and n != funds + plan.EMPTY_FUND]
    gifts = []
    for number, moment in enumerate(moments):
        is_firm = number % 13 == 5
        amount = (
            random.choice(FIRM_AMOUNTS) if is_firm else random.choices(*zip(*LADDER, strict=True))[0] * 100
        )
        if number < len(ODD_AMOUNTS):
            amount, is_firm = ODD_AMOUNTS[number], False
        choice = random.choices(("masked", "real", "anonymous"), (60, 32, 8))[0]
        # Every fund but the empty one has its first gift before chance decides.
        fund = random.choice(pilots if random.random() < PILOT_SHARE else others)
        # One fund falls asleep after its first gift: its neighbour gets what chance gives it.
        fund -= fund == funds + plan.IDLE_FUND
        gifts.append(
            GiftPlan(
                at=moment,
                fund=others[number] if number < len(others) else fund,
                amount=amount,
                channel="bank" if is_firm or number < len(ODD_AMOUNTS) else random.choices(*CHANNELS)[0],
                name=random.choice(FIRMS) if is_firm else _person(random),
                is_organisation=is_firm,
                name_choice="real" if is_firm and choice == "anonymous" else choice,
                message=random.choice(MESSAGES),
            )
        )  # fmt: skip
    return _levelled(sorted([*gifts, *_leads(pilots, now)], key=lambda gift: gift.at))


def _leads(pilots: Sequence[int], now: datetime) -> list[GiftPlan]:
    """A firm's gift goes before every project, so that its committee never promises what is not there."""
    places = dict(zip(plan.PILOTS, pilots, strict=True))
    return [
        GiftPlan(
            at=now - timedelta(days=project.started_days_ago + 4 + number, hours=3),
            fund=places[project.community],
            amount=-(-project.amount // 1_000_00) * 1_000_00,
            channel="bank",
            name=FIRMS[number % len(FIRMS)],
            is_organisation=True,
            name_choice="real",
            message="",
            is_lead=True,
        )
        for number, project in enumerate(plan.PROJECTS)
    ]


def _levelled(gifts: list[GiftPlan]) -> list[GiftPlan]:
    """Scale the firms' gifts, in whole hundreds of yuan, and let the last one carry the rest."""
    firms = [n for n, gift in enumerate(gifts) if gift.is_organisation and not gift.is_lead]
    people = sum(gift.amount for gift in gifts) - sum(gifts[n].amount for n in firms)
    wanted = DAILY_FEN - people
    planned = sum(gifts[n].amount for n in firms)
    for n in firms[:-1]:
        gifts[n] = _with(gifts[n], gifts[n].amount * wanted // planned // 100_00 * 100_00)
    rest = wanted - sum(gifts[n].amount for n in firms[:-1])
    gifts[firms[-1]] = _with(gifts[firms[-1]], rest)
    if rest <= 0 or sum(gift.amount for gift in gifts) != DAILY_FEN:
        raise AssertionError("the gifts must add up to the published figure")
    return gifts


def _with(gift: GiftPlan, amount: int) -> GiftPlan:
    return GiftPlan(**{**gift.__dict__, "amount": amount})
