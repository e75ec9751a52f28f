"""Gifts that a designated platform collected (Charity Law, article 27)."""

from django.db import models

from apps.donations.models.gifts import Donation
from apps.funds.models import Host


class PlatformGift(models.Model):
    """By which platform and under which of its order numbers a gift came: known by them for ever."""

    donation = models.OneToOneField(Donation, on_delete=models.PROTECT, related_name="platform_gift")
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="+")
    platform = models.CharField(max_length=20)
    order_number = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "platform", "order_number"], name="platform_order_once")
        ]
