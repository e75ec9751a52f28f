"""What becomes of committees: appointment papers, a substitute called up, a vacancy, a hand-over done and one begun."""

from datetime import date, timedelta
from functools import partial

from apps.core import clock
from apps.demonstration.papers import paper
from apps.demonstration.people import TERM, VOTING_KINDS, Cast, someone
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.funds.models import Fund
from apps.governance.models import Committee, HandOver, Seat
from apps.governance.services import (
    SeatPlan,
    call_up,
    confirm_hand_over,
    declare_kin,
    end_seat,
    file_appointment,
    prepare_hand_over,
    seat,
)
from apps.users.models import User

# Days ago.
APPOINTED, SUBSTITUTES, LEFT, CALLED_UP, VACANT = 170, 210, 74, 70, 20
PREPARED, OUTGOING, INCOMING, PAPER = 44, 41, 40, 37
BEGUN, AGREED = 3, 2
PAPERS = "印章使用登记本一册\n2025 年以来的会议纪要原件\n捐赠人感谢信存根\n社区大厅公示栏钥匙两把"


class Committees:
    """Carries out what becomes of the committees, each at its day."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.places, self.cast, self.timeline = places, cast, timeline

    def lay(self) -> None:
        """Lay every step."""
        for days, deed in (
            (APPOINTED, partial(self.appoint, "百步梯", 3)),
            (SUBSTITUTES, self.name_substitutes),
            (LEFT, partial(self.leave, "新山村", Seat.Ending.MOVED)),
            (CALLED_UP, self.call_up),
            (VACANT, partial(self.leave, "菜坝", Seat.Ending.RESIGNED)),
            (PREPARED, self.hand_over),
            (PAPER, partial(self.appoint, "代家岗", 11)),
            (BEGUN, self.begin_hand_over),
        ):
            self.timeline.at(self.timeline.ago(days), deed)

    def _fund(self, name: str) -> tuple[Fund, Committee]:
        fund = self.places.by_name[name]
        return fund, Committee.objects.get(fund=fund)

    def appoint(self, name: str, number: int) -> None:
        """The street's paper of appointment is filed with its scan."""
        fund, committee = self._fund(name)
        day = clock.today() - timedelta(days=2)
        written = f"社区任〔{day.year}〕{number:02d}号（演示）"
        file_appointment(
            committee,
            number=written,
            issuer="街道办事处（演示）",
            issued_on=day,
            upload=paper(
                f"关于{fund.name}管委会组成人员的通知",
                number=written,
                issuer="街道办事处",
                day=day,
                paragraphs=(
                    f"经居民代表会议推选、社区党组织审核，同意{fund.name}管委会由七名委员组成，另设秘书一名、监督员一名。",
                    "委员不领报酬，任期按基金管理办法执行。名单见基金公开页。",
                ),
            ),
            by=self.cast.people["admin"],
        )

    def name_substitutes(self) -> None:
        """Two residents stand ready, in order."""
        fund, committee = self._fund("新山村")
        last_day = committee.seats.earliest("pk").until_day
        for rank, name in enumerate(("牟春梅", "敖光明"), start=1):
            seat(
                committee,
                user=someone(fund, f"substitute{rank}", name),
                office=Seat.Office.SUBSTITUTE,
                kind=Seat.Kind.RESIDENT,
                from_day=clock.today(),
                until_day=last_day,
                rank=rank,
                by=self.cast.people["admin"],
            )

    def leave(self, name: str, why: str) -> None:
        """The last resident's seat becomes vacant."""
        fund, _committee = self._fund(name)
        voters = self.cast.seats[fund.code]["voters"]
        left = Seat.objects.get(committee__fund=fund, user=voters.pop(), ended_at=None)
        end_seat(left, reason=why, by=self.cast.people["admin"])

    def call_up(self) -> None:
        """The first substitute takes the vacant seat for the rest of its term."""
        fund, committee = self._fund("新山村")
        first = committee.seats.get(office=Seat.Office.SUBSTITUTE, rank=1)
        given = call_up(first, by=self.cast.seats[fund.code]["secretary"][0])
        self.cast.seats[fund.code]["voters"].append(given.user)

    def hand_over(self) -> None:
        """One committee's term is over: half of it goes on, the rest is new, both chairs confirm."""
        fund, committee = self._fund("代家岗")
        seats = self.cast.seats[fund.code]
        outgoing = seats["voters"][0]
        seats["voters"] = self._next(fund, seats["voters"])
        made = self._prepare(fund, committee, by=seats["secretary"][0])
        self.timeline.at(
            self.timeline.ago(OUTGOING), partial(confirm_hand_over, made, side="outgoing", by=outgoing)
        )
        self.timeline.at(
            self.timeline.ago(INCOMING),
            partial(confirm_hand_over, made, side="incoming", by=seats["voters"][0]),
        )

    def begin_hand_over(self) -> None:
        """Another is prepared; the coming chair agrees, the chair who sits (a listed sign-in) is still to confirm."""
        fund, committee = self._fund("沱湾")
        seats = self.cast.seats[fund.code]
        coming = self._next(fund, seats["voters"])
        before, seats["voters"] = seats["voters"], coming
        made = self._prepare(fund, committee, by=seats["secretary"][0])
        seats["voters"] = before
        self.timeline.at(
            self.timeline.ago(AGREED), partial(confirm_hand_over, made, side="incoming", by=coming[0])
        )

    def _next(self, fund: Fund, voters: list[User]) -> list[User]:
        """Return the coming voters: a member becomes chair, three go on, the others are new."""
        names = ("穆清", "覃永红", "鲜于兰")
        fresh = [someone(fund, f"next{number}", name) for number, name in enumerate(names)]
        return [voters[1], *fresh, *voters[4:]]

    def _prepare(self, fund: Fund, committee: Committee, *, by: User) -> HandOver:
        seats = self.cast.seats[fund.code]
        plans = [
            SeatPlan(user, Seat.Office.MEMBER if number else Seat.Office.CHAIR, kind)
            for number, (user, kind) in enumerate(zip(seats["voters"], VOTING_KINDS, strict=True))
        ]
        plans.append(SeatPlan(seats["secretary"][0], Seat.Office.SECRETARY, Seat.Kind.SOCIAL_WORKER))
        plans.append(SeatPlan(seats["supervisor"][0], Seat.Office.SUPERVISOR, Seat.Kind.RESIDENT))
        return prepare_hand_over(
            committee,
            size=len(VOTING_KINDS),
            plans=plans,
            until_day=_years_on(clock.today()),
            papers=PAPERS,
            by=by,
        )


def _years_on(day: date) -> date:
    """Return the last day of a whole term that begins some days after `day`."""
    return day + TERM - timedelta(days=1)


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay what becomes of the committees, and two members who say that they are kin."""
    story = Committees(places, cast, timeline)
    story.lay()
    voters = cast.seats[places.by_name["三河街"].code]["voters"]
    timeline.at(timeline.ago(APPOINTED), partial(declare_kin, voters[2], other=voters[3], by=voters[2]))
