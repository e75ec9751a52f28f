"""Seed money of the demonstration: the start-up sums, an autumn of matching, and rewards for results."""

from datetime import date, datetime, timedelta
from functools import partial

from apps.core import clock
from apps.demonstration import plan
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.funds.models import Approval
from apps.funds.services import pass_step, return_step
from apps.seeding.models import Application, Programme
from apps.seeding.rules import Ratio
from apps.seeding.services import (
    Applying,
    Matching,
    Reward,
    Step,
    apply,
    award,
    follow_approvals,
    hand_in_again,
    open_programme,
    pay_rewards,
    score,
)
from apps.seeding.states import RewardRule
from apps.users.models import Role, User

MATCHING_POT, MATCHING_PER_FUND = 6_000_00, 1_500_00
REWARD_POT, REWARD_PER_FUND = 20_000_00, 8_000_00
# What the host needs of its own money for all of them.
POTS = plan.SEED_FEN * len(plan.PILOTS) + MATCHING_POT + REWARD_POT
MATCHING_OPENS, MATCHING_CLOSES = 60, 15
REWARD_OPENS, REWARD_UNTIL = 40, 22
APPLICANTS = {"百步梯": (36, 27, 28), "新山村": (33, 25, 27), "三河街": (31, 24, 22), "沱湾": (24, 18, 20)}
TOWN_LEVEL, HOST_LEVEL = 4, 0
WORDS = "项目已经结项，居民评价在公开页上。奖补用于下一年的同类服务。"


def start_up(places: Places, cast: Cast, day: date) -> None:
    """Give the seven pilots what 綦江 gave them."""
    programme = open_programme(
        places.host,
        title="社区慈善基金启动资金",
        pot=plan.SEED_FEN * len(plan.PILOTS),
        per_fund=plan.SEED_FEN,
        document=f"綦慈〔{day.year}〕15号（演示）",
        opens_on=day,
        closes_on=day + timedelta(days=60),
        by=None,
    )
    for name in plan.PILOTS:
        award(programme, fund=places.by_name[name], by=cast.people["admin"])


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay the matching and the rewards on the timeline."""
    seeds = Seeds(places, cast, timeline)
    timeline.at(seeds.ago(MATCHING_OPENS), seeds.open_matching)
    timeline.at(seeds.ago(REWARD_OPENS), seeds.open_rewards)


class Seeds:
    """Carries out the two programmes, each step laying the next."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.places, self.cast, self.timeline = places, cast, timeline
        self.today = timeline.today
        self.rewards: Programme

    def ago(self, days: float, hours: int = 9) -> datetime:
        """Return a morning so many days ago."""
        return self.timeline.ago(int(days), hours)

    def open_matching(self) -> None:
        """Half of every gift on top, up to ¥100 a gift and a day, ¥1,500 a fund, until ¥6,000 are gone."""
        open_programme(
            self.places.host,
            title="金秋配捐",
            pot=MATCHING_POT,
            per_fund=MATCHING_PER_FUND,
            document=f"綦慈〔{self.today.year}〕31号（演示）",
            opens_on=clock.today(),
            closes_on=self.today - timedelta(days=MATCHING_CLOSES),
            matching=Matching(ratio=Ratio(1, 2), gift_min=10_00, gift_cap=100_00, day_cap=100_00),
            by=self.cast.people["admin"],
        )

    def open_rewards(self) -> None:
        """Funds apply with their results; the town looks first, then the district."""
        chain = (
            Step("街镇审核", Role.Kind.TOWN_COORDINATOR.value, TOWN_LEVEL, 10),
            Step("区里确认", Role.Kind.HOST_ADMIN.value, HOST_LEVEL, 10),
        )
        self.rewards = open_programme(
            self.places.host,
            title="社区慈善项目以奖代补",
            pot=REWARD_POT,
            per_fund=REWARD_PER_FUND,
            document=f"綦慈〔{self.today.year}〕33号（演示）",
            opens_on=clock.today(),
            closes_on=self.today + timedelta(days=30),
            applying=Applying(until=self.today - timedelta(days=REWARD_UNTIL), chain=chain),
            reward=Reward(
                rule=RewardRule.BANDS.value,
                criteria=(("居民满意度", 40), ("服务人次和覆盖", 30), ("资料齐全、账目清楚", 30)),
                results_from=self.today - timedelta(days=365),
                results_until=self.today - timedelta(days=REWARD_OPENS),
                bands=((90, 8_000_00), (75, 5_000_00), (60, 3_000_00)),
                pass_points=60,
            ),
            by=self.cast.people["admin"],
        )
        for number, name in enumerate(APPLICANTS):
            self.timeline.at(self.ago(REWARD_OPENS - 4 - number), partial(self.apply, name))

    def apply(self, name: str) -> None:
        """The secretary applies; the town answers two days later."""
        fund = self.places.by_name[name]
        by = self.cast.seats[fund.code]["secretary"][0]
        application = apply(self.rewards, fund=fund, words=WORDS, by=by)
        self.timeline.at(clock.now() + timedelta(days=2), partial(self.town_answers, name, application, by))

    def town_answers(self, name: str, application: Application, by: User) -> None:
        """One application is sent back once, to be completed; the others pass to the district."""
        approval = self._approval(application)
        town = approval.division_id[6:9]
        coordinator = self.cast.people["town" if town == "001" else f"town{town}"]
        if name == "三河街" and approval.round == 1:
            return_step(approval, reason="缺第四季度的巡查台账，请补齐再报。", by=coordinator)
            follow_approvals()
            self.timeline.at(
                clock.now() + timedelta(days=1), partial(self.apply_again, name, application, by)
            )
            return
        pass_step(approval, words="材料齐全。", by=coordinator)
        self.timeline.at(clock.now() + timedelta(days=2), partial(self.district_answers, name, application))

    def apply_again(self, name: str, application: Application, by: User) -> None:
        """What was missing is added, and the chain begins anew."""
        hand_in_again(application, words=f"{WORDS}第四季度台账已补。", by=by)
        self.timeline.at(clock.now() + timedelta(days=1), partial(self.town_answers, name, application, by))

    def district_answers(self, name: str, application: Application) -> None:
        """The district confirms, and two of the host's people score."""
        pass_step(self._approval(application), words="同意。", by=self.cast.people["admin"])
        follow_approvals()
        first = APPLICANTS[name]
        for person, points in (("finance", first), ("finance2", tuple(max(one - 1, 0) for one in first))):
            score(Application.objects.get(pk=application.pk), points=points, by=self.cast.people[person])
        if name == list(APPLICANTS)[-1]:
            pay = partial(pay_rewards, self.rewards, by=self.cast.people["admin"])
            self.timeline.at(self.ago(REWARD_UNTIL - 8), pay)

    def _approval(self, application: Application) -> Approval:
        return Approval.objects.get(code=Application.objects.get(pk=application.pk).approval_code)
