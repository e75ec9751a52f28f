"""What is promised, passed on, wished and thanked for, and a donor who stood in the books twice."""

from datetime import timedelta
from functools import partial

from apps.core import clock
from apps.demonstration import also_given
from apps.demonstration.money import Money, hear
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.donations.custody import Basis, HandOverKind, Nature
from apps.donations.models import Consent, Custody, Donation, Donor, HandOver
from apps.donations.pledging import Due, PledgeForm
from apps.donations.services import (
    Handed,
    NewPledge,
    OfflineGift,
    ask_hand_over,
    merge_donors,
    open_payment,
    receive_pledged,
    record_offline,
    record_pledge,
    release_hand_over,
    settle,
    start_gift,
    take_custody,
)
from apps.grants.services import thank_donors
from apps.projects.models import Project

FIRM = "綦江区永通运输有限公司"
HANDED, PASSED_ON, ASKED_FOR = 8_000_00, 5_000_00, 2_000_00


class Promises:
    """Carries out each at its day."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline, money: Money) -> None:
        self.places, self.cast, self.timeline, self.money = places, cast, timeline, money
        self.finance, self.second = cast.people["finance"], cast.people["finance2"]
        self.today = timeline.today

    def lay(self) -> None:
        """Lay every step."""
        for days, deed in (
            (75, self.pledge),
            (44, self.custody),
            (27, self.twice_in_the_books),
            (12, self.wish),
            (9, self.thanks),
        ):
            self.timeline.at(self.timeline.ago(days), deed)

    def pledge(self) -> None:
        """A firm promises money in three parts; one came, one is late, one is to come."""
        first, second, third = (self.today + timedelta(days=days) for days in (-60, -5, 60))
        pledge = record_pledge(
            NewPledge(
                fund=self.places.by_name["三河街"],
                amount=also_given.PLEDGED * 3,
                plan=tuple(Due(day, also_given.PLEDGED) for day in (first, second, third)),
                form=PledgeForm.PUBLIC,
                pledged_on=clock.today(),
                token="demonstration-pledge",  # noqa: S106  (a form's token, no secret)
                name=FIRM,
                contact="yongtong@people.demo.example",
                kind=Donor.Kind.ORGANISATION,
                name_choice=Donation.NameChoice.REAL,
                consents=frozenset({Consent.Purpose.PUBLISH_NAME, Consent.Purpose.PUBLISH_AMOUNT}),
                note="重阳节在区电视台晚会上宣布",
            ),
            by=self.finance,
        )
        self.timeline.at(
            clock.midnight(first) + timedelta(hours=15),
            lambda: receive_pledged(
                pledge,
                amount=also_given.PLEDGED,
                channel=Donation.Channel.BANK,
                day=clock.today(),
                key="demonstration-pledge-1",
                by=self.finance,
            ),
        )

    def custody(self) -> None:
        """Colleagues collect for one patient: it is passed on, never a gift; part went on, part waits for a second."""
        held = take_custody(
            Handed(
                fund=self.places.general,
                nature=Nature.MONEY,
                amount=HANDED,
                principal="綦江区某中学工会",
                receiver="杨老师",
                basis=Basis.NAMED,
                day=clock.today(),
                token="demonstration-custody",  # noqa: S106  (a form's token, no secret)
                kind=Donor.Kind.ORGANISATION,
                meets_conditions=True,
                is_no_interested_party=True,
                note="同事为住院的老师凑的，只转交给本人。",
            ),
            by=self.finance,
        )
        self.timeline.at(self.timeline.ago(43, 15), partial(self.pass_on, held, PASSED_ON))
        self.timeline.at(self.timeline.ago(1, 15), partial(self._ask, held, ASKED_FOR))

    def _ask(self, held: Custody, amount: int) -> HandOver:
        return ask_hand_over(
            held,
            amount=amount,
            kind=HandOverKind.RECEIVER,
            account="杨老师 重庆农商行 0000 0000 0000 0301",
            token=f"demonstration-hand-over-{amount}",
            by=self.finance,
        )

    def pass_on(self, held: Custody, amount: int) -> None:
        """One in finance asks, the other looks at the account and releases."""
        asked = self._ask(held, amount)
        release = partial(release_hand_over, asked, by=self.second)
        self.timeline.at(clock.now() + timedelta(hours=1), release)

    def twice_in_the_books(self) -> None:
        """The same person gave at the hall and by transfer; finance rang them up and writes down that they are one."""
        rows = []
        for number, (amount, channel) in enumerate(
            zip(also_given.SAME_PERSON, (Donation.Channel.CASH, Donation.Channel.BANK), strict=True)
        ):
            gift = record_offline(
                OfflineGift(
                    fund=self.places.by_name["新山村"],
                    amount=amount,
                    channel=channel,
                    day=clock.today(),
                    key=f"demo-same-{number}",
                    name="覃光明",
                    contact="qinguangming@people.demo.example" if number else "",
                    name_choice=Donation.NameChoice.MASKED,
                ),
                by=self.finance,
            )
            if gift.donor is None:
                raise AssertionError("who gives a name is kept as a donor")
            rows.append(gift.donor)
        merge_donors(rows, host=self.places.host, reason="电话里核实过，是同一位捐赠人。", by=self.finance)

    def wish(self) -> None:
        """Somebody gives on a project's page: the money is the fund's, the project a wish."""
        project = Project.objects.select_related("fund").get(title="楼道扶手和防滑条")
        gift = start_gift(
            project.fund,
            amount=also_given.WISHED,
            channel=Donation.Channel.STRIPE,
            name_choice=Donation.NameChoice.ANONYMOUS,
            form_token="demonstration-wish",  # noqa: S106  (a form's token, no secret)
            consents={Consent.Purpose.PROVIDER_ABROAD.value},
            wish=project.code,
        )
        open_payment(gift)
        self.money.stand_in.pay(gift.session_id, method="wechat_pay")
        hear(self.money.stand_in)
        settle()

    def thanks(self) -> None:
        """The committee's secretary thanks everyone who gave until then."""
        fund = self.places.by_name["沱湾"]
        thank_donors(
            fund,
            gifts=None,
            words="物资点又添了 60 床铺盖，今年入冬不慌了。谢谢每一位！",
            token="demonstration-thanks",  # noqa: S106  (a form's token, no secret)
            by=self.cast.seats[fund.code]["secretary"][0],
        )


def lay(places: Places, cast: Cast, timeline: Timeline, money: Money) -> None:
    """Lay what is promised, passed on, wished and thanked for."""
    Promises(places, cast, timeline, money).lay()
