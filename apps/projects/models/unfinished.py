"""What an applicant has typed and not handed in yet."""

import json

from django.conf import settings
from django.db import models

from apps.core.sealing import seal, unseal
from apps.funds.models import Fund
from apps.projects.models.calls import Call
from apps.projects.models.projects import Project


class Unfinished(models.Model):
    """A form as it was left, kept for the one who types it, under the code the form handed out.

    What is typed may name people, so it is sealed; nothing in it was checked, and nobody else reads it. `project` is
    the draft that is being rewritten; none while the application is new.
    """

    code = models.CharField(max_length=20, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fund = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="+")
    call = models.ForeignKey(Call, null=True, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="+")
    values_sealed = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "saved_at"], name="unfinished_by_user"),
            models.Index(fields=["saved_at"], name="unfinished_by_age"),
        ]

    def write(self, text: str) -> None:
        """Put the form's fields, as one JSON text, in place of what was there."""
        self.values_sealed = seal(text, context=f"unfinished:{self.code}:values")

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, by the form's fields. Raises ValueError when no present key opens it."""
        opened: dict[str, str] = json.loads(
            unseal(self.values_sealed, context=f"unfinished:{self.code}:values")
        )
        return opened
