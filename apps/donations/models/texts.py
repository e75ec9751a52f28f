"""Text messages that wait to be sent: no number and no text stands here, only what they are about."""

from django.db import models

from apps.donations.models.gifts import Donation
from apps.donations.models.inkind import InKindGift
from apps.donations.models.plans import GivingPlan
from apps.donations.states import TextKind


class ThankText(models.Model):
    """A donor who left a phone number and no e-mail address is thanked for a gift by one text message."""

    donation = models.OneToOneField(Donation, on_delete=models.PROTECT, related_name="thank_text")
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # Empty until it was sent, given up or became pointless.
    closed_at = models.DateTimeField(null=True)
    was_sent = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="thank_text_due", condition=models.Q(closed_at=None))]


class PlanText(models.Model):
    """What a donor of monthly gifts who left a phone number and no e-mail address is told; the same `key` once."""

    plan = models.ForeignKey(GivingPlan, on_delete=models.PROTECT, related_name="texts")
    key = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # Empty until it was sent, given up or became pointless.
    closed_at = models.DateTimeField(null=True)
    was_sent = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="plan_text_once")]
        indexes = [models.Index(fields=["due_at"], name="plan_text_due", condition=models.Q(closed_at=None))]

    @property
    def asks(self) -> bool:
        """Whether it asks for a month, else it tells how the plan stands."""
        return self.key.startswith("month:")


class DonorText(models.Model):
    """What a donor who left no e-mail address is told about one gift: by text message, or by hand where none leaves.

    Without `due_at` it stands on finance's list, until somebody says that the donor was told.
    """

    kind = models.CharField(max_length=12, choices=TextKind.choices)
    # The code of the refund, receipt, correction or question.
    code = models.CharField(max_length=24)
    donation = models.ForeignKey(Donation, null=True, on_delete=models.PROTECT, related_name="texts")
    things = models.ForeignKey(InKindGift, null=True, on_delete=models.PROTECT, related_name="texts")
    laid_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Empty until it was sent, told by hand or became pointless.
    closed_at = models.DateTimeField(null=True)
    was_sent = models.BooleanField(default=False)
    told_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="donor_text_once"),
            models.CheckConstraint(
                condition=models.Q(donation=None) ^ models.Q(things=None), name="donor_text_of_one_gift"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="donor_text_open", condition=models.Q(closed_at=None))
        ]

    @property
    def gift(self) -> Donation | InKindGift:
        """The gift it is about."""
        gift = self.donation or self.things
        assert gift is not None  # noqa: S101  (the constraint above)
        return gift
