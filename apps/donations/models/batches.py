"""Many gifts of one event or one employer, and what donation boxes held."""

from django.db import models
from django.db.models import F, Q

from apps.donations.models.campaigns import Campaign
from apps.donations.models.gifts import Donation
from apps.donations.states import BatchKind, BatchState, Channel, CountState
from apps.funds.models import Fund, Host


class GiftBatch(models.Model):
    """The gifts of one event, or of one employer's staff: how many and how much is declared before the list is read."""

    Kind = BatchKind
    State = BatchState

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="gift_batches")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="gift_batches")
    kind = models.CharField(max_length=10, choices=BatchKind.choices)
    # The event's name, or the employer's.
    name = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    day = models.DateField()
    # The filed plan that all of it counts for.
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="gift_batches")
    expected_count = models.IntegerField()
    expected_total = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=BatchState.choices, default=BatchState.DECLARED)
    declared_at = models.DateTimeField()
    declared_by_id = models.BigIntegerField(null=True)
    booked_at = models.DateTimeField(null=True)
    booked_by_id = models.BigIntegerField(null=True)
    form_token = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expected_count__gt=0, expected_total__gt=0), name="batch_expects_something"
            )
        ]


class BatchGift(models.Model):
    """Which line of a batch became which gift. Never changed or deleted."""

    batch = models.ForeignKey(GiftBatch, on_delete=models.PROTECT, related_name="lines")
    number = models.IntegerField()
    donation = models.OneToOneField(Donation, on_delete=models.PROTECT, related_name="batch_line")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="batch_line_once")]


class CollectionBox(models.Model):
    """A donation box (募捐箱) at a place, for one fund."""

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="collection_boxes")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="collection_boxes")
    place = models.CharField(max_length=60)
    placed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fund", "place"], name="box_once_at_a_place")]


class BoxCount(models.Model):
    """What a box held on the day it was opened: counted by one person, counted again and signed by another."""

    State = CountState

    code = models.CharField(max_length=20, unique=True)
    box = models.ForeignKey(CollectionBox, on_delete=models.PROTECT, related_name="counts")
    opened_on = models.DateField()
    # The filed plan that stands on the box, for which people gave.
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="box_counts")
    # The purpose, project or need that stands on the box; empty for the fund's general purpose.
    restriction = models.CharField(max_length=24, blank=True)
    wish = models.CharField(max_length=20, blank=True)
    total = models.BigIntegerField()
    # How many pieces of which worth: {"10000": 3} is three notes of ¥100. Empty when only the total was written down.
    denominations = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=CountState.choices, default=CountState.COUNTED)
    counted_at = models.DateTimeField()
    counted_by_id = models.BigIntegerField()
    signed_at = models.DateTimeField(null=True)
    signed_by_id = models.BigIntegerField(null=True)
    donation = models.OneToOneField(Donation, null=True, on_delete=models.PROTECT, related_name="box_count")
    form_token = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="box_count_positive"),
            models.CheckConstraint(
                condition=Q(signed_by_id=None) | ~Q(signed_by_id=F("counted_by_id")),
                name="box_signed_by_another",
            ),
        ]
