"""How funds live and end: one asleep, one closed with its surplus, one merged, and some asked for and not yet open."""

from datetime import datetime, timedelta
from functools import partial

from apps.core import clock
from apps.demonstration import also_given, plan
from apps.demonstration.papers import paper
from apps.demonstration.people import Cast
from apps.demonstration.places import VILLAGE_OFFICE, Places, villages
from apps.demonstration.timeline import Timeline
from apps.divisions.models import Division
from apps.donations.models import Consent, Donation, Donor
from apps.donations.services import OfflineGift, record_many
from apps.finance.models import Cleanup
from apps.finance.services import close_fund, merge_funds, publish_surplus, record_cleanup
from apps.funds.models import Approval, Fund, FundApplication
from apps.funds.services import (
    adopt_rulebook,
    application_decided,
    apply_for_fund,
    draw_agreement,
    pass_step,
    return_step,
)
from apps.funds.states import FundKind, RuleLevel

YUAN = 100
# Days ago.
GIVEN, CLOSED, PUBLISHED, MERGED, REMINDED, NEW_RULES = 290, 96, 30, 130, 25, 118
TOLD = (
    "旱情结束，镇里和慈善会商定终止。基金收到两笔捐赠，没有发生支出。"
    "剩余 9,200 元转给目的相近的石角社区慈善基金，用于应急救助。"
)
# Place among the villages of 古南街道, days ago, and how far it has come.
ASKED = ((1, 6, "waits"), (2, 16, "town"), (3, 28, "returned"), (4, 40, "signed"))


