"""Payments of instalments, and money asked back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.grants.models.grants import Grant, Instalment


class Payment(models.Model):
    """One payment of an instalment: prepared by one person, released by another."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("待复核")
        PAID = "paid", _("已付")
        REJECTED = "rejected", _("已退回")

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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instalment"],
                condition=~models.Q(state="rejected"),
                name="one_live_payment_per_instalment",
            ),
            models.CheckConstraint(
                condition=models.Q(released_by_id=None)
                | ~models.Q(released_by_id=models.F("prepared_by_id")),
                name="payment_released_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="paid")
                | models.Q(released_by_id__isnull=False, paid_on__isnull=False),
                name="payment_paid_says_when_and_by_whom",
            ),
        ]
        indexes = [models.Index(fields=["bank_reference"], name="payment_by_reference")]


class Clawback(models.Model):
    """Grant money asked back, and what came back so far."""

    code = models.CharField(max_length=20, unique=True)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="clawbacks")
    asked = models.BigIntegerField()
    returned = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(asked__gt=0, returned__gte=0, returned__lte=models.F("asked")),
                name="clawback_within_what_is_asked",
            ),
        ]


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
