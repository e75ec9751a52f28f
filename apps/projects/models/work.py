"""The work that is shown for the money, and what those who were served say of it."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.models import StoredFile
from apps.projects.models.kept_back import Ground, KeptBack, kept_back, not_read_yet
from apps.projects.models.plan import Indicator, Milestone
from apps.projects.models.projects import Project


class Evidence(KeptBack):
    """What an implementer reports about a stretch of work, with photographs.

    `persons` are the different people served in that stretch; they are never added up over reports.
    `is_final` closes the work: its acceptance is what later instalments wait for. Its words are public once it is
    accepted, unless an officer keeps them back on a ground.
    """

    class State(models.TextChoices):
        FILED = "filed", _("待验收")
        ACCEPTED = "accepted", _("已验收")
        RETURNED = "returned", _("已退回")

    code = models.CharField(max_length=20, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="evidence")
    state = models.CharField(max_length=12, choices=State.choices, default=State.FILED)
    is_final = models.BooleanField(default=True)
    milestone = models.ForeignKey(Milestone, null=True, on_delete=models.PROTECT, related_name="reports")
    words = models.TextField()
    persons = models.PositiveIntegerField()
    person_times = models.PositiveIntegerField()
    filed_at = models.DateTimeField()
    filed_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(is_final=True) & ~models.Q(state="returned"),
                name="one_live_final_report",
            ),
            models.UniqueConstraint(
                fields=["milestone"],
                condition=~models.Q(state="returned") & models.Q(milestone__isnull=False),
                name="one_live_report_per_milestone",
            ),
        ]
        indexes = [models.Index(fields=["project", "filed_at"], name="evidence_by_project")]


class Figure(models.Model):
    """What a report says of one indicator, for its own stretch of work."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="figures")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="figures")
    value = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evidence", "indicator"], name="figure_once")]


class EvidencePhoto(models.Model):
    """A photograph of the work, cleaned when it came in and public once its evidence is accepted."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    # The photograph before parts of it were covered; never public.
    original = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    withheld_at = models.DateTimeField(null=True)
    caption = models.CharField(max_length=100, blank=True)


class EvidenceDocument(models.Model):
    """A short document of a report, a PDF without its author: public only once its evidence is accepted and an officer
    has read and released it, because nothing can be covered in it."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="documents")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by_id = models.BigIntegerField(null=True)


class SentFile(models.Model):
    """A photograph or document that was sent ahead of its report and waits for it.

    `report` is the code that the form handed out, under which the report will be filed; `key` is made where the file
    was chosen, so that a file whose answer was lost on the way can be sent again and is kept once. `name` is what the
    sender's telephone calls it: only the sender reads it, and it goes when the report is filed.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="sent_files")
    report = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(db_index=True)
    sent_by_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="file_sent_once")]
        indexes = [models.Index(fields=["sent_by_id", "project"], name="sent_file_by_sender")]


class RatingCode(models.Model):
    """A one-time code on a paper card that lets one served resident rate a project, until the day `valid_until`.

    `sheet` numbers what was printed together within the project; what is printed again says so on its card.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="rating_codes")
    code = models.CharField(max_length=20, unique=True)
    issued_at = models.DateTimeField()
    issued_by_id = models.BigIntegerField(null=True)
    valid_until = models.DateField(null=True)
    sheet = models.PositiveIntegerField(null=True)
    printed_at = models.DateTimeField(null=True, help_text="for the first time")
    prints = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(prints=0, sheet=None, printed_at=None)
                | models.Q(prints__gt=0, sheet__isnull=False, printed_at__isnull=False),
                name="printed_codes_have_a_sheet",
            )
        ]


class SatisfactionReply(models.Model):
    """One served resident's rating, 1 to 5: given by the resident, or told to staff who called back.

    The stars count at once. Words are public once somebody of the committee has read them; what is kept back says so,
    with its ground.
    """

    class Channel(models.TextChoices):
        CODE = "code", _("自己评的")
        CALL = "call", _("电话回访")

    class Words(models.TextChoices):
        NONE = "none", _("没有写话")
        UNREAD = "unread", _("等着看")
        SHOWN = "shown", _("公开")
        WITHHELD = "withheld", _("不公开")

    code = models.OneToOneField(RatingCode, on_delete=models.PROTECT, related_name="reply")
    stars = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.CODE)
    entered_by_id = models.BigIntegerField(null=True)
    words_state = models.CharField(max_length=8, choices=Words.choices, default=Words.NONE)
    withheld_for = models.CharField(max_length=12, choices=Ground.choices, blank=True)
    read_at = models.DateTimeField(null=True)
    read_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    words_state="none", words="", withheld_for="", read_at=None, read_by_id=None
                )
                | ~models.Q(words="")
                & (
                    models.Q(words_state="unread", withheld_for="", read_at=None, read_by_id=None)
                    | models.Q(
                        words_state="shown", withheld_for="", read_at__isnull=False, read_by_id__isnull=False
                    )
                    | models.Q(words_state="withheld", read_at__isnull=False, read_by_id__isnull=False)
                    & ~models.Q(withheld_for="")
                ),
                name="words_read_before_shown",
            ),
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="stars_1_to_5"),
            models.CheckConstraint(
                condition=models.Q(channel="code", entered_by_id=None)
                | models.Q(channel="call", entered_by_id__isnull=False),
                name="reply_called_back_by_someone",
            ),
        ]

    @property
    def public_words(self) -> str:
        """The words as everyone reads them; empty while they wait or are kept back."""
        return self.words if self.words_state == self.Words.SHOWN else ""

    @property
    def instead(self) -> str:
        """What everyone reads where there are no public words."""
        match self.words_state:
            case self.Words.UNREAD:
                return not_read_yet()
            case self.Words.WITHHELD:
                return kept_back(self.get_withheld_for_display())
            case self.Words.NONE:
                return gettext("没有写话")
        return ""
