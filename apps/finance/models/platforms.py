"""Files of designated fundraising platforms: kept in pieces, staged row by row, then booked as gifts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.donations.models import Campaign
from apps.funds.models import Fund, Host


class PlatformFile(models.Model):
    """One file of a platform's orders, known by its hash.

    The counts are of its rows: new ones, those seen before, those refused; `gross` and `fee` are fen of the new ones.
    """

    class State(models.TextChoices):
        STAGED = "staged", _("待确认")
        BOOKING = "booking", _("入账中")
        BOOKED = "booked", _("已入账")

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="platform_files")
    platform = models.CharField(max_length=20)
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    # How it is read: an empty encoding was not a text file; columns name the file's titles, empty for the template's.
    encoding = models.CharField(max_length=20, blank=True)
    columns = models.JSONField(default=dict)
    titles = models.JSONField(default=list)
    fund = models.ForeignKey(
        Fund, null=True, on_delete=models.PROTECT, related_name="+", help_text="of rows that name none"
    )
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.STAGED)
    new = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    gross = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0)
    uploaded_at = models.DateTimeField()
    uploaded_by_id = models.BigIntegerField()
    confirmed_by_id = models.BigIntegerField(null=True)
    booked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "platform", "sha256"], name="platform_file_once")
        ]
        indexes = [
            models.Index(fields=["id"], name="platform_file_booking", condition=models.Q(state="booking"))
        ]

    @property
    def net(self) -> int:
        """What the platform owes for this file, in fen."""
        return self.gross - self.fee


class PlatformPiece(models.Model):
    """A piece of a file's bytes; gone a day after it was booked or forgotten."""

    file = models.ForeignKey(PlatformFile, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="platform_piece_once")]


class PlatformRow(models.Model):
    """A row of a file between its reading and its booking; `number` is its row in the file, `field` and `reason` say
    why it is refused. Gone with the file's pieces.

    The database does not look up each row's fund again: it was found in one read for the whole file, and funds stay.
    """

    class State(models.TextChoices):
        READY = "ready", _("可入账")
        KNOWN = "known", _("以前入过账")
        REFUSED = "refused", _("有问题")
        BOOKED = "booked", _("已入账")

    # The index below begins with the file.
    file = models.ForeignKey(PlatformFile, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    order_number = models.CharField(max_length=64)
    day = models.DateField(null=True)
    amount = models.BigIntegerField(null=True)
    fee = models.BigIntegerField(default=0)
    fund_words = models.CharField(max_length=100, blank=True)
    fund = models.ForeignKey(
        Fund, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    name = models.CharField(max_length=60, blank=True)
    is_public = models.BooleanField(default=False)
    shows_amount = models.BooleanField(default=False)
    message = models.CharField(max_length=100, blank=True)
    purpose_words = models.CharField(max_length=100, blank=True)
    dedication = models.CharField(max_length=40, blank=True)
    # What the words about the purpose stand for: a restriction's code, and a project's or need's.
    restriction = models.CharField(max_length=24, blank=True)
    wish = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=8, choices=State.choices)
    field = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["file", "state", "number"], name="platform_row_by_state")]


class PlatformColumns(models.Model):
    """How a host last read a platform's files: {field: the file's title}."""

    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="+")
    platform = models.CharField(max_length=20)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "platform"], name="platform_columns_once")]
