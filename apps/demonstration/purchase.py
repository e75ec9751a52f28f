"""A service that is bought from a list: two organisations offered, the call has closed, and the offers are open."""

from datetime import timedelta
from functools import partial

from apps.core import clock
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.grants.services import draft_call, publish_call
from apps.projects import rules
from apps.projects.models import Call
from apps.projects.queries import usual_sheet
from apps.projects.services import apply, submit

COMMUNITY = "百步梯"
# Days ago; the review ends in the days to come.
OPENED, CLOSED, REVIEW_UNTIL = 16, 4, -7
# What is wanted, at most for which price in fen; the hot meal's price is fixed.
ITEMS = (
    rules.Item(1, "上门助浴", "人次", 60, 120_00),
    rules.Item(2, "上门理发", "人次", 120, 25_00),
    rules.Item(3, "节日热饭", "份", 150, 18_00, is_fixed=True),
)
# Days ago, who, title, goal, and quantity and price by the list's numbers.
OFFERS: tuple[tuple[int, str, str, str, dict[int, tuple[int, int | None]]], ...] = (
    (
        12, "暖阳", "过冬上门照护（暖阳）", "两名护理员带浴床上门，洗前量血压；理发和送饭由社工顺路做。",
        {1: (60, 108_00), 2: (120, 20_00), 3: (150, None)},
    ),
    (
        7, "互助", "过冬上门照护（邻里互助会）", "本社区的低龄老人结对上门，护士跟着去助浴。",
        {1: (50, 96_00), 2: (120, 15_00), 3: (150, None)},
    ),
)  # fmt: skip


class Purchase:
    """Lays the purchase's steps on the timeline."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.cast, self.timeline = cast, timeline
        self.fund = places.by_name[COMMUNITY]
        self.secretary = cast.seats[self.fund.code]["secretary"][0]
        self.today = timeline.today
        self.call: Call

    def lay(self) -> None:
        """Lay the list and the offers."""
        self.timeline.at(self.timeline.ago(OPENED), self.open)
        for days, organisation, title, goal, offers in OFFERS:
            offer = partial(self.offer, organisation, title, goal, offers)
            self.timeline.at(self.timeline.ago(days, 15), offer)

    def open(self) -> None:
        """The secretary writes the list and makes it public."""
        call = draft_call(
            self.fund.host,
            funds=[self.fund],
            kind=Call.Kind.PURCHASE,
            title="老人过冬上门照护",
            words="给出不了门的老人买三样上门服务，冬至到立春做完。\n按清单报数量和单价，截止前谁也看不到别人的报价。",
            opens_at=clock.now(),
            closes_at=self.timeline.ago(CLOSED, 18),
            review_until=self.timeline.ago(REVIEW_UNTIL, 18),
            pot=1_500_000,
            smallest=100_000,
            largest=1_500_000,
            sheet=usual_sheet(()),
            items=ITEMS,
            by=self.secretary,
        )
        self.call = publish_call(call, by=self.secretary)

    def offer(
        self, organisation: str, title: str, goal: str, offers: dict[int, tuple[int, int | None]]
    ) -> None:
        """An organisation makes its offer, sealed until the call closes."""
        start = self.today + timedelta(days=25)
        by = self.cast.implementers[organisation]
        project = apply(
            self.fund,
            organisation=self.cast.organisations[organisation],
            call=self.call,
            title=title,
            field="elderly",
            goal=goal,
            starts_on=start,
            ends_on=start + timedelta(days=60),
            persons=60,
            person_times=330,
            budget=[],
            offers=offers,
            parts={"community": "排名单，陪着进门", "social_worker": "回访"},
            by=by,
        )
        submit(project, by=by)


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay the purchase."""
    Purchase(places, cast, timeline).lay()
