"""Decisions of every kind but grants: rules, purposes, budgets, elections, closing, and a meeting with its minutes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from apps.core import canonical, clock
from apps.demonstration.people import Cast, someone
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.funds.models import Approval, Fund, PurposeChange
from apps.funds.services import pass_step, return_step
from apps.funds.states import Field
from apps.governance.models import Ballot, Meeting, Motion, PartyReview, Seat
from apps.governance.queries import minutes_content, seats_of, voting_seats, way_of
from apps.governance.services import (
    Given,
    Nomination,
    Proposal,
    call_meeting,
    cast_many,
    draft_minutes,
    end_meeting,
    open_voting,
    proposals,
    record_attendance,
    record_study,
    send_to_study,
    sign,
    table_proposal,
    write_opinion,
)
from apps.governance.services import cast as cast_ballot
from apps.users.models import User

VOTE_DAYS, CLOSING_HOUR = 4, 18
MEETING_NOTICE_DAYS = 4


@dataclass(frozen=True)
class DecisionPlan:
    """One invented decision: where, how many days ago it was tabled, what, and how it ends.

    `answer` is what the level above says where it is asked: `pass`, `return`, or nothing yet.
    """

    community: str
    days_ago: int
    propose: Callable[["Decision"], Proposal]
    no_votes: int = 0
    abstentions: int = 0
    answer: str = "pass"
    at_meeting: bool = False
    is_signed: bool = True
    opinion: str = ""


class Decision:
    """Lays one decision on the timeline, each step laying the next."""

    def __init__(self, plan: DecisionPlan, *, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.plan = plan
        self.fund: Fund = places.by_name[plan.community]
        self.cast = cast
        self.timeline = timeline
        seats = cast.seats[self.fund.code]
        self.chair, self.voters = seats["voters"][0], seats["voters"]
        self.secretary, self.supervisor = seats["secretary"][0], seats["supervisor"][0]
        self.begin = timeline.ago(plan.days_ago, 11)
        self.motion: Motion

    def lay(self) -> None:
        """Lay the first step."""
        self.timeline.at(self.begin, self.table)

    def after(self, days: float) -> datetime:
        """Return the moment `days` after the beginning."""
        return self.begin + timedelta(days=days)

    def table(self) -> None:
        """The chair tables it; where the rules ask for it, the party organisation studies it the same evening."""
        self.motion = table_proposal(self.fund, self.plan.propose(self), by=self.chair)
        study(self.motion, by=self.secretary)
        if self.plan.at_meeting:
            self.timeline.at(self.after(0.1), self.call)
        else:
            self.timeline.at(self.after(0.3), self.open)

    def open(self) -> None:
        """The chair opens the vote, and the members vote over the next days."""
        closes = clock.midnight(clock.day_of(self.after(VOTE_DAYS))) + timedelta(hours=CLOSING_HOUR)
        self.motion = open_voting(self.motion, closes_at=closes, by=self.chair)
        if self.plan.opinion:
            write_opinion(
                self.motion.committee, text=self.plan.opinion, motion=self.motion, by=self.supervisor
            )
        # Who was elected meanwhile votes in the place of who left.
        roll = [seat.user for seat in voting_seats(self.fund)]
        voters = [user for user in self.voters if user in roll]
        voters += [user for user in roll if user not in voters]
        for number, (member, choice) in enumerate(zip(reversed(voters), self._choices(), strict=False)):
            vote = partial(
                cast_ballot,
                self.motion,
                choice=choice,
                subject_hash=self.motion.subject_hash,
                by=member,
            )
            self.timeline.at(self.after(0.5 + 0.4 * number), vote)
        if self.plan.answer:
            self.timeline.at(self.after(VOTE_DAYS + 2), self.answer)

    def _choices(self) -> list[str]:
        choices = [Ballot.Choice.NO.value] * self.plan.no_votes
        choices += [Ballot.Choice.ABSTAIN.value] * self.plan.abstentions
        return choices + [Ballot.Choice.YES.value] * (len(self.voters) - len(choices))

    def answer(self) -> None:
        """The level above answers, if it was asked."""
        for approval in Approval.objects.filter(subject_code=self.motion.code, state=Approval.State.OPEN):
            if self.plan.answer == "return":
                return_step(
                    approval, reason="请补充施工单位的资质和保修条款再报。", by=self.cast.people["admin"]
                )
            else:
                pass_step(approval, words="同意。", by=self.cast.people["admin"])

    def call(self) -> None:
        """The secretary calls a meeting some days ahead."""
        starts = clock.midnight(clock.day_of(self.after(MEETING_NOTICE_DAYS))) + timedelta(hours=15)
        meeting = call_meeting(
            self.motion.committee,
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            place=f"{self.fund.division.name.removesuffix('居民委员会')}二楼议事厅",
            agenda=[self.motion],
            by=self.secretary,
        )
        self.timeline.at(starts + timedelta(minutes=10), partial(self.meet, meeting))

    def meet(self, meeting: Meeting) -> None:
        """They meet, raise their hands, one votes on paper and one by phone; the minutes are signed the next day."""
        record_attendance(
            meeting, seats=list(seats_of(self.fund)), guests="街镇社会事务办一人", by=self.secretary
        )
        self.motion = open_voting(self.motion, closes_at=meeting.ends_at, meeting=meeting, by=self.chair)
        channels = [Ballot.Channel.PAPER, Ballot.Channel.PHONE] + [Ballot.Channel.HAND] * len(self.voters)
        answers = [
            Given(seat, choice, channel.value)
            for seat, choice, channel in zip(voting_seats(self.fund), self._choices(), channels, strict=False)
        ]
        cast_many(
            self.motion,
            answers,
            subject_hash=self.motion.subject_hash,
            witness=self.supervisor,
            by=self.secretary,
        )
        self.timeline.at(clock.now() + timedelta(hours=1), partial(end_meeting, meeting, by=self.chair))
        self.timeline.at(clock.now() + timedelta(days=1), partial(self.sign, meeting))

    def sign(self, meeting: Meeting) -> None:
        """Chair and supervisor sign the minutes; some wait for the supervisor."""
        minutes = draft_minutes(Meeting.objects.get(pk=meeting.pk), by=self.secretary)
        fingerprint = canonical.sha256_hex(canonical.canonical_json(minutes_content(minutes)))
        for person in (self.chair, self.supervisor) if self.plan.is_signed else (self.chair,):
            minutes = sign(minutes, content_hash=fingerprint, by=person)


def study(motion: Motion, *, by: User) -> None:
    """Let the community's party organisation study a motion where the rules in force ask for it."""
    if not way_of(motion).study:
        return
    record_study(
        send_to_study(motion, by=by),
        held_on=clock.today(),
        took_part="社区党委书记、委员四人，小区党支部书记两人",
        opinion=PartyReview.Opinion.MATTERS_RAISED,
        raised="符合居民需要。请在公示时说清楚怎样联系承办单位。",
        by=by,
    )


