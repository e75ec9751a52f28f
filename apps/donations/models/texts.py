"""Text messages that wait to be sent: no number and no text stands here, only what they are about."""

from django.db import models

from apps.donations.models.gifts import Donation
from apps.donations.models.plans import GivingPlan


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
