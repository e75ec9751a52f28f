"""Text messages of thanks that wait to be sent: no number and no text stands here, only whose gift it is."""

from django.db import models

from apps.donations.models.gifts import Donation


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
