"""Objections to grants: one that holds and is voted on anew, and one in a public notice that waits for its answer."""

from datetime import timedelta
from functools import partial

from apps.core import clock
from apps.demonstration.deciding import study
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.governance.models import Ballot
from apps.governance.services import cast as cast_ballot
from apps.governance.services import open_voting
from apps.grants.models import Grant, Objection
from apps.grants.services import object_to, uphold

# Days ago.
MADE, UPHELD, CLOSES, WAITING = 40, 37, 32, 1


class Objections:
    """Carries out what is objected and what follows."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.places, self.cast, self.timeline = places, cast, timeline

    def lay(self) -> None:
        """Lay both objections."""
        self.timeline.at(self.timeline.ago(MADE), self.about_work)
        self.timeline.at(self.timeline.ago(WAITING), self.in_notice)

    def _grant(self, name: str, title: str) -> Grant:
        return Grant.objects.get(fund=self.places.by_name[name], project__title=title)

    def about_work(self) -> None:
        """A resident asks why the rails cost more than next door; the chair lets the committee vote anew."""
        made = object_to(
            self._grant("孟家院", "楼道扶手和防滑条"),
            ground=Objection.Ground.AMOUNT,
            words="隔壁社区同样的扶手一米便宜三块，是不是没有比价？",
        )
        self.timeline.at(self.timeline.ago(UPHELD), partial(self.vote_anew, made))

    def vote_anew(self, made: Objection) -> None:
        """The committee looks at three offers and stands by its grant."""
        seats = self.cast.seats[self.places.by_name["孟家院"].code]
        secretary = seats["secretary"][0]
        answered = uphold(
            made,
            public_words="有居民问扶手单价有没有比过。",
            answer="当时只比了两家。已补第三家报价，附在项目页，请管委会重新表决。",
            remedy="revote",
            by=seats["voters"][0],
        )
        if answered.change is None or answered.change.motion is None:
            raise AssertionError("a new vote has a motion")
        motion = answered.change.motion
        study(motion, by=secretary)
        motion = open_voting(motion, closes_at=self.timeline.ago(CLOSES, 18), by=seats["voters"][0])
        for number, member in enumerate(seats["voters"][:6]):
            vote = partial(
                cast_ballot,
                motion,
                choice=Ballot.Choice.ABSTAIN if number == 1 else Ballot.Choice.YES,
                subject_hash=motion.subject_hash,
                by=member,
            )
            self.timeline.at(clock.now() + timedelta(hours=9 * (number + 1)), vote)

    def in_notice(self) -> None:
        """A neighbour objects while the notice runs; the notice stays open until it is answered."""
        object_to(
            self._grant("沱湾", "社区花园一起种"),
            ground=Objection.Ground.OTHER,
            words="花园离三栋窗户太近，夏天怕蚊子多，能不能往东边挪五米？",
        )


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay the objections."""
    Objections(places, cast, timeline).lay()
