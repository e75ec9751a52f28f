"""Rules that a level adopted, clause by clause, and the document that says so."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import StoredFile
from apps.divisions.models import Division
from apps.funds.models.funds import Host
from apps.funds.states import RuleLevel


class Rulebook(models.Model):
    """The rules one level adopted, in versions: host, district, town or community."""

    Level = RuleLevel

    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="rulebooks")
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    # The division whose funds it binds; the host's own division at host and district level.
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="rulebooks")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    document = models.CharField(_("依据文件"), max_length=200)
    issued_on = models.DateField(_("印发日期"), null=True)
    # The motion by which a committee adopted it; empty for a level that adopts by document.
    motion_code = models.CharField(max_length=20, blank=True)
    effective_from = models.DateField()
    adopted_at = models.DateTimeField()
    adopted_by_id = models.BigIntegerField(null=True)
    # A version can be taken back before its first day; it then never held.
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host", "level", "division", "version"], name="rulebook_version_once"
            ),
            models.UniqueConstraint(
                fields=["motion_code"], condition=~models.Q(motion_code=""), name="rulebook_motion_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class Clause(models.Model):
    """One rule of a rulebook: a key of the catalogue in `rules`, its value and where the document says it.

    Values are integers in the clause's unit (fen, basis points, days, persons), a [numerator, denominator], a choice,
    a truth, or a list of options, kept as JSON.
    """

    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="clauses")
    key = models.CharField(max_length=40)
    value = models.JSONField()
    article = models.CharField(_("条款"), max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rulebook", "key"], name="clause_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.value}"


class RulebookFile(models.Model):
    """A piece of the document a rulebook rests on: a PDF or a scanned page, public, in the order it was sent."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="files")
    number = models.PositiveSmallIntegerField()
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rulebook", "number"], name="rulebook_file_in_order")]