def _own_rules(one: Decision) -> Proposal:
    return proposals.rule_change(
        one.fund,
        title=f"{one.fund.name}议事细则",
        document="管委会表决通过（演示）",
        clauses={"notice_days": (10, "第三条"), "vote_days_min": (4, "第五条")},
        effective_from=clock.day_of(one.after(VOTE_DAYS + 3)),
        reason="去年有两位邻居说公示时间太短，看到的时候已经过了。",
    )


def _budget(one: Decision) -> Proposal:
    year = clock.today().year
    lines = {Field.CHILDREN.value: 30_000_00, Field.ELDERLY.value: 16_000_00, Field.SOCIAL.value: 6_000_00}
    return proposals.budget(one.fund, year=year, lines=lines, reason="按去年的捐款和今年的需求排。")


def _election(one: Decision) -> Proposal:
    leaving = Seat.objects.get(committee__fund=one.fund, user=one.voters[-1])
    newcomer = someone(one.fund, "elected", "石大芳")
    first = clock.day_of(one.after(VOTE_DAYS + 1))
    return proposals.election(
        one.fund,
        nominations=[Nomination(newcomer, Seat.Office.MEMBER, Seat.Kind.RESIDENT, leaving)],
        from_day=first,
        until_day=first + timedelta(days=2 * 365),
        reason="原来的居民委员搬走了，三个楼栋推选一位接替。",
    )


def _purpose(one: Decision) -> Proposal:
    restriction = one.fund.restrictions.filter(is_general=False).first()
    return proposals.purpose_change(
        one.fund,
        restriction=restriction,
        purpose=f"{restriction.purpose if restriction else one.fund.purpose}，含维修和保养",
        basis=PurposeChange.Basis.CONSENT if restriction else PurposeChange.Basis.FILING,
        reference="捐赠人书面同意书 3 份（演示）" if restriction else "备案变更（演示）",
        dated=clock.today(),
        reason="装好的东西要有人修，原来的用途没有写维修。",
    )


def _closing(one: Decision) -> Proposal:
    return proposals.closing(
        one.fund,
        reason="有委员提议并入街镇基金，省一套账。",
        receiver=one.fund.host.funds.filter(state="open").exclude(pk=one.fund.pk).order_by("pk").last(),
        surplus="并入古南街道范围内用途相同的社区慈善基金。",
    )


def _open_day(one: Decision) -> Proposal:
    return proposals.text(
        title="每月 8 日为基金公开日",
        text="每月 8 日下午，专职社工在社区大厅摆出当月账本和项目照片，邻居随时来问。",
        is_major=False,
    )


def _photos(one: Decision) -> Proposal:
    return proposals.text(
        title="项目照片一律不拍正脸",
        text="实施方交的照片不拍受助人正脸和门牌，已经公开的逐张检查。",
        is_major=False,
    )


def _benches(one: Decision) -> Proposal:
    return proposals.text(
        title="河边的两张长椅先修还是先换",
        text="赞成的是先修：花费少，这个月就能坐；反对的想等明年一起换新的。",
        is_major=False,
    )


def _dinner(one: Decision) -> Proposal:
    return proposals.text(
        title="重阳坝坝宴的收支在楼栋群里逐笔公布",
        text="现场募捐名单、买菜发票和结余，三天内发到十二个楼栋群，由监督员核对。",
        is_major=False,
    )


DECISIONS = (
    DecisionPlan("沱湾", 150, _own_rules, no_votes=1, opinion="程序合规。建议把细则贴到公示栏。"),
    DecisionPlan("新山村", 240, _budget, abstentions=1),
    DecisionPlan("三河街", 95, _election, no_votes=1),
    DecisionPlan("百步梯", 75, _purpose, opinion="捐赠人同意书三份我都看过原件。"),
    DecisionPlan("孟家院", 12, _purpose, abstentions=1, answer=""),
    DecisionPlan("代家岗", 60, _closing, no_votes=5),
    DecisionPlan("菜坝", 45, _open_day, at_meeting=True, no_votes=1),
    DecisionPlan("百步梯", 33, _photos),
    DecisionPlan(
        "三河街", 40, _benches, no_votes=3, abstentions=1, opinion="两种办法的花费都写清楚了，程序合规。"
    ),
    DecisionPlan("百步梯", 14, _dinner, at_meeting=True, abstentions=1, is_signed=False),
)


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay every decision."""
    for plan in DECISIONS:
        Decision(plan, places=places, cast=cast, timeline=timeline).lay()
