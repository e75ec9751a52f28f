"""A grant that is paid in three parts: a milestone is reported with a paper, accepted, and its part is paid."""

from functools import partial

from apps.core import clock
from apps.core.codes import new_code
from apps.demonstration.papers import paper
from apps.demonstration.people import Cast
from apps.demonstration.pictures import photograph
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.grants.models import Instalment, Payment
from apps.grants.services import accept, prepare_payment, release_document, release_payment
from apps.projects import rules
from apps.projects.models import Evidence, Project
from apps.projects.services import REPORT, file_evidence, send_file

COMMUNITY, TITLE, ORGANISATION = "孟家院", "楼道扶手和防滑条", "匠心"
# Days ago.
REPORTED, ACCEPTED, RELEASED, PREPARED, PAID = 64, 61, 61, 60, 59
PERSONS, PERSON_TIMES = 96, 140


class InParts:
    """Carries out what pays the second of three parts."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline) -> None:
        self.fund, self.timeline = places.by_name[COMMUNITY], timeline
        self.implementer = cast.implementers[ORGANISATION]
        self.secretary = cast.seats[self.fund.code]["secretary"][0]
        self.finance, self.second = cast.people["finance"], cast.people["finance2"]

    def lay(self) -> None:
        """Lay every step."""
        for days, hours, deed in (
            (REPORTED, 15, self.report),
            (ACCEPTED, 11, self.accept),
            (RELEASED, 12, self.release_paper),
            (PREPARED, 10, self.prepare),
        ):
            self.timeline.at(self.timeline.ago(days, hours), deed)

    def evidence(self) -> Evidence:
        """Return the report of the first milestone."""
        return Evidence.objects.select_related("project").get(project__title=TITLE, milestone__number=1)

    def report(self) -> None:
        """The implementer sends the trial's record ahead and files the report with it."""
        project = Project.objects.get(fund=self.fund, title=TITLE)
        code = new_code(REPORT, rules.CODE_LENGTH)
        send_file(
            project,
            report=code,
            key="demonstration0001",
            upload=paper(
                "扶手安装试用记录",
                number=f"{clock.today():%y%m}01",
                issuer="孟家院社区居民委员会",
                day=clock.today(),
                paragraphs=(
                    "1、2 单元 14 层楼道装好双侧扶手 168 米、防滑条 84 条。",
                    "逐层拉拽 100 公斤 10 秒，没有松动；扶手高 0.85 米，端头收圆。",
                    "居民试用三天，两处接头刮手，当天磨平。",
                ),
            ),
            by=self.implementer,
        )
        file_evidence(
            project,
            words="1、2 单元的扶手和防滑条装完，居民试用了三天。试用记录附后。",
            persons=PERSONS,
            person_times=PERSON_TIMES,
            photos=[photograph("stairs")],
            is_final=False,
            milestone=1,
            key=code,
            by=self.implementer,
        )

    def accept(self) -> None:
        """The secretary looks at the two stairways and accepts; the milestone's part falls due."""
        accept(self.evidence(), by=self.secretary)

    def release_paper(self) -> None:
        """The record names no person: the secretary lets everyone read it."""
        release_document(self.evidence().documents.get(), is_public=True, by=self.secretary)

    def prepare(self) -> None:
        """One in finance prepares the milestone's part, the other releases it the next morning."""
        part = Instalment.objects.get(grant__project__title=TITLE, milestone__number=1)
        payment = prepare_payment(part, by=self.finance)
        self.timeline.at(self.timeline.ago(PAID, 10), partial(self.pay, payment))

    def pay(self, payment: Payment) -> None:
        """The bank has paid."""
        release_payment(
            payment,
            paid_on=clock.today(),
            bank_reference=f"NB{clock.today():%Y%m%d}{payment.pk:05d}",
            by=self.second,
        )


def lay(places: Places, cast: Cast, timeline: Timeline) -> None:
    """Lay the second part's way."""
    InParts(places, cast, timeline).lay()
