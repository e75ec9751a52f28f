"""Rows that belong to no room of the field."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One verb done by someone to something; never changed."""

    at = models.DateTimeField(db_index=True)
    by_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60)
    subject_code = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_code", "at"], name="audit_by_subject")]


class OutboxMessage(models.Model):
    """A letter that was decided on in a transaction: a notice for its addressee at once, an e-mail after it.

    Nobody but the addressee reads it here: who is reminded of an open vote has not voted yet. `topic` names what
    several letters to one person are about, so that only the last one that waits goes out; `until` is the deadline it
    speaks of.
    """

    class Way(models.TextChoices):
        WAITING = "", "waiting"
        ALONE = "alone", "alone"
        SUMMARY = "summary", "in a summary"
        OVERTAKEN = "overtaken", "overtaken by a later letter"

    key = models.CharField(max_length=120, unique=True)
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    topic = models.CharField(max_length=60, blank=True)
    path = models.CharField(max_length=200, blank=True, help_text="the page where it is done")
    until = models.DateTimeField(null=True)
    laid_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="when to try next")
    # When it left, or when a later letter made it needless.
    sent_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, choices=Way.choices, blank=True)
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="outbox_waiting", condition=models.Q(sent_at=None)),
            models.Index(fields=["address", "-id"], name="outbox_by_address"),
            models.Index(fields=["address"], name="outbox_unread", condition=models.Q(read_at=None)),
        ]


class MailWish(models.Model):
    """When an address wants its e-mails: not in its quiet hours, or all of a day in one. Minutes of Shanghai's day.

    Kept by address, because this room knows no people.
    """

    address = models.EmailField(unique=True)
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_until = models.PositiveSmallIntegerField(null=True)
    summary_at = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__lt=1440, quiet_until__lt=1440),
                name="quiet_hours_are_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(summary_at=None) | models.Q(summary_at__lt=1440), name="summary_in_a_day"
            ),
        ]


class StoredFile(models.Model):
    """A file kept on disk under its own random code: cleaned when it came in, never trusted when it goes out."""

    code = models.CharField(max_length=20, unique=True)
    content_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    is_public = models.BooleanField(default=False)
    stored_at = models.DateTimeField()
    stored_by_id = models.BigIntegerField(null=True)

    @property
    def path(self) -> str:
        """The file's place below MEDIA_ROOT."""
        return f"{self.code[:2]}/{self.code}"


class ContentVersion(models.Model):
    """The version of what a public page shows."""

    key = models.CharField(max_length=60, primary_key=True)
    version = models.BigIntegerField(default=1)


class CalendarDay(models.Model):
    """A day that the State Council's notice takes off, or has worked instead; see `workdays`."""

    day = models.DateField(_("日期"), unique=True)
    is_work = models.BooleanField(_("上班"))
    note = models.CharField(_("说明"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("调休和放假的日子")
        verbose_name_plural = _("调休和放假的日子")

    def __str__(self) -> str:
        return f"{self.day} {self.note}"
