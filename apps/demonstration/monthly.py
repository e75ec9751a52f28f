"""Monthly gifts: by card, taken by the provider; by a letter each month, which the donor answers; and one stopped."""

from datetime import date, datetime, timedelta
from functools import partial

from apps.core import clock
from apps.demonstration import also_given
from apps.demonstration.money import Money, hear
from apps.demonstration.people import Cast
from apps.demonstration.places import Places
from apps.demonstration.timeline import Timeline
from apps.donations.models import Consent, Donation, GivingPlan
from apps.donations.providers.stand_in.api import do_due
from apps.donations.providers.stand_in.subscriptions import a_month_after
from apps.donations.rules import next_month_day
from apps.donations.services import begin_plan, open_payment, open_plan, pay_month, remind, settle, stop_plan
from apps.donations.states import PlanRail
from apps.users.models import User

# Days ago. A hundred days hold the first month and three more on any calendar; sixty-six hold three letters.
CARD, REMINDER, STOPPED, STOPPED_AT = 100, 66, 58, 39
CONSENTS = (Consent.Purpose.PROVIDER_ABROAD.value,)


class Monthly:
    """Carries out the monthly gifts."""

    def __init__(self, places: Places, cast: Cast, timeline: Timeline, money: Money) -> None:
        self.places, self.cast, self.timeline, self.money = places, cast, timeline, money
        self.today = timeline.today

    def lay(self) -> None:
        """Lay the plans' beginnings."""
        self.timeline.at(self.timeline.ago(CARD), self.by_card)
        self.timeline.at(self.timeline.ago(REMINDER, 20), self.by_letter)
        self.timeline.at(self.timeline.ago(STOPPED, 20), self.one_stops)

    def _begin(
        self, community: str, amount: int, rail: str, name: str, contact: str, *, by: User | None
    ) -> GivingPlan:
        today = clock.today()
        return begin_plan(
            self.places.by_name[community],
            amount=amount,
            day=(today + timedelta(days=1)).day,
            rail=rail,
            name_choice=Donation.NameChoice.MASKED.value,
            form_token=f"demonstration-monthly-{amount:06d}",
            name=name,
            contact=contact,
            consents=CONSENTS,
            by=by,
        )

    def by_card(self) -> None:
        """The listed donor gives by card; each following month is taken at its moment."""
        donor = self.cast.people["donor"]
        plan = self._begin("百步梯", also_given.CARD, PlanRail.CARD.value, donor.name, donor.email, by=donor)
        open_plan(plan)
        self.money.stand_in.pay(plan.session_id, method="card")
        hear(self.money.stand_in)
        settle()
        first = moment = int(clock.now().timestamp())
        for _month in range(also_given.CARD_MONTHS - 1):
            moment = a_month_after(moment, first)
            self.timeline.at(datetime.fromtimestamp(moment, clock.SHANGHAI), self.take)

    def take(self) -> None:
        """The provider takes what is due now, and tells."""
        do_due(self.money.stand_in.store)
        hear(self.money.stand_in)
        settle()

    def by_letter(self) -> None:
        """A neighbour is asked by letter: two months are paid, the third letter waits."""
        plan = self._begin(
            "代家岗",
            also_given.REMINDED,
            PlanRail.REMINDER.value,
            "古正清",
            "gu@people.demo.example",
            by=None,
        )
        for number, day in enumerate(self._days(plan.day, clock.today())):
            self.timeline.at(clock.midnight(day) + timedelta(hours=8), remind)
            if number < also_given.REMINDED_MONTHS:
                self.timeline.at(
                    clock.midnight(day) + timedelta(hours=12, minutes=7), partial(self.pay, plan)
                )

    def _days(self, day: int, after: date) -> list[date]:
        found = [next_month_day(day, after=after)]
        while (following := next_month_day(day, after=found[-1])) <= self.today:
            found.append(following)
        return found

    def pay(self, plan: GivingPlan) -> None:
        """One tap in the letter, then the wallet."""
        plan = GivingPlan.objects.get(pk=plan.pk)
        gift = pay_month(plan)
        open_payment(gift)
        self.money.stand_in.pay(gift.session_id, method="alipay")
        hear(self.money.stand_in)
        settle()

    def one_stops(self) -> None:
        """Somebody begins by letter and stops before the second month."""
        plan = self._begin(
            "菜坝", 20_00, PlanRail.REMINDER.value, "喻小凤", "yu@people.demo.example", by=None
        )
        self.timeline.at(self.timeline.ago(STOPPED_AT), partial(stop_plan, plan, by=None))


def lay(places: Places, cast: Cast, timeline: Timeline, money: Money) -> None:
    """Lay the monthly gifts."""
    Monthly(places, cast, timeline, money).lay()
