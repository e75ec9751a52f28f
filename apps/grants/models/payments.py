"""Payments of instalments, and money asked back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.funds.models import Host
from apps.grants.models.grants import Grant, Instalment


class PaymentFile(models.Model):
    """A file for the bank's bulk payments: what one person of finance released out of what others prepared."""

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="payment_files")
    count = models.PositiveIntegerField()
    total = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(count__gt=0, total__gt=0), name="payment_file_holds_payments"
            )
        ]
        indexes = [models.Index(fields=["host", "made_at"], name="payment_file_by_host")]

    def __str__(self) -> str:
        return self.code


class Payment(models.Model):
    """One payment of an instalment: prepared by one person, released by another.

    It is booked when the bank has paid: `sent` waits for the bank's answer, `failed` never left, `bounced` left and
    came back (退汇). A failed or bounced one gives its instalment back, to be paid again.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("待复核")
        PAID = "paid", _("已付")
        SENT = "sent", _("银行付款中")
        REJECTED = "rejected", _("已退回")
        FAILED = "failed", _("银行没付成")
        BOUNCED = "bounced", _("退汇")

    code = models.CharField(max_length=20, unique=True)
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="payments")
    amount = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PREPARED)
    payee = models.CharField(max_length=100)
    prepared_by_id = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    released_by_id = models.BigIntegerField(null=True)
    paid_on = models.DateField(null=True)
    bank_reference = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    file = models.ForeignKey(PaymentFile, null=True, on_delete=models.PROTECT, related_name="payments")
    # Which version of the organisation's account it was prepared for.
    account_version = models.PositiveIntegerField(default=0)
    returned_on = models.DateField(null=True)
    return_reference = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instalment"],
                condition=models.Q(state__in=["prepared", "sent", "paid"]),
                name="one_live_payment_per_instalment",
            ),
            models.CheckConstraint(
                condition=models.Q(released_by_id=None)
                | ~models.Q(released_by_id=models.F("prepared_by_id")),
                name="payment_released_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["paid", "bounced"])
                | models.Q(released_by_id__isnull=False, paid_on__isnull=False),
                name="payment_paid_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent")
                | models.Q(released_by_id__isnull=False, file__isnull=False),
                name="payment_sent_by_a_file",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="bounced") | models.Q(returned_on__isnull=False),
                name="payment_bounced_says_when",
            ),
        ]
        indexes = [models.Index(fields=["bank_reference"], name="payment_by_reference")]


class Clawback(models.Model):
    """Grant money asked back, and what came back so far."""

    code = models.CharField(max_length=20, unique=True)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="clawbacks")
    asked = models.BigIntegerField()
    returned = models.BigIntegerField(default=0)
    # Given up by a vote of the committee.
    written_off = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    asked__gt=0,
                    returned__gte=0,
                    written_off__gte=0,
                    asked__gte=models.F("returned") + models.F("written_off"),
                ),
                name="clawback_within_what_is_asked",
            ),
        ]

    @property
    def outstanding(self) -> int:
        """What neither came back nor was written off."""
        return self.asked - self.returned - self.written_off


class ClawbackReturn(models.Model):
    """One sum that came back on a clawback; known by the bank's reference, so that it is booked once."""

    code = models.CharField(max_length=20, unique=True)
    clawback = models.ForeignKey(Clawback, on_delete=models.PROTECT, related_name="returns")
    amount = models.BigIntegerField()
    received_on = models.DateField()
    bank_reference = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="clawback_return_positive"),
            models.UniqueConstraint(fields=["clawback", "bank_reference"], name="clawback_return_once"),
        ]
