"""A call that is open today, of two funds together: answers drafted, handed in, sent back, and some scored already."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from apps.core import clock
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.grants.services import draft_call, publish_call, return_application, review
from apps.projects import rules
from apps.projects.models import Call, Project
from apps.projects.queries import usual_sheet
from apps.projects.services import apply, submit
from apps.users.models import User

# Days ago; the call closes and the review ends in the days to come.
OPENED, CLOSES, REVIEW_UNTIL = 9, -6, -16
SCORERS = (2, 3)
QUESTIONS = (
    rules.Question(1, "冬天以后由谁接着管", rules.TEXT, is_required=True, limit=200, is_public=True),
    rules.Question(2, "有几位持证社工参加", rules.NUMBER, limit=50),
    rules.Question(3, "白天做还是晚上做", rules.CHOICE, choices=("白天", "晚上", "都有")),
)
ANSWERED = {1: "居民小组推两个人轮流管，社区每月看一次。", 2: "2", 3: "白天"}


@dataclass(frozen=True)
class Answer:
    """One answer: to which fund, by whom, what for, and how far it has come."""

    community: str
    organisation: str
    field: str
    title: str
    goal: str
    cost: int
    days_ago: int
    reaches: str


ANSWERS = (
    Answer(
        "百步梯", "启明", "children", "楼道里的小小图书角", "四个单元门厅各放一个书架，孩子轮流当管理员。",
        620_000, 7, "scored",
    ),
    Answer(
        "百步梯", "暖阳", "elderly", "给老人修一修家里的灯", "上门给 60 户老人换感应灯、修插座，电工志愿者来做。",
        780_000, 5, "submitted",
    ),
    Answer(
        "沱湾", "互助", "relief", "汛期邻里联络员", "每栋两名联络员，配雨衣、喇叭和应急包，汛前演练一次。",
        540_000, 5, "returned",
    ),
    Answer(
        "沱湾", "平安", "safety", "雨天防滑早提醒", "清早在石梯口值守，铺防滑垫，扶老人。", 360_000, 3, "submitted",
    ),
    Answer(
        "百步梯", "匠心", "social", "晾衣架统一修一遍", "把松动的晾衣架逐户检查加固，先做三栋。", 690_000, 2, "draft",
    ),
)  # fmt: skip


class OpenCall:
    """Lays the call's steps on the timeline."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.places, self.cast, self.timeline = places, cast, timeline
        self.today = timeline.today
        self.call: Call

    def lay(self) -> None:
        """Lay the call and its answers."""
        self.timeline.at(self.timeline.ago(OPENED), self.open)
        for answer in ANSWERS:
            self.timeline.at(self.timeline.ago(answer.days_ago, 16), partial(self.answer, answer))

    def open(self) -> None:
        """The host calls for both funds."""
        by = self.cast.people["admin"]
        call = draft_call(
            self.places.host,
            funds=[self.places.by_name[name] for name in ("百步梯", "沱湾")],
            kind=Call.Kind.CONTEST,
            title="邻里过冬小项目大赛",
            words="这个冬天，为邻居做一件看得见的小事。\n四个月里做完，居民说了算：评分表和结果都公开。",
            opens_at=clock.now(),
            closes_at=self.timeline.ago(CLOSES, 18),
            review_until=self.timeline.ago(REVIEW_UNTIL, 18),
            pot=2_000_000,
            smallest=200_000,
            largest=800_000,
            sheet=usual_sheet(()),
            questions=QUESTIONS,
            by=by,
        )
        self.call = publish_call(call, by=by)

    def answer(self, answer: Answer) -> None:
        """An organisation writes its answer, and goes on with it as far as it has come."""
        by = self.cast.implementers[answer.organisation]
        start = self.today + timedelta(days=35)
        project = apply(
            self.places.by_name[answer.community],
            organisation=self.cast.organisations[answer.organisation],
            call=self.call,
            title=answer.title,
            field=answer.field,
            goal=answer.goal,
            starts_on=start,
            ends_on=start + timedelta(days=100),
            persons=120,
            person_times=480,
            budget=[
                ("materials", "材料", answer.cost * 3 // 4),
                ("services", "志愿者保险和误餐", answer.cost - answer.cost * 3 // 4),
            ],
            parts={"community": "出场地、找人", "volunteer": "搭手、通知"},
            answers=ANSWERED,
            by=by,
        )
        if answer.reaches == "draft":
            return
        project = submit(project, by=by)
        seats = self.cast.seats[project.fund.code]
        if answer.reaches == "returned":
            send_back = partial(
                return_application,
                project,
                reason="请写清楚应急包放在哪里、谁来管。",
                by=seats["secretary"][0],
            )
            self.timeline.at(self.timeline.ago(answer.days_ago - 2), send_back)
        if answer.reaches == "scored":
            for number, place in enumerate(SCORERS):
                score = partial(self.score, project, seats["voters"][place], number)
                self.timeline.at(self.timeline.ago(answer.days_ago - 2, 12 + number), score)

    def score(self, project: Project, member: User, number: int) -> None:
        """One member scores."""
        points = {place: 7 + (place + number) % 3 for place in range(1, 6)}
        review(
            project,
            points=points,
            opinion="书从哪里来说得清楚，谁管也有人。",
            seen=project.text_hash,
            by=member,
        )


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay the call."""
    OpenCall(places, cast, timeline).lay()
