"""Files of designated fundraising platforms: kept in pieces, staged row by row, then booked as gifts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.sealing import seal, seal_bytes, unseal, unseal_bytes
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
    """A sealed piece of a file's bytes; gone a day after it was booked or forgotten."""

    file = models.ForeignKey(PlatformFile, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    body_sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="platform_piece_once")]

    @property
    def body(self) -> bytes:
        """The piece, opened."""
        return unseal_bytes(bytes(self.body_sealed), context=self._context)

    @body.setter
    def body(self, plain: bytes) -> None:
        self.body_sealed = seal_bytes(plain, context=self._context)

    @property
    def _context(self) -> str:
        return f"platform-piece:{self.file_id}:{self.number}"


class PlatformRow(models.Model):
    """A row of a file between its reading and its booking; `number` is its row in the file, `field` and `reason` say
    why it is refused. Gone with the file's pieces. What the row says of its donor is not here (`PlatformWords`), nor is
    a reason that quotes it.

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
    fund = models.ForeignKey(
        Fund, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    is_public = models.BooleanField(default=False)
    shows_amount = models.BooleanField(default=False)
    guardian_agreed = models.BooleanField(default=False)
    # What the words about the purpose stand for: a restriction's code, and a project's or need's.
    restriction = models.CharField(max_length=24, blank=True)
    wish = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=8, choices=State.choices)
    field = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["file", "state", "number"], name="platform_row_by_state")]


class PlatformWords(models.Model):
    """What some thousand rows of a file say of their donors, sealed together, because sealing each row by itself would
    take longer than reading the file: [rows' numbers, names, messages, for whom they are given,
    words about the purpose, reasons why refused, contacts if there are any]. Gone with the rows.

    They are the rows from `first` to the next ones' `first`.
    """

    file = models.ForeignKey(PlatformFile, on_delete=models.CASCADE, related_name="words")
    first = models.PositiveIntegerField()
    words_sealed = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "first"], name="platform_words_once")]

    @property
    def words(self) -> str:
        """The words as JSON, opened; for those who handle the host's money only."""
        return unseal(self.words_sealed, context=self._context)

    @words.setter
    def words(self, plain: str) -> None:
        self.words_sealed = seal(plain, context=self._context)

    @property
    def _context(self) -> str:
        return f"platform-words:{self.file_id}:{self.first}"


class PlatformColumns(models.Model):
    """How a host last read a platform's files: {field: the file's title}."""

    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="+")
    platform = models.CharField(max_length=20)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "platform"], name="platform_columns_once")]
