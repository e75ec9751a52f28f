"""Every read of monthly gifts."""

from django.db.models import F, Q, QuerySet, Sum

from apps.core import clock
from apps.donations.models import Campaign, Consent, Donation, Donor, GivingPlan, plan_code
from apps.donations.providers import registry
from apps.donations.queries.gifts import campaign_for, is_open_for
from apps.donations.queries.own import of_giver
from apps.donations.rules import Giver, is_phone, month_key, normal_contact
from apps.donations.states import DonationState, PlanRail, PlanState
from apps.funds.models import Fund
from apps.funds.queries import gifts_refused, takes_gifts

RUNNING = (PlanState.ACTIVE, PlanState.PAST_DUE)
# How many payment pages a month may have, one after the other.
ATTEMPTS = 30


def plans_of(giver: Giver) -> QuerySet[GivingPlan]:
    """Return the giver's own monthly gifts, the running ones first. Each has a `token` for its pages."""
    return _whole(GivingPlan.objects.filter(of_giver(giver, "donor__")))


def plans_of_donor(donor: Donor) -> QuerySet[GivingPlan]:
    """Return the monthly gifts of a donor."""
    return _whole(GivingPlan.objects.filter(donor=donor))


def plan_of_token(token: str) -> GivingPlan | None:
    """Return the monthly gift that a link opens; None for a link that is not ours."""
    code = plan_code(token)
    return _whole(GivingPlan.objects.filter(code=code)).first() if code else None


def _whole(rows: QuerySet[GivingPlan]) -> QuerySet[GivingPlan]:
    return rows.select_related("fund__host", "host", "donor", "campaign").order_by(
        F("stopped_at").desc(nulls_first=True), "-pk"
    )


def may_give_now(fund: Fund) -> bool:
    """Whether a month may be given now: the fund takes gifts, and a filed fundraising plan is in date."""
    return campaign_for(fund) is not None


def campaign_of_month(plan: GivingPlan) -> Campaign | None:
    """Return the filed plan that a month of today counts for: the one it began under while that runs, else the fund's.

    A month that the bank took already and that no plan stands for any more stays with the first.
    """
    first = plan.campaign
    if first is not None and is_open_for(first, plan.fund):
        return first
    return campaign_for(plan.fund) or first


def keys_of_month(plan: GivingPlan, month: str) -> list[str]:
    """Return the keys of the gifts that may pay for a month (`2026-11`), in the order in which they are tried."""
    return [month_key(f"{plan.code}:{month}:{attempt}") for attempt in range(ATTEMPTS)]


def month_is_paid(plan: GivingPlan, month: str) -> bool:
    """Whether a month that is asked for is paid, or being paid."""
    states = [DonationState.PENDING, DonationState.BOOKED]
    return plan.donations.filter(form_token__in=keys_of_month(plan, month), state__in=states).exists()


def number_of(plan: GivingPlan) -> str:
    """Return the phone number by which a donor of monthly gifts is texted; "" for all others.

    A number by which nobody ever gave is not texted, so that nobody can have the site write to strangers.
    """
    contact = normal_contact(plan.donor.contact)
    if not is_phone(contact):
        return ""
    gave = Donation.objects.filter(
        donor__contact_index=plan.donor.contact_index, donor__erased_at=None, state=DonationState.BOOKED
    )
    return contact if gave.exists() else ""


def why_not_now(fund: Fund) -> str:
    """Return the sentence why no month may be given now; "" when the filed plan alone is missing."""
    return "" if takes_gifts(fund) else gifts_refused(fund)


def is_agreed(plan: GivingPlan) -> bool:
    """Whether the donor's consents stand that its way of paying needs, as for a provider abroad (PIPL 39).

    Erasing a donor takes every consent back, and ends a plan that needs none.
    """
    way = registry.way_of(plan.channel)
    if way is None or plan.donor.erased_at is not None:
        return False
    rows = Consent.objects.filter(
        donor=plan.donor_id, donation_code=plan.code, purpose__in=way.consents, withdrawn_at=None
    )
    return not way.consents or set(rows.values_list("purpose", flat=True)) == set(way.consents)


def given_by(plan: GivingPlan) -> tuple[int, int]:
    """Return (how many months, net fen) a monthly gift has come to."""
    rows = Donation.objects.filter(plan=plan, state=DonationState.BOOKED)
    sums = rows.aggregate(gross=Sum("amount", default=0), back=Sum("refunded", default=0))
    return rows.count(), sums["gross"] - sums["back"]


def plans_to_send() -> QuerySet[GivingPlan]:
    """Return the plans of which the provider has not heard the last change."""
    return GivingPlan.objects.filter(rail=PlanRail.CARD, sent_revision__lt=F("revision")).order_by("pk")


def plans_to_remind() -> QuerySet[GivingPlan]:
    """Return the plans whose donor is to be asked for this month."""
    due = GivingPlan.objects.filter(
        rail=PlanRail.REMINDER, state=PlanState.ACTIVE, next_on__lte=clock.today()
    )
    return due.order_by("pk")


def plans_to_look_after() -> QuerySet[GivingPlan]:
    """Return the running plans whose fund takes no gifts or whose donor is gone; the caller judges each."""
    return (
        _whole(GivingPlan.objects.filter(Q(state__in=RUNNING) | Q(state=PlanState.PAUSED)))
        .select_related("fund__host", "fund__division", "host", "donor")
        .order_by("pk")
    )


def plans_to_ask() -> QuerySet[GivingPlan]:
    """Return the card plans whose next payment should have been heard of by now, and those never begun."""
    late = Q(state__in=RUNNING, next_on__lt=clock.today())
    begun = Q(state=PlanState.STARTING) & ~Q(session_id="")
    return GivingPlan.objects.filter(late | begun, rail=PlanRail.CARD).order_by("pk")
