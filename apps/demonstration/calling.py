"""One call of the demonstration: three answers, scored by the committee, one passed over and two to choose from."""

from datetime import timedelta
from functools import partial

from apps.core import clock
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.grants.services import draft_call, not_choose, publish_call, review
from apps.projects.models import Call, Project
from apps.projects.queries import usual_sheet
from apps.projects.services import apply, submit
from apps.users.models import User

COMMUNITY = "百步梯"
# Days ago: opened, answered, closed, scored, review ended, one answered.
OPENED, ANSWERED, CLOSED, SCORED, ENDED, TOLD = 22, 18, 12, 9, 5, 3
# Key of the organisation, field, title, goal, what it costs (fen), and what each scorer gives of ten.
ANSWERS = (
    ("暖阳", "elderly", "老人防跌倒小改造", "给 20 户独居老人家里装扶手、换防滑垫。", 480_000, 8),
    ("启明", "children", "周末科学角", "每个周末给 15 个孩子上一次动手课，共 8 次。", 360_000, 7),
    ("平安", "social", "楼栋广场舞音响", "给三个楼栋各配一套音响，晚上一起跳舞。", 450_000, 4),
)
REASON = "这次钱先用在老人和孩子身上。音响扰民的担心还没有办法，想好了再报。"


class CallStory:
    """Lays the call's steps on the timeline."""

    def __init__(self, *, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.cast, self.timeline = cast, timeline
        self.fund = places.by_name[COMMUNITY]
        self.secretary = cast.seats[self.fund.code]["secretary"][0]
        self.voters = cast.seats[self.fund.code]["voters"]
        self.call: Call
        self.answers: list[Project] = []

    def lay(self) -> None:
        """Lay the steps, each at its day."""
        for days, step in (
            (OPENED, self.open),
            (ANSWERED, self.answer),
            (SCORED, self.score),
            (TOLD, self.tell),
        ):
            self.timeline.at(self.timeline.ago(days), step)

    def open(self) -> None:
        """The secretary writes the call and makes it public."""
        call = draft_call(
            self.fund.host,
            funds=[self.fund],
            kind=Call.Kind.VENTURE,
            title="冬季微创投",
            words="给身边人做一件小事：三个月做得完，一次花不了几千块。\n居民、社会组织、志愿服务队一起想办法的优先。",
            opens_at=clock.now(),
            closes_at=self.timeline.ago(CLOSED),
            review_until=self.timeline.ago(ENDED),
            pot=900_000,
            smallest=100_000,
            largest=500_000,
            sheet=usual_sheet(()),
            by=self.secretary,
        )
        self.call = publish_call(call, by=self.secretary)

    def answer(self) -> None:
        """Three organisations apply."""
        for key, field, title, goal, cost, _points in ANSWERS:
            start = self.timeline.today + timedelta(days=30)
            project = apply(
                self.fund,
                organisation=self.cast.organisations[key],
                call=self.call,
                title=title,
                field=field,
                goal=goal,
                starts_on=start,
                ends_on=start + timedelta(days=80),
                persons=40,
                person_times=160,
                budget=[("materials", "材料和器材", cost)],
                parts={"community": "出场地、找人", "volunteer": "搭手、通知"},
                by=self.cast.implementers[key],
            )
            self.answers.append(submit(project, by=self.cast.implementers[key]))

    def score(self) -> None:
        """The committee's members score, one after the other."""
        for number, member in enumerate(self.voters[:5]):
            self.timeline.at(clock.now() + timedelta(hours=number + 1), partial(self.give, member, number))

    def give(self, member: User, number: int) -> None:
        """One member scores all answers."""
        for project, (*_facts, usual) in zip(self.answers, ANSWERS, strict=True):
            points = {place: min(usual + (place + number) % 3, 10) for place in range(1, 6)}
            review(project, points=points, opinion="看过，按表打的分。", seen=project.text_hash, by=member)

    def tell(self) -> None:
        """The answer that does not fit is told why; the others wait for the committee's choice."""
        not_choose(self.answers[-1], reason=REASON, by=self.secretary)
