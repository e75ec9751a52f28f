"""Monthly giving: what a donor means to give each month, and what became of that."""

from django.core import signing
from django.db import models

from apps.core.sealing import unseal
from apps.donations.models.campaigns import Campaign
from apps.donations.models.donors import Donor
from apps.donations.rules import dedication_words
from apps.donations.states import Channel, DedicationKind, NameChoice, PlanRail, PlanReason, PlanState
from apps.funds.models import Fund, Host

SALT = "donations.plan"


class GivingPlan(models.Model):
    """A gift of every month. Each paid month is a `Donation` of its own that leads back here.

    The link with `token` opens it without signing in: who has the letter may steer the plan, and nothing else.
    """

    Rail = PlanRail
    State = PlanState
    Reason = PlanReason
    NameChoice = NameChoice

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="plans")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="plans")
    restriction = models.CharField(max_length=24)
    # The filed fundraising plan under which it began, and for which it counts while that runs; later months look for
    # their own.
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="plans")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="plans")
    rail = models.CharField(max_length=10, choices=Rail.choices)
    # By which way of paying its months are paid.
    channel = models.CharField(max_length=10, default=Channel.STRIPE)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTING)
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)
    amount = models.BigIntegerField()
    # The day of the month, in Asia/Shanghai; a shorter month's last one stands for it.
    day = models.PositiveSmallIntegerField()
    next_on = models.DateField(null=True)
    name_choice = models.CharField(max_length=10, choices=NameChoice.choices, default=NameChoice.ANONYMOUS)
    public_name = models.CharField(max_length=100, blank=True)
    # What each month's gift says and shows, as a `Donation` does; each after a consent that is for all months.
    shows_amount = models.BooleanField(default=False)
    message = models.CharField(max_length=100, blank=True)
    dedication_kind = models.CharField(max_length=4, choices=DedicationKind.choices, blank=True)
    dedication_sealed = models.TextField(blank=True)
    public_dedication = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    # The provider's page and subscription; empty for reminders.
    session_id = models.CharField(max_length=100, blank=True, db_index=True)
    subscription_id = models.CharField(max_length=100, null=True, unique=True)
    # What the provider has to be told: it knows everything once it has heard as many changes as there were.
    revision = models.PositiveIntegerField(default=0)
    sent_revision = models.PositiveIntegerField(default=0)
    shift_on = models.DateField(null=True, help_text="move the next payment to this day")
    form_token = models.CharField(max_length=40, null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="plan_positive"),
            models.CheckConstraint(condition=models.Q(day__gte=1, day__lte=31), name="plan_day_of_month"),
            models.CheckConstraint(
                condition=models.Q(sent_revision__lte=models.F("revision")), name="plan_heard_within_said"
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_at=None) ^ models.Q(state=PlanState.STOPPED),
                name="plan_stopped_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["rail", "next_on"],
                name="plan_due",
                condition=models.Q(state__in=["active", "past_due"]),
            )
        ]

    @property
    def dedication(self) -> str:
        """For whom or in whose name, as the donor wrote it; for finance and the donor only."""
        return unseal(self.dedication_sealed, context=f"plan:{self.code}:dedication")

    @property
    def spoken_dedication(self) -> str:
        """The dedication in words; for finance and the donor only."""
        return dedication_words(self.dedication_kind, self.dedication)

    @property
    def token(self) -> str:
        """What the link in a letter carries: the plan's code, signed; nothing personal."""
        return signing.Signer(salt=SALT).sign(self.code)


def plan_code(token: str) -> str:
    """Return the code that a link carries, "" unless we signed it."""
    try:
        return signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return ""


class PlanChange(models.Model):
    """One step in the history of a monthly gift: rows are only added."""

    plan = models.ForeignKey(GivingPlan, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    what = models.CharField(max_length=10)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=10, choices=PlanReason.choices, blank=True)
    by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "id"], name="plan_history")]
