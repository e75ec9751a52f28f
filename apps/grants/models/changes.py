"""What is decided about a grant after it was awarded."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.governance.models import Motion
from apps.grants.models.grants import Grant


class GrantChange(models.Model):
    """A change of a grant: a small one is the chair's, any other is voted on; `motion` is the latest vote about it.

    `details` are plain values: of a budget each line before and after, of dates the last day, of a write-off the sum.
    """

    class Kind(models.TextChoices):
        RECONSIDER = "reconsider", _("复议")
        BUDGET = "budget", _("调整预算")
        DATES = "dates", _("延期")
        WRITE_OFF = "write_off", _("核销追回")

    class State(models.TextChoices):
        TABLED = "tabled", _("等表决")
        DONE = "done", _("已执行")
        LOST = "lost", _("未通过")

    code = models.CharField(max_length=20, unique=True)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.TABLED)
    reason = models.CharField(max_length=300)
    details = models.JSONField(default=dict)
    clawback = models.ForeignKey(
        "grants.Clawback", null=True, on_delete=models.PROTECT, related_name="write_offs"
    )
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


class Suspension(models.Model):
    """Payments of a grant stopped for a reason, until a decision lets them go on or the grant ends."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="suspensions")
    reason = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    began_by_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.BigIntegerField(null=True)
    decision = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grant"], condition=models.Q(ended_at=None), name="grant_suspended_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, decision="")
                | models.Q(ended_at__isnull=False) & ~models.Q(decision=""),
                name="suspension_ends_by_a_decision",
            ),
        ]
