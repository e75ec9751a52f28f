"""The checklist of an acceptance: one round for each closing report that was judged, kept as it was."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.grants.states import MET, NOT_MET, PARTLY
from apps.projects.models import Evidence


class Acceptance(models.Model):
    """One round: a closing report accepted or sent back, item by item. Rows only ever come.

    `reason` and the items' notes are public; `private_note` is read by the committee, the host and the auditor.
    `content_hash` is the fingerprint of what the round says.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("验收通过")
        RETURNED = "returned", _("退回补")

    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="acceptance")
    # The round of its project, from 1.
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reason = models.CharField(max_length=300, blank=True)
    private_note = models.CharField(max_length=500, blank=True)
    judged_at = models.DateTimeField()
    judged_by_id = models.BigIntegerField()
    content_hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.outcome}"


class AcceptanceItem(models.Model):
    """One item of a round: what was promised, the figures as they stood, what they proposed, and the verdict."""

    class Kind(models.TextChoices):
        GOAL = "goal", _("做什么、给谁、做到什么样")
        PERSONS = "persons", _("服务人数")
        PERSON_TIMES = "person_times", _("服务人次")
        INDICATOR = "indicator", _("指标")
        MILESTONE = "milestone", _("节点")
        BUDGET = "budget", _("预算")
        PHOTOS = "photos", _("照片")
        VOUCHERS = "vouchers", _("票据")
        ATTENDANCE = "attendance", _("活动签到")
        SATISFACTION = "satisfaction", _("满意度")

    class Verdict(models.TextChoices):
        MET = MET, _("达到")
        PARTLY = PARTLY, _("部分达到")
        NOT_MET = NOT_MET, _("没达到")

    acceptance = models.ForeignKey(Acceptance, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    words = models.TextField(blank=True)
    figures = models.JSONField(default=dict)
    # Empty where no figure can judge.
    proposed = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    # Empty only on a list that went back before it was gone through.
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["acceptance", "key"], name="acceptance_item_once"),
            models.CheckConstraint(
                condition=~models.Q(verdict=NOT_MET) | ~models.Q(note=""), name="not_met_says_why"
            ),
        ]
