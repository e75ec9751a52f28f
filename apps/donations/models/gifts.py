"""Gifts, and what of them was given back."""

from django.db import models

from apps.core.sealing import unseal
from apps.donations.models.campaigns import Campaign
from apps.donations.models.donors import Donor
from apps.donations.models.plans import GivingPlan
from apps.donations.models.thanks import FundThanks
from apps.donations.rules import ANONYMOUS_NAME, dedication_words, spoken_name
from apps.donations.states import (
    Channel,
    DedicationKind,
    DonationState,
    NameChoice,
    RefundKind,
    RefundReason,
    RefundState,
)
from apps.funds.models import Fund, Host


class Donation(models.Model):
    """A gift to a fund, or to one of its restrictions."""

    Channel = Channel
    State = DonationState
    NameChoice = NameChoice
    DedicationKind = DedicationKind

    code = models.CharField(max_length=20)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="donations", db_index=False)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="donations", db_index=False)
    restriction = models.CharField(max_length=24)
    campaign = models.ForeignKey(
        Campaign, null=True, on_delete=models.PROTECT, related_name="donations", db_index=False
    )
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="donations")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    name_choice = models.CharField(max_length=10, choices=NameChoice.choices, default=NameChoice.ANONYMOUS)
    # What the public sees: written once from the name and the choice, rewritten when the choice changes.
    public_name = models.CharField(max_length=100, blank=True)
    # Only after a consent of its own. A hidden amount is whole in every total; this gift's own row is shown without it.
    shows_amount = models.BooleanField(default=False)
    message = models.CharField(max_length=100, blank=True)
    # For whom, or in whose name: sealed, and in the open only after a consent of its own.
    dedication_kind = models.CharField(max_length=4, choices=DedicationKind.choices, blank=True)
    dedication_sealed = models.TextField(blank=True)
    public_dedication = models.CharField(max_length=60, blank=True)
    # The provider's session and payment; a gift is known by its channel and payment id.
    session_id = models.CharField(max_length=100, blank=True)
    payment_id = models.CharField(max_length=100, null=True)
    # Written by the donor in the memo of a bank transfer.
    reference = models.CharField(max_length=20, null=True)
    started_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)
    day = models.DateField(null=True, help_text="accounting day")
    entered_by_id = models.BigIntegerField(null=True)
    # Who took the cash from the donor's hand; for staff only.
    handler = models.CharField(max_length=60, blank=True)
    # The code of the project or need the donor gave for; a wish that binds nothing (`queries.wish_of`).
    wish = models.CharField(max_length=20, blank=True)
    # The monthly gift of which this is one month.
    plan = models.ForeignKey(
        GivingPlan, null=True, on_delete=models.PROTECT, related_name="donations", db_index=False
    )
    # What the fund's committee said for it.
    thanks = models.ForeignKey(
        FundThanks, null=True, on_delete=models.PROTECT, related_name="donations", db_index=False
    )
    # The form's token: sent twice, it starts one gift.
    form_token = models.CharField(max_length=40, null=True)

    class Meta:
        # Booking changes what the lists are sorted by, so that PostgreSQL writes an entry into every index: a text has
        # none for LIKE, a reference or key that few gifts have stands only there, and a list's serves its first column.
        constraints = [
            models.UniqueConstraint(fields=["code"], name="donation_code"),
            models.UniqueConstraint(
                fields=["reference"], name="donation_reference", condition=models.Q(reference__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["form_token"], name="donation_form", condition=models.Q(form_token__isnull=False)
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="donation_positive"),
            models.CheckConstraint(
                condition=models.Q(refunded__gte=0, refunded__lte=models.F("amount")),
                name="refunded_within_amount",
            ),
            models.UniqueConstraint(fields=["payment_id", "channel"], name="donation_payment"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "started_at"],
                name="donation_open",
                condition=models.Q(state__in=["started", "pending"]),
            ),
            models.Index(fields=["fund", "state", "booked_at", "id"], name="donation_roll"),
            models.Index(fields=["host", "state", "booked_at", "id"], name="donation_latest"),
            models.Index(fields=["session_id"], name="donation_session"),
            models.Index(fields=["wish"], name="donation_wish", condition=~models.Q(wish="")),
            models.Index(
                fields=["campaign"], name="donation_campaign", condition=models.Q(campaign__isnull=False)
            ),
            models.Index(fields=["plan"], name="donation_plan", condition=models.Q(plan__isnull=False)),
            models.Index(fields=["thanks"], name="donation_thanks", condition=models.Q(thanks__isnull=False)),
        ]

    @property
    def left(self) -> int:
        """What could still be given back, in fen."""
        return self.amount - self.refunded

    @property
    def spoken_name(self) -> str:
        """The public name as the reader says it."""
        return spoken_name(self.public_name)

    @property
    def name_beside_amount(self) -> str:
        """The name to write where the amount stands: a donor who hides the amount is not named next to it."""
        return self.public_name if self.shows_amount else ANONYMOUS_NAME

    @property
    def dedication(self) -> str:
        """For whom or in whose name, as the donor wrote it; for finance and the donor only."""
        return unseal(self.dedication_sealed, context=f"gift:{self.code}:dedication")

    @property
    def spoken_dedication(self) -> str:
        """The dedication in words, as the donor meant it; for finance and the donor only."""
        return dedication_words(self.dedication_kind, self.dedication)


class Refund(models.Model):
    """Money given back, whole or in part."""

    State = RefundState
    Kind = RefundKind
    Why = RefundReason

    code = models.CharField(max_length=20, unique=True)
    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="refunds")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.REFUND)
    amount = models.BigIntegerField()
    # What a dispute costs on top, and what the fund could not pay and the host's general fund advanced.
    fee = models.BigIntegerField(default=0)
    short = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    # Empty for what was given back without us: in the provider's own pages, or by a dispute.
    why = models.CharField(max_length=12, choices=Why.choices, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    # The provider's own words about a refund it declined.
    failure = models.CharField(max_length=200, blank=True)
    # The provider's number of it, which another provider may give to another refund; the channel is the gift's.
    channel = models.CharField(max_length=10)
    provider_id = models.CharField(max_length=100, null=True)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField(null=True)
    # Who released or rejected a large refund that another person asked for.
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "channel"], name="refund_of_provider"),
            models.CheckConstraint(
                condition=models.Q(provider_id=None) | ~models.Q(channel=""), name="refund_says_whose_number"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=models.Q(fee__gte=0, short__gte=0, short__lte=models.F("amount") + models.F("fee")),
                name="refund_short_within",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by_id=None) | ~models.Q(decided_by_id=models.F("asked_by_id")),
                name="refund_decided_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], name="refund_open", condition=models.Q(state="asked", kind="refund")
            )
        ]
