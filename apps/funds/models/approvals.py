"""A chain of steps up the levels: what is asked, who decides it in which order, and what they said."""

from django.db import models

from apps.core import clock
from apps.divisions.models import Division
from apps.funds.models.funds import Fund, Host
from apps.funds.states import ApprovalKind, ApprovalState, PartyKind, StepState
from apps.users.models import Role


class Approval(models.Model):
    """Something that levels above have to agree to, one after the other; its subject is named by kind and code.

    A round runs from the first step to the last; what is returned and handed in again starts the next round. `task` is
    the work kicked with the approval's code when the chain is passed, returned or refused.
    """

    Kind = ApprovalKind
    State = ApprovalState

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    subject_kind = models.CharField(max_length=40)
    subject_code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    # Where the whole of it can be read, as a path of this site.
    page = models.CharField(max_length=200, blank=True)
    amount = models.BigIntegerField(default=0)
    fund = models.ForeignKey(Fund, null=True, on_delete=models.PROTECT, related_name="approvals")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    round = models.PositiveSmallIntegerField(default=1)
    opened_by_id = models.BigIntegerField(null=True)
    # Who handed in the present round: like who opened, they decide nothing in it.
    submitted_by_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    task = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_code"],
                condition=~models.Q(state="withdrawn"),
                name="approval_once_per_subject",
            ),
        ]
        indexes = [models.Index(fields=["host", "state"], name="approval_by_host")]

    def __str__(self) -> str:
        return self.title


class ApprovalParty(models.Model):
    """Somebody who is a party to what is asked and decides no step of it, whatever roles they hold.

    Who asks says who they are when it is asked; who becomes one later is added. None is ever taken away.
    """

    Kind = PartyKind

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="parties")
    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["approval", "user_id"], name="approval_party_once"),
        ]

    def __str__(self) -> str:
        return f"{self.approval_id} {self.user_id} {self.kind}"


class ApprovalStep(models.Model):
    """One level's decision in one round. Who may decide: whoever holds the role over the scope."""

    State = StepState

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=60)
    role_kind = models.CharField(max_length=20, choices=Role.Kind.choices)
    scope_kind = models.CharField(max_length=20, choices=Role.Scope.choices)
    scope_code = models.CharField(max_length=40)
    # Days given from when the step's turn comes; 0 is without a deadline.
    days = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["approval", "round", "number"], name="approval_step_once"),
            models.UniqueConstraint(
                fields=["approval"], condition=models.Q(state="current"), name="one_current_step"
            ),
        ]
        indexes = [
            models.Index(
                fields=["role_kind", "scope_kind", "scope_code"],
                name="step_by_scope",
                condition=models.Q(state="current"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.approval_id} {self.round}.{self.number} {self.label}"

    @property
    def is_late(self) -> bool:
        """Whether the deadline is over: now for a step whose turn it is, at the decision for a decided one."""
        return self.due_at is not None and (self.decided_at or clock.now()) > self.due_at
