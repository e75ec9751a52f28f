"""The bank's view of the money, and what was handed out as files."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.funds.models import Host


class BankStatement(models.Model):
    """One imported statement file, known by its hash."""

    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="bank_statements")
    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=200)
    encoding = models.CharField(max_length=20, blank=True)
    imported_at = models.DateTimeField()
    imported_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "sha256"], name="statement_file_once")]


class StatementLine(models.Model):
    """One line of the bank: positive in, negative out, in fen."""

    class State(models.TextChoices):
        OPEN = "open", _("待对")
        MATCHED = "matched", _("已对上")

    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=80)
    day = models.DateField()
    amount = models.BigIntegerField()
    counterparty = models.CharField(max_length=120, blank=True)
    memo = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "reference"], name="statement_line_once")]
        indexes = [models.Index(fields=["host", "state", "day"], name="statement_line_open")]


class BankMatch(models.Model):
    """A bank line and the gift or payment it proves."""

    line = models.OneToOneField(StatementLine, on_delete=models.PROTECT, related_name="match")
    subject_kind = models.CharField(max_length=20)
    subject_code = models.CharField(max_length=40)
    matched_at = models.DateTimeField()
    matched_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_kind", "subject_code"], name="matched_once")]


class ExportRun(models.Model):
    """A file that finance took out: what, by whom, how many rows."""

    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="exports")
    kind = models.CharField(max_length=20)
    format = models.CharField(max_length=6)
    rows = models.PositiveIntegerField(default=0)
    ran_at = models.DateTimeField()
    ran_by_id = models.BigIntegerField()
