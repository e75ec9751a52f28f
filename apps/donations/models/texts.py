"""Text messages that wait to be sent: no number and no text stands here, only what they are about."""

from datetime import date

from django.db import models

from apps.donations.models.about import about_one
from apps.donations.models.gifts import Donation
from apps.donations.models.inkind import InKindGift
from apps.donations.models.plans import GivingPlan
from apps.donations.models.pledges import Pledge
from apps.donations.states import TextKind

ABOUT = ("donation", "things", "pledge", "plan")


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


class DonorText(models.Model):
    """What a donor who left no e-mail address is told about one gift, pledge or monthly gift.

    By text message, or by hand where none leaves.

    Without `due_at` it stands on finance's list, until somebody says that the donor was told.
    """

    kind = models.CharField(max_length=12, choices=TextKind.choices)
    # The code of the refund, receipt, correction or question; of the pledge or plan, with its day or month behind it.
    code = models.CharField(max_length=60)
    donation = models.ForeignKey(Donation, null=True, on_delete=models.PROTECT, related_name="texts")
    things = models.ForeignKey(InKindGift, null=True, on_delete=models.PROTECT, related_name="texts")
    pledge = models.ForeignKey(Pledge, null=True, on_delete=models.PROTECT, related_name="texts")
    plan = models.ForeignKey(GivingPlan, null=True, on_delete=models.PROTECT, related_name="texts")
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
            models.CheckConstraint(condition=about_one(*ABOUT), name="donor_text_about_one"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="donor_text_open", condition=models.Q(closed_at=None))
        ]

    @property
    def about(self) -> Donation | InKindGift | Pledge | GivingPlan:
        """What it is about."""
        about = self.donation or self.things or self.pledge or self.plan
        assert about is not None  # noqa: S101  (the constraint above)
        return about

    @property
    def day(self) -> str:
        """The day or month behind the code of a pledge or a plan, as it was written there."""
        return self.code.rpartition(":")[2]

    @property
    def due_on(self) -> date | None:
        """The day of the instalment of a pledge."""
        return date.fromisoformat(self.day) if self.pledge_id else None
