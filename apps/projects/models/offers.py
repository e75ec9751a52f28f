"""Services bought from a list (服务采购清单): what a call wants, and what an application offers."""

from django.db import models

from apps.projects.models.calls import Call
from apps.projects.models.projects import Project


class Item(models.Model):
    """One service a call wants, fixed when the call is published. `price` is fen for one unit: the most that may be
    offered, or, `is_fixed`, what is paid."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    service = models.CharField(max_length=50)
    unit = models.CharField(max_length=10)
    quantity = models.PositiveIntegerField()
    price = models.BigIntegerField()
    is_fixed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="item_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0, price__gt=0), name="item_positive"),
        ]

    def __str__(self) -> str:
        return self.service

    @property
    def total(self) -> int:
        """What all of it costs at this price, in fen."""
        return self.quantity * self.price


class Offer(models.Model):
    """What an application offers of one item: how much, and for how many fen each. It is a line of its budget too."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="offers")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="offers")
    quantity = models.PositiveIntegerField()
    price = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "item"], name="offer_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0, price__gt=0), name="offer_positive"),
        ]
