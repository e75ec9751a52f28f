"""What reviewers think of an application."""

from django.conf import settings
from django.db import models

from apps.projects.models.projects import Project


class Review(models.Model):
    """What one reviewer thinks of one text of an application; a change is a new row, and one row is current.

    `points` follow the order of the sheet. Applicants never see who reviewed, nor a single score.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reviews")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_expert = models.BooleanField(default=False)
    text_hash = models.CharField(max_length=64, blank=True)
    points = models.JSONField()
    opinion = models.TextField(blank=True)
    given_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user"], condition=models.Q(is_current=True), name="one_current_review"
            )
        ]


class Confirmation(models.Model):
    """What a machine could not tell about an application, and a person looked into."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="confirmations")
    key = models.CharField(max_length=30)
    text_hash = models.CharField(max_length=64, blank=True)
    words = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField()
    confirmed_by_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key", "text_hash"], name="confirmed_once")]
