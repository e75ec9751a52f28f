"""Money leaves a fund: awards made by carried motions, their public notice, instalments and payments."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.funds.models import Fund
from apps.governance.models import Motion
from apps.projects.models import Evidence, Milestone, Project


class Grant(models.Model):
    """The award of a carried motion to a project; it reserves the money."""

    class State(models.TextChoices):
        NOTICE = "notice", _("公示中")
        RUNNING = "running", _("进行中")
        CLOSED = "closed", _("已结清")
        TERMINATED = "terminated", _("已终止")

    code = models.CharField(max_length=20, unique=True)
    # A project that several funds pay together has a grant of each.
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="grants")
    motion = models.OneToOneField(Motion, on_delete=models.PROTECT, related_name="grant")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="grants")
    amount = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.NOTICE)
    awarded_at = models.DateTimeField()
    notice_until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # Why it was ended early; empty otherwise.
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="grant_positive")]
        indexes = [
            models.Index(fields=["state", "notice_until"], name="grant_by_notice"),
            models.Index(fields=["fund", "state"], name="grant_by_fund"),
        ]


class GrantSource(models.Model):
    """How much of a grant comes out of which restriction of the fund ("" is the fund's unrestricted money).

    `paid` and `returned` follow the payments and the money that came back, so that each is drawn from where it lay.
    """

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="sources")
    restriction = models.CharField(max_length=24, blank=True)
    amount = models.BigIntegerField()
    paid = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grant", "restriction"], name="grant_source_once"),
            models.CheckConstraint(
                condition=models.Q(
                    amount__gt=0,
                    paid__gte=0,
                    paid__lte=models.F("amount"),
                    returned__gte=0,
                    returned__lte=models.F("paid"),
                ),
                name="grant_source_within_its_amount",
            ),
        ]


class Instalment(models.Model):
    """A part of a grant and what it waits for."""

    class Condition(models.TextChoices):
        NOTICE_ENDED = "notice_ended", _("公示期满")
        MILESTONE_ACCEPTED = "milestone_accepted", _("节点验收")
        EVIDENCE_ACCEPTED = "evidence_accepted", _("成果验收")

    class State(models.TextChoices):
        WAITING = "waiting", _("等条件")
        DUE = "due", _("可以付")
        PREPARED = "prepared", _("付款中")
        PAID = "paid", _("已付")
        CANCELLED = "cancelled", _("已取消")

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField()
    condition = models.CharField(max_length=20, choices=Condition.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    # Of a part that hangs on a milestone, which; its accepted report makes it due.
    milestone = models.ForeignKey(Milestone, null=True, on_delete=models.PROTECT, related_name="instalments")
    evidence = models.ForeignKey(Evidence, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grant", "number"], name="instalment_once"),
            models.UniqueConstraint(fields=["grant", "milestone"], name="instalment_once_a_milestone"),
            models.CheckConstraint(
                condition=models.Q(condition="milestone_accepted", milestone__isnull=False)
                | ~models.Q(condition="milestone_accepted") & models.Q(milestone=None),
                name="instalment_names_its_milestone",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="instalment_positive"),
        ]

    @property
    def waits_for(self) -> str:
        """What makes it due, in words; a milestone by its own."""
        if self.milestone is None:
            return str(self.get_condition_display())
        return gettext("节点“%(words)s”验收") % {"words": self.milestone.words}
