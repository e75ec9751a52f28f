"""What is kept while the work goes on: what was spent, who came, who looked in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import StoredFile
from apps.projects.models.kept_back import KeptBack, not_read_yet
from apps.projects.models.projects import BudgetLine, Project


class Struck(models.Model):
    """A row that its keeper may strike out with a reason, and never change or delete."""

    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField()
    struck_at = models.DateTimeField(null=True)
    struck_by_id = models.BigIntegerField(null=True)
    struck_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class Expense(Struck):
    """What the implementer paid out for the project, in fen, with a picture of the voucher.

    `payee` may name a person: it is read by the committee, the host and the auditor, never by the public. The voucher
    is public only once an officer has cleared it; `covered` is the picture of it that is public in its place, when
    parts had to be covered.
    """

    code = models.CharField(max_length=20, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="expenses")
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="expenses")
    paid_on = models.DateField()
    payee = models.CharField(max_length=100)
    amount = models.BigIntegerField()
    voucher = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    covered = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="expense_positive")]
        indexes = [models.Index(fields=["project", "paid_on"], name="expense_by_project")]

    @property
    def shown(self) -> StoredFile:
        """What the public sees of the voucher, once it may."""
        return self.covered or self.voucher


class Activity(Struck, KeptBack):
    """One occasion of the work: how many people came, how many volunteers helped and for how long. No names.

    The numbers count at once. Its words are public once somebody of the committee has read them (`read_at`), unless
    they are kept back on a ground (`withheld_for`). Words that were public before anybody had to read them have no
    `read_by_id`.
    """

    code = models.CharField(max_length=20, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="activities")
    held_on = models.DateField()
    words = models.CharField(max_length=100)
    persons = models.PositiveIntegerField()
    volunteers = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0, help_text="of all volunteers together")
    read_at = models.DateTimeField(null=True)
    read_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(read_at__isnull=False) | models.Q(read_by_id=None, withheld_for=""),
                name="occasion_read_before_judged",
            ),
            models.CheckConstraint(
                condition=models.Q(volunteers__gt=0) | models.Q(minutes=0), name="hours_have_volunteers"
            ),
        ]
        indexes = [models.Index(fields=["project", "held_on"], name="activity_by_project")]

    @property
    def instead(self) -> str:
        """What everyone reads in place of the words; empty where the words themselves are public."""
        return super().instead if self.read_at else not_read_yet()

    @property
    def hours(self) -> str:
        """The volunteers' hours as they are written."""
        return f"{self.minutes / 60:.1f}".removesuffix(".0")


class WorkNote(KeptBack):
    """What somebody of the committee saw of the work: the secretary's visit, or the supervisor's comment.

    Nobody reads it first: a visit's writer is the officer who would, and a comment waits for nobody it is about. The
    public reads the office, not the name, and the words unless an officer keeps them back on a ground.
    """

    class Kind(models.TextChoices):
        VISIT = "visit", _("走访")
        COMMENT = "comment", _("监督意见")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    seen_on = models.DateField()
    words = models.TextField()
    is_public = models.BooleanField(default=True)
    written_at = models.DateTimeField()
    written_by_id = models.BigIntegerField()
