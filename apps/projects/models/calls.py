"""Invitations to apply, with what answers are judged by."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.funds.models import Fund, Host


class Call(models.Model):
    """An invitation to apply to one or several funds of a host, with what it pays for and how answers are judged.

    `closes_at` ends applying and `review_until` ends scoring; a call without `review_until` takes and decides
    applications one by one. Amounts are fen; no field named means every field.
    """

    class Kind(models.TextChoices):
        VENTURE = "venture", _("公益创投")
        CONTEST = "contest", _("项目大赛")
        PURCHASE = "purchase", _("购买服务")
        OPEN = "open", _("开放申请")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已公开")
        CANCELLED = "cancelled", _("已取消")

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="calls")
    funds = models.ManyToManyField(Fund, related_name="calls")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=60)
    words = models.TextField()
    fields = models.JSONField(default=list)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    review_until = models.DateTimeField(null=True)
    pot = models.BigIntegerField()
    smallest = models.BigIntegerField()
    largest = models.BigIntegerField()
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at"))
                & (models.Q(review_until=None) | models.Q(review_until__gt=models.F("closes_at"))),
                name="call_days_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    smallest__gt=0, largest__gte=models.F("smallest"), pot__gte=models.F("largest")
                ),
                name="call_amounts_in_order",
            ),
        ]
        indexes = [models.Index(fields=["host", "state", "closes_at"], name="call_by_host")]

    def __str__(self) -> str:
        return self.title


class Criterion(models.Model):
    """One line of a call's sheet: its weight in the whole hundred, and how many points there are to give."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=30)
    words = models.CharField(max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="criterion_once")]


class Expert(models.Model):
    """Someone invited to score the answers to a call without a seat and without a vote."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="experts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    invited_by_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "user"], condition=models.Q(ended_at=None), name="expert_once"
            )
        ]
