"""Rows that belong to no room of the field."""

from django.db import models


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
    """An e-mail that was decided on in a transaction and is sent after it."""

    key = models.CharField(max_length=120, unique=True)
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    laid_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="when to try next")
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="outbox_waiting", condition=models.Q(sent_at=None)),
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
