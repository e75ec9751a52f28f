"""Cash on its way from the drawer to the bank: which gifts and proceeds were paid in together, on one slip."""

from django.db import models
from django.db.models import Q

from apps.donations.models.about import about_one
from apps.donations.models.gifts import Donation
from apps.donations.models.inkind import GoodsMove
from apps.donations.states import DepositState
from apps.funds.models import Host


class CashDeposit(models.Model):
    """Cash taken to the bank together: one slip, one line of the bank's statement. Amounts are fen."""

    State = DepositState

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="cash_deposits")
    day = models.DateField()
    amount = models.BigIntegerField()
    # The number on the bank's slip (存款回单), and who took the cash there.
    slip = models.CharField(max_length=40)
    handler = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=DepositState.choices, default=DepositState.BOOKED)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_id = models.BigIntegerField(null=True)
    form_token = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="cash_deposit_positive"),
            models.UniqueConstraint(
                fields=["host", "slip"], condition=Q(state="booked"), name="cash_deposit_slip_once"
            ),
        ]


class DepositedGift(models.Model):
    """A cash gift in a deposit, with what was left of it then, or what things were sold for in cash; each is in one
    standing deposit at most."""

    deposit = models.ForeignKey(CashDeposit, on_delete=models.PROTECT, related_name="lines")
    # Exactly one of the two.
    donation = models.ForeignKey(Donation, null=True, on_delete=models.PROTECT, related_name="deposits")
    sale = models.ForeignKey(GoodsMove, null=True, on_delete=models.PROTECT, related_name="deposits")
    amount = models.BigIntegerField()
    is_standing = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="deposited_gift_positive"),
            models.UniqueConstraint(
                fields=["donation"], condition=Q(is_standing=True), name="gift_deposited_once"
            ),
            models.UniqueConstraint(
                fields=["sale"], condition=Q(is_standing=True), name="sale_deposited_once"
            ),
            models.CheckConstraint(condition=about_one("donation", "sale"), name="deposited_is_one_cash"),
        ]
