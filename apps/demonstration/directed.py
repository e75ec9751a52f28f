"""Directed fundraising: the host asks its own council and members; one gave and was told, a late name waits."""

from datetime import timedelta

from apps.core import clock
from apps.demonstration import also_given
from apps.demonstration.people import UNLISTED, Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.donations.directed import Capacity
from apps.donations.models import DirectedAppeal
from apps.donations.roster import RosterLine
from apps.donations.services.directed import audience, giving, links, telling, writing
from apps.donations.states import Channel, NameChoice

COMMUNITY, PURPOSE = "新山村", "儿童书屋"
# Days ago.
WRITTEN, OPENED, GIVEN, TOLD, ADDED, ENDS = 48, 46, 38, 9, 2, -30
# Name, capacity, whether it is an organisation.
AUDIENCE = (
    ("冯启贤", Capacity.FOUNDER, False),
    ("郝润芝", Capacity.COUNCIL, False),
    ("汪德荣", Capacity.COUNCIL, False),
    ("綦江区茶业商会", Capacity.MEMBER, True),
    ("龚玉梅", Capacity.MEMBER, False),
)
LATE = ("綦江区油茶合作社", Capacity.MEMBER, True)
GIVER = "汪德荣"


class Directed:
    """Carries out the appeal."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.fund, self.timeline = places.by_name[COMMUNITY], timeline
        self.admin, self.finance = cast.people["admin"], cast.people["finance"]
        self.today = timeline.today
        self.appeal: DirectedAppeal

    def lay(self) -> None:
        """Lay every step."""
        for days, deed in (
            (WRITTEN, self.write),
            (OPENED, self.open),
            (GIVEN, self.give),
            (TOLD, self.tell),
            (ADDED, self.add),
        ):
            self.timeline.at(self.timeline.ago(days), deed)

    def write(self) -> None:
        """The administrator writes what is asked for, and whom."""
        host = self.fund.host
        text = writing.AppealText(
            name="给新山村的孩子添书",
            purpose="新山村社区儿童书屋的书旧了，借的孩子多了一倍。",
            use_of_money="全部用于儿童书屋买书、修书架。",
            use_plan="募到以后两个月内买第一批，明年春天买第二批。",
            surplus="有结余的，留在新山村社区慈善基金的儿童书屋用途里。",
            starts_on=clock.today(),
            ends_on=self.today - timedelta(days=ENDS),
            roster="理事会名册和会员名册（演示）",
            responsible="慈善会办公室",
            contact=host.contact,
            bank_account=f"{host.name} 0000 0000 0000 0001（演示）",
            restriction=self.fund.restrictions.get(purpose=PURPOSE).code,
            expected=20_000_00,
        )
        self.appeal = writing.write_appeal(
            self.fund,
            text,
            token="demonstration-appeal",  # noqa: S106  (a form's token, no secret)
            by=self.admin,
        )
        lines = [self.line(number, *who) for number, who in enumerate(AUDIENCE, start=1)]
        audience.invite_all(self.appeal, lines, by=self.admin)

    def line(self, number: int, name: str, capacity: Capacity, is_organisation: bool) -> RosterLine:
        """Return one line of the register."""
        return RosterLine(number, name, f"asked{number}@{UNLISTED}", capacity.value, is_organisation)

    def open(self) -> None:
        """Finance compares the names with the register and opens the appeal; everyone gets a link."""
        self.appeal = writing.open_appeal(self.appeal, by=self.finance)
        links.send_links(self.appeal, by=self.admin)

    def give(self) -> None:
        """A council member gives by transfer; finance finds it in the bank."""
        asked = self.appeal.invitees.select_related("appeal__host", "appeal__fund__host")
        invitee = next(one for one in asked if one.name == GIVER)
        received = giving.Received(
            amount=also_given.DIRECTED,
            channel=Channel.BANK.value,
            day=clock.today(),
            name_choice=NameChoice.MASKED.value,
            message="让娃儿们多看点新书",
        )
        giving.record_directed(
            invitee,
            received,
            token="demonstration-directed",  # noqa: S106  (a form's token, no secret)
            by=self.finance,
        )

    def tell(self) -> None:
        """Who gave is told what came, and that nothing is used yet (Charity Law, article 80)."""
        telling.tell_givers(
            self.appeal,
            until=clock.today(),
            used=0,
            used_for="还没有用。书单正在社区征求孩子和家长的意见，定下来就买第一批。",
            token="demonstration-told",  # noqa: S106  (a form's token, no secret)
            by=self.admin,
        )

    def add(self) -> None:
        """A new member is added, and waits for somebody else to compare the name with the register."""
        audience.invite(self.appeal, self.line(len(AUDIENCE) + 1, *LATE), by=self.admin)


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay the appeal."""
    Directed(places, cast, timeline).lay()
