"""A project's final account (决算): handed in by the implementer, checked by finance, frozen."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.grants.models.grants import Grant
from apps.grants.models.payments import Clawback
from apps.projects.models import Project


class FinalAccount(models.Model):
    """What became of the money of a project, in fen. `facts` holds every line and every fund's share as plain values,
    `content_hash` is their fingerprint.

    paid − returned − written_off = spent + surplus. Of the surplus `kept` stays with the implementer for the same
    purpose, where the rules of the fund allow it; the rest goes back.
    """

    class State(models.TextChoices):
        FILED = "filed", _("待核对")
        RETURNED = "returned", _("已退回")
        CHECKED = "checked", _("已核对")

    code = models.CharField(max_length=20, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="final_accounts")
    # From 1 for each project.
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.FILED)
    paid = models.BigIntegerField()
    returned = models.BigIntegerField()
    written_off = models.BigIntegerField()
    spent = models.BigIntegerField()
    surplus = models.BigIntegerField()
    kept = models.BigIntegerField()
    facts = models.JSONField()
    content_hash = models.CharField(max_length=64)
    filed_at = models.DateTimeField()
    filed_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    # What the implementer is told with a return.
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="final_account_once"),
            models.UniqueConstraint(
                fields=["project"], condition=~Q(state="returned"), name="one_live_final_account"
            ),
            models.CheckConstraint(
                condition=Q(spent__gte=0, surplus__gte=0, kept__gte=0, kept__lte=F("surplus"))
                & Q(paid=F("returned") + F("written_off") + F("spent") + F("surplus")),
                name="final_account_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(state="filed", decided_at=None, decided_by_id=None)
                | ~Q(state="filed") & Q(decided_at__isnull=False, decided_by_id__isnull=False),
                name="final_account_decided_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="checked") | ~Q(decided_by_id=F("filed_by_id")),
                name="final_account_checked_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def to_return(self) -> int:
        """What of the surplus goes back to the funds."""
        return self.surplus - self.kept


class SurplusReturn(models.Model):
    """The part of a surplus that one grant's fund asks back once the account is checked; rows only come."""

    account = models.ForeignKey(FinalAccount, on_delete=models.PROTECT, related_name="surplus_returns")
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="surplus_returns")
    clawback = models.OneToOneField(Clawback, on_delete=models.PROTECT, related_name="surplus_return")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "grant"], name="surplus_return_once")]
