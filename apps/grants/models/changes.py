"""What is decided about a grant after it was awarded."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.governance.models import Motion
from apps.grants.models.grants import Grant


class GrantChange(models.Model):
    """A matter of a grant that the committee votes on again; `motion` is the latest vote about it."""

    class Kind(models.TextChoices):
        RECONSIDER = "reconsider", _("复议")

    class State(models.TextChoices):
        TABLED = "tabled", _("等表决")
        DONE = "done", _("已执行")
        LOST = "lost", _("未通过")

    code = models.CharField(max_length=20, unique=True)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.TABLED)
    reason = models.CharField(max_length=300)
    motion = models.OneToOneField(Motion, null=True, on_delete=models.PROTECT, related_name="grant_change")
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="tabled", decided_at=None)
                | ~models.Q(state="tabled") & models.Q(decided_at__isnull=False),
                name="grant_change_decided_says_when",
            ),
        ]
        indexes = [models.Index(fields=["grant", "state"], name="grant_change_by_grant")]

    def __str__(self) -> str:
        return f"{self.code} {self.kind}"