class FundLife:
    """Carries out what happens to the funds, each at its day."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.places, self.cast, self.timeline = places, cast, timeline
        self.today = timeline.today
        self.admin = cast.people["admin"]

    def ago(self, days: float, hours: int = 10) -> datetime:
        """Return a moment of the day so many days ago."""
        return self.timeline.ago(int(days), hours)

    def lay(self) -> None:
        """Lay every step."""
        for days, deed in (
            (GIVEN, self.give),
            (NEW_RULES, self.new_rules),
            (MERGED, self.merge),
            (CLOSED, self.close),
            (REMINDED, self.remind),
        ):
            self.timeline.at(self.ago(days), deed)
        for place, days, reaches in ASKED:
            self.timeline.at(self.ago(days, 11), partial(self.ask, place, days, reaches))

    def give(self) -> None:
        """The two funds that will end have their gifts."""
        givers = ("石角镇商会", "石角镇干部职工", "綦江区在外务工青年联谊会", "村里三户人家")
        amounts = (*also_given.ENDED_FUND, *also_given.MERGED_FUND)
        first, second = self.places.ending
        record_many(
            [
                OfflineGift(
                    fund=fund,
                    amount=amount,
                    channel=Donation.Channel.BANK,
                    day=clock.today(),
                    key=f"demo-ending-{number}",
                    name=name,
                    name_choice=Donation.NameChoice.REAL,
                    kind=Donor.Kind.ORGANISATION,
                    consents=frozenset(
                        {Consent.Purpose.PUBLISH_NAME.value, Consent.Purpose.PUBLISH_AMOUNT.value}
                    ),
                )
                for number, (fund, amount, name) in enumerate(
                    zip((first, first, second, second), amounts, givers, strict=True)
                )
            ],
            by=self.cast.people["finance"],
        )

    def merge(self) -> None:
        """The village became part of a community; its fund goes on in the community's."""
        village = self.places.ending[1]
        merge_funds(
            [village],
            successor=self.places.by_name["新山村"],
            document="古南街道村改居批复（演示），两个管理方的补充协议",
            reason="村并入新山村社区，两本账并成一本，少一套人管。",
            joined=True,
            by=self.admin,
        )

    def close(self) -> None:
        """The drought is over; what is left goes to a fund with a similar purpose in the same town."""
        done = close_fund(
            self.places.ending[0],
            receiver=self.places.by_name["石角"],
            reason="抗旱结束。石角社区慈善基金也做应急救助，目的相近，地域相同。",
            document=f"綦慈〔{self.today.year}〕26号（演示）",
            by=self.admin,
        )
        self.timeline.at(self.ago(PUBLISHED), partial(publish_surplus, done, report=TOLD, by=self.admin))

    def remind(self) -> None:
        """Two funds are asleep; the host reminds one of them, whose people give a plan by telephone."""
        asleep: Fund = self.places.funds[plan.IDLE_FUND]
        record_cleanup(
            asleep, step=Cleanup.Step.REMINDED, words="电话提醒社区，请一个月内给出用款计划。", by=self.admin
        )
        later = partial(
            record_cleanup,
            asleep,
            step=Cleanup.Step.PLAN,
            words="社区回复：先成立管委会，再征集一次需求，年底前提出第一个项目。",
            by=self.admin,
        )
        self.timeline.at(self.ago(REMINDED - 9), later)

    def new_rules(self) -> None:
        """The street writes a second version of its rules and lays the document beside it."""
        day = clock.today()
        title, number = "古南街道社区慈善基金管理办法（修订）", f"古南街办〔{day.year}〕27号（演示）"
        adopt_rulebook(
            self.places.host,
            level=RuleLevel.TOWN,
            division=Division.objects.get(code=f"{plan.DISTRICT}001"),
            title=title,
            document=number,
            clauses={
                "major_grant_fen": (20_000 * YUAN, "第六条"),
                "vote_days_min": (3, "第五条"),
                "refund_second_fen": (800 * YUAN, "第九条"),
            },
            effective_from=day + timedelta(days=2),
            issued_on=day,
            uploads=[
                paper(
                    title,
                    number=number,
                    issuer="古南街道办事处",
                    day=day,
                    paragraphs=(
                        "第五条　表决开放不少于三天。",
                        "第六条　一次资助超过两万元的，按重大事项表决。",
                        "第九条　一笔捐赠退款合计超过八百元的，一人提出，另一人复核。",
                        "其余各条不变。",
                    ),
                )
            ],
            by=self.cast.people["town"],
        )

    def ask(self, place: int, days: int, reaches: str) -> None:
        """A village asks for a fund; the town reviews, the district confirms."""
        village = villages(f"{plan.DISTRICT}001")[place]
        short = village.name.removesuffix(VILLAGE_OFFICE)
        application = apply_for_fund(
            self.places.host,
            kind=FundKind.COMMUNITY,
            division=village,
            name=f"{short}慈善基金",
            purpose="养老服务、儿童关爱：先做留守老人的午饭和孩子的暑假",
            startup=12_000 * YUAN,
            applicant=f"{short}{VILLAGE_OFFICE}",
            committee="村党支部书记（村两委）\n村民代表三人（居民）\n在外老板一人（捐赠人）\n监督员：村务监督委员会主任",
            by=self.cast.people["applicant"],
        )
        if reaches == "waits":
            return
        approval = Approval.objects.get(subject_code=application.code)
        if reaches == "returned":
            answer = partial(
                return_step,
                approval,
                reason="拟任管委会没有写居民委员怎样推选，请补上。",
                by=self.cast.people["town"],
            )
        else:
            answer = partial(pass_step, approval, words="情况属实。", by=self.cast.people["town"])
        self.timeline.at(self.ago(days - 4), answer)
        if reaches == "signed":
            self.timeline.at(self.ago(days - 8), partial(self.confirm, approval, application))
        elif reaches == "returned":
            self.timeline.at(self.ago(days - 4, 11), partial(application_decided, approval.code))

    def confirm(self, approval: Approval, application: FundApplication) -> None:
        """The district confirms, and the host draws the agreement; the signed sheet is still to come."""
        pass_step(approval, words="同意。", by=self.admin)
        application_decided(approval.code)
        draw_agreement(
            application,
            number=f"綦慈专基〔{self.today.year}〕101号",
            end_conditions="连续十二个月没有活动，或者管委会决议终止并报慈善会同意。",
            surplus="转给古南街道范围内目的相近的社区慈善基金。",
            signed_on=clock.today(),
            by=self.admin,
        )


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay what happens to the funds."""
    FundLife(places, cast, timeline).lay()
