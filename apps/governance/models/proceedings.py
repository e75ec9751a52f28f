"""What stands around a vote: the party organisation's study, meetings, nominations, budgets, minutes."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.funds.models import Fund


class PartyReview(models.Model):
    """The party organisation's study of a motion before the vote (前置研究): dated and minuted, never a vote.

    It has no yes and no no, and no tally reads it.
    """

    class Opinion(models.TextChoices):
        NO_OBJECTION = "no_objection", _("没有不同意见")
        MATTERS_RAISED = "matters_raised", _("提出了意见，供委员参考")
        SENT_BACK = "sent_back", _("请先补充再提交")

    motion = models.ForeignKey("Motion", on_delete=models.PROTECT, related_name="party_reviews")
    held_on = models.DateField()
    took_part = models.CharField(max_length=300, help_text="by office, no names")
    opinion = models.CharField(max_length=16, choices=Opinion.choices)
    raised = models.TextField(blank=True)
    subject_hash = models.CharField(max_length=64, help_text="of the text that was studied")
    recorded_by_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.held_on} {self.opinion}"


class Meeting(models.Model):
    """A called meeting of a committee: when, where, what is on its agenda, who came."""

    class State(models.TextChoices):
        CALLED = "called", _("已召集")
        HELD = "held", _("已开")
        CANCELLED = "cancelled", _("已取消")

    code = models.CharField(max_length=20, unique=True)
    committee = models.ForeignKey("Committee", on_delete=models.PROTECT, related_name="meetings")
    state = models.CharField(max_length=12, choices=State.choices, default=State.CALLED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="planned; earlier once the meeting was ended")
    place = models.CharField(max_length=100)
    guests = models.CharField(max_length=300, blank=True, help_text="by office, no names")
    called_by_id = models.BigIntegerField(null=True)
    called_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")), name="meeting_times_in_order"
            )
        ]
        indexes = [models.Index(fields=["committee", "starts_at"], name="meeting_by_committee")]

    def __str__(self) -> str:
        return f"{self.starts_at} {self.place}"


class AgendaItem(models.Model):
    """A motion on a meeting's agenda: in which place it comes, and since when the members knew."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    motion = models.ForeignKey("Motion", on_delete=models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField(default=1, help_text="from 1")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "motion"], name="agenda_once")]


class Attendance(models.Model):
    """A seat that came to a meeting; supervisors and secretaries too."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    seat = models.ForeignKey("Seat", on_delete=models.PROTECT, related_name="attendances")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "seat"], name="attendance_once")]


class Nominee(models.Model):
    """Who stands for an office in an election. The motion's frozen subject has their name; here is the account."""

    motion = models.ForeignKey("Motion", on_delete=models.PROTECT, related_name="nominees")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="nominations")
    replaces = models.ForeignKey("Seat", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["motion", "user"], name="nominee_once")]


class AdoptedBudget(models.Model):
    """A fund's plan for a year, by field, as a motion in force adopted it; the latest of a year holds."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="budgets")
    year = models.PositiveSmallIntegerField()
    motion = models.OneToOneField("Motion", on_delete=models.PROTECT, related_name="adopted_budget")
    lines = models.JSONField(help_text="fen by field")
    adopted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["fund", "year", "adopted_at"], name="budget_by_year")]

    def __str__(self) -> str:
        return f"{self.fund} {self.year}"

    @property
    def total(self) -> int:
        """The whole year's plan in fen."""
        lines: dict[str, Any] = self.lines
        return sum(int(amount) for amount in lines.values())


class Minutes(models.Model):
    """The minutes of a meeting, or of one vote by correspondence; frozen and public once two people signed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待签署")
        SIGNED = "signed", _("已签署")

    code = models.CharField(max_length=20, unique=True)
    committee = models.ForeignKey("Committee", on_delete=models.PROTECT, related_name="minutes")
    meeting = models.OneToOneField(Meeting, null=True, on_delete=models.PROTECT, related_name="minutes")
    motion = models.OneToOneField("Motion", null=True, on_delete=models.PROTECT, related_name="minutes")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    remarks = models.TextField(blank=True)
    # Canonical JSON of everything they say, written at the first signature; a changed remark empties it again.
    content = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    drafted_by_id = models.BigIntegerField(null=True)
    drafted_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(meeting=None, motion__isnull=False)
                | models.Q(meeting__isnull=False, motion=None),
                name="minutes_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Signature(models.Model):
    """One of the two people who signed the minutes, on which text, when."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="signatures")
    seat = models.ForeignKey("Seat", on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minutes", "seat"], name="signature_once")]
