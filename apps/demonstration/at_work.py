"""What happens while a grant is at work: its agreement, what was paid out and done, and money that is asked back."""

from datetime import timedelta
from functools import partial

from apps.core import clock
from apps.demonstration.deciding import study
from apps.demonstration.doing import read_occasions
from apps.demonstration.papers import paper
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.governance.models import Ballot
from apps.governance.services import cast as cast_ballot
from apps.governance.services import open_voting
from apps.grants.models import Clawback, Grant
from apps.grants.services import (
    ask_back,
    ask_write_off,
    clear_voucher,
    draw_agreement,
    file_agreement,
    return_money,
    write_note,
)
from apps.projects.services import record_activity, record_expense
from apps.users.models import User

HANDRAIL, HEALTH, RELIEF = (
    ("孟家院", "楼道扶手和防滑条"),
    ("菜坝", "一老一小健康日"),
    ("沱湾", "邻里应急互助"),
)
# Budget line, days ago, payee, fen, whether everyone may see the voucher.
EXPENSES = (
    (0, 82, "重庆綦江恒固五金经营部", 6_300_00, True),
    (1, 71, "匠心安装队（两个班组）", 1_960_00, False),
    (0, 66, "重庆綦江恒固五金经营部", 2_100_00, True),
)
# Days ago, what, how many came, volunteers, their minutes together.
ACTIVITIES = (
    (88, "楼道议事：先装哪几栋、装在哪边", 37, 5, 600),
    (68, "请老人试扶手，量高度", 24, 4, 360),
)
ASKED, CAME_BACK = 1_800_00, 1_200_00


class AtWork:
    """Carries out what follows an award."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.places, self.cast, self.timeline = places, cast, timeline
        self.admin, self.finance = cast.people["admin"], cast.people["finance"]
        self.today = timeline.today

    def lay(self) -> None:
        """Lay every step."""
        for days, deed in (
            (96, self.agreement),
            (65, self.expenses),
            (64, self.visit),
            (70, self.ask),
            (42, partial(draw_for, self, *HEALTH)),
        ):
            self.timeline.at(self.timeline.ago(days), deed)
        for days, words, persons, volunteers, minutes in ACTIVITIES:
            held = partial(self.activity, words, persons, volunteers, minutes)
            self.timeline.at(self.timeline.ago(days, 16), held)

    def grant(self, name: str, title: str) -> Grant:
        """Return a fund's grant for a project."""
        return Grant.objects.select_related("project").get(
            fund=self.places.by_name[name], project__title=title
        )

    def officers(self, name: str) -> tuple[list[User], User]:
        """Return the voting members, the chair first, and the secretary of a fund."""
        seats = self.cast.seats[self.places.by_name[name].code]
        return seats["voters"], seats["secretary"][0]

    def agreement(self) -> None:
        """The agreement about the rails is signed on paper and kept; the work begins."""
        grant = self.grant(*HANDRAIL)
        drawn = draw_agreement(grant, by=self.admin)
        signed = paper(
            "资助协议（签字页）",
            number=drawn.code,
            issuer="重庆市綦江区慈善会",
            day=clock.today(),
            paragraphs=(
                "甲、乙、丙三方已签字盖章。",
                f"资助金额：¥{grant.amount // 100:,}.00，分期见协议正文。",
            ),
        )
        file_agreement(drawn, signed_on=clock.today(), upload=signed, by=self.admin)

    def expenses(self) -> None:
        """The implementer writes down what was paid out; the secretary shows the vouchers that name no person."""
        project = self.grant(*HANDRAIL).project
        lines = list(project.budget_lines.order_by("pk"))
        for number, (line, days, payee, amount, is_public) in enumerate(EXPENSES, start=1):
            day = self.today - timedelta(days=days)
            expense = record_expense(
                project,
                line=lines[line].pk,
                paid_on=day,
                payee=payee,
                amount=amount,
                voucher=paper(
                    "收款收据",
                    number=f"{day:%y%m}{number:04d}",
                    issuer=payee,
                    day=day,
                    paragraphs=(f"收到楼道扶手和防滑条项目款 ¥{amount // 100:,}.00。",),
                ),
                by=self.cast.implementers["匠心"],
            )
            if is_public:
                clear_voucher(expense, is_public=True, by=self.officers(HANDRAIL[0])[1])

    def activity(self, words: str, persons: int, volunteers: int, minutes: int) -> None:
        """Residents meet; nobody is named, and the secretary has read so."""
        project = self.grant(*HANDRAIL).project
        record_activity(
            project,
            held_on=clock.today(),
            words=words,
            persons=persons,
            volunteers=volunteers,
            minutes=minutes,
            by=self.cast.implementers["匠心"],
        )
        read_occasions(project, by=self.officers(HANDRAIL[0])[1])

    def visit(self) -> None:
        """The secretary goes and looks."""
        write_note(
            self.grant(*HANDRAIL).project,
            seen_on=clock.today(),
            words="去看了 3、4 单元，扶手装稳了，第 5 层的防滑条翘了一角，已请施工方补。",
            by=self.officers(HANDRAIL[0])[1],
        )

    def ask(self) -> None:
        """The audit found fewer parcels than were paid for: the host asks money back, and two thirds come."""
        clawback = ask_back(
            self.grant(*RELIEF),
            amount=ASKED,
            reason="结项审计核对签收单：应急物资包实发 274 个，比预算少 26 个，按单价退回。",
            by=self.admin,
        )
        self.timeline.at(self.timeline.ago(60), partial(self.comes_back, clawback))
        self.timeline.at(self.timeline.ago(52), partial(self.give_up, clawback))

    def comes_back(self, clawback: Clawback) -> None:
        """Finance finds it in the bank's statement."""
        return_money(
            clawback,
            amount=CAME_BACK,
            received_on=clock.today(),
            bank_reference=f"NB{clock.today():%Y%m%d}90001",
            by=self.finance,
        )

    def give_up(self, clawback: Clawback) -> None:
        """Eight parcels went out in the flood's night without a signature; the committee votes to let them be."""
        voters, secretary = self.officers(RELIEF[0])
        change = ask_write_off(
            clawback,
            reason="其中 8 个是涨水当夜发的，来不及签收，有三位志愿者作证；这部分不再追回。",
            by=voters[0],
        )
        if change.motion is None:
            raise AssertionError("a write-off has a motion")
        study(change.motion, by=secretary)
        motion = open_voting(change.motion, closes_at=self.timeline.ago(47, 18), by=voters[0])
        for number, member in enumerate(voters[:6]):
            vote = partial(
                cast_ballot,
                motion,
                choice=Ballot.Choice.NO if number == 4 else Ballot.Choice.YES,
                subject_hash=motion.subject_hash,
                by=member,
            )
            self.timeline.at(clock.now() + timedelta(hours=9 * (number + 1)), vote)


def draw_for(story: AtWork, name: str, title: str) -> None:
    """Draw an agreement that still waits for the signatures."""
    draw_agreement(story.grant(name, title), by=story.admin)


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay what happens at work."""
    AtWork(places, cast, timeline).lay()
