"""Committees and the people on them, what is put before them, and how they vote."""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.models import StoredFile
from apps.governance.models.committees import VOTING_OFFICES as VOTING_OFFICES
from apps.governance.models.committees import Appointment as Appointment
from apps.governance.models.committees import Committee as Committee
from apps.governance.models.committees import HandOver as HandOver
from apps.governance.models.committees import HandOverSeat as HandOverSeat
from apps.governance.models.committees import Kinship as Kinship
from apps.governance.models.committees import Seat as Seat
from apps.governance.models.committees import SupervisorOpinion as SupervisorOpinion
from apps.governance.models.committees import Tie as Tie
from apps.governance.models.proceedings import AdoptedBudget as AdoptedBudget
from apps.governance.models.proceedings import AgendaItem as AgendaItem
from apps.governance.models.proceedings import Attendance as Attendance
from apps.governance.models.proceedings import Meeting as Meeting
from apps.governance.models.proceedings import Minutes as Minutes
from apps.governance.models.proceedings import Nominee as Nominee
from apps.governance.models.proceedings import PartyReview as PartyReview
from apps.governance.models.proceedings import Signature as Signature
from apps.governance.states import DECIDED, PASSED


class Motion(models.Model):
    """What a committee decides, with a frozen copy of its subject and the rules it was made under."""

    class Kind(models.TextChoices):
        GRANT = "grant", pgettext_lazy("one", "资助")
        GRANT_CHANGE = "grant_change", _("资助变更")
        RULE_CHANGE = "rule_change", _("改规则")
        PURPOSE_CHANGE = "purpose_change", _("改用途")
        BUDGET = "budget", _("年度预算")
        ELECTION = "election", _("选举")
        CLOSING = "closing", _("关闭基金")
        TEXT = "text", _("其他事项")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PARTY_REVIEW = "party_review", _("前置研究中")
        NOTICED = "noticed", _("已通知，待表决")
        OPEN = "open", _("表决中")
        CARRIED = "carried", _("已通过，待审核")
        IN_FORCE = "in_force", _("已通过")
        RETURNED = "returned", _("上级退回")
        LOST = "lost", _("未通过")
        WITHDRAWN = "withdrawn", _("已撤回")

    code = models.CharField(max_length=20, unique=True)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="motions")
    number = models.CharField(max_length=12, help_text="2026-07, within the committee")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=80)
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followers", help_text="returned before"
    )
    # The subject (a project, say) by kind and code, and its canonical JSON at tabling. `subject_hash` covers it
    # together with title, amount and restriction, and goes into every ballot.
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_code = models.CharField(max_length=40, blank=True)
    subject = models.TextField()
    subject_hash = models.CharField(max_length=64)
    amount = models.BigIntegerField(default=0, help_text="fen")
    restriction = models.CharField(max_length=24, blank=True)
    is_major = models.BooleanField(default=False, help_text="needs the threshold of major matters")
    rules = models.JSONField(default=dict, help_text="clause values pinned at opening, with their provenance")
    # Frozen at opening, too: whether names stay apart from choices, and how many voting seats are set up.
    is_secret = models.BooleanField(default=False)
    seats_total = models.PositiveIntegerField(default=0, help_text="vacancies included; 0: the roll's")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    tabled_by_id = models.BigIntegerField(null=True)
    # Who wrote the application that it is about: never among those who decide on it, whatever they are by then.
    applicant_id = models.BigIntegerField(null=True)
    tabled_at = models.DateTimeField()
    noticed_at = models.DateTimeField(null=True)
    # Before this moment the vote may not open: the members were told so many days before.
    notice_until = models.DateTimeField(null=True)
    # The meeting in which it is voted; without one the committee votes by correspondence.
    meeting = models.ForeignKey("Meeting", null=True, on_delete=models.PROTECT, related_name="motions")
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True, help_text="the published arithmetic, written once at close")
    # Sentences: with the rule to flag and not to refuse, the vote went ahead although these clauses were not met.
    composition = models.JSONField(
        null=True, help_text="what was wrong with the committee when voting opened"
    )
    settled_at = models.DateTimeField(null=True, help_text="when it came into force or was sent back")
    # What a motion in force does here (rules, purposes, budgets, seats): when it was done, or why it still waits.
    done_at = models.DateTimeField(null=True)
    waits_for = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["committee", "number"], name="motion_number_once")]
        indexes = [models.Index(fields=["state", "closes_at"], name="motion_due")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def facts(self) -> dict[str, Any]:
        """The frozen subject as plain values."""
        values: dict[str, Any] = json.loads(self.subject)
        return values

    @property
    def is_decided(self) -> bool:
        """Whether the votes were counted."""
        return self.state in DECIDED

    @property
    def passed(self) -> bool:
        """Whether the votes were counted as a yes, whatever an upper level said afterwards."""
        return self.state in PASSED


class RollEntry(models.Model):
    """One voting seat frozen when voting opened."""

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="roll")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["motion", "seat"], name="roll_once")]


class Ballot(models.Model):
    """One member's vote on one version of a motion; a change is a new row, and one row is current."""

    class Choice(models.TextChoices):
        YES = "yes", _("赞成")
        NO = "no", _("反对")
        ABSTAIN = "abstain", _("弃权")

    class Channel(models.TextChoices):
        ONLINE = "online", _("网上")
        PAPER = "paper", _("纸质")
        HAND = "hand", _("举手")
        PHONE = "phone", _("电话")

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="ballots")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="ballots")
    choice = models.CharField(max_length=8, choices=Choice.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.ONLINE)
    recorded_by_id = models.BigIntegerField()
    witness_id = models.BigIntegerField(null=True)
    subject_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True)
    # Random, for a secret vote: the voter finds their own ballot by it in a list without names.
    receipt = models.CharField(max_length=12, blank=True, default="")
    cast_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["motion", "seat"], condition=models.Q(is_current=True), name="one_current_ballot"
            ),
            models.UniqueConstraint(
                fields=["motion", "receipt"], condition=~models.Q(receipt=""), name="receipt_once"
            ),
        ]


class Sheet(models.Model):
    """The scanned sheet of ballots that were not given online: one per motion and channel."""

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="sheets")
    channel = models.CharField(max_length=8, choices=Ballot.Channel.choices)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    for_all = models.BooleanField(
        default=False, help_text="holds no personal data; shown to all after the close"
    )
    attached_by_id = models.BigIntegerField()
    attached_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["motion", "channel"], name="sheet_once")]


class Recusal(models.Model):
    """A member steps aside from a motion, or a declared tie makes them. The public sees that, never why."""

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="recusals")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="recusals")
    reason = models.CharField(max_length=200, blank=True)
    declared_at = models.DateTimeField()
    # Who said so; nobody where a tie did.
    declared_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["motion", "seat"], name="recusal_once")]
