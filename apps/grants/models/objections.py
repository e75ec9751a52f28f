"""What people object to in a grant's public notice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.grants.models.changes import GrantChange
from apps.grants.models.grants import Grant


class Objection(models.Model):
    """An objection to a grant (公示异议). Its code is the receipt: who has it reads the words as they were written.

    `contact` is sealed and for the officer who answers. What everyone reads is `public_words`, which the answer brings:
    the objection without the names of people.
    """

    class Ground(models.TextChoices):
        NEED = "need", _("不是真需要")
        PAYEE = "payee", _("承办方不合适")
        TIES = "ties", _("有利益关系没有回避")
        AMOUNT = "amount", _("金额或预算不合理")
        PROCESS = "process", _("程序不对")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        OPEN = "open", _("待答复")
        DISMISSED = "dismissed", _("不成立")
        UPHELD = "upheld", _("成立")

    code = models.CharField(max_length=20, unique=True)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="objections")
    ground = models.CharField(max_length=8, choices=Ground.choices)
    words = models.CharField(max_length=1000)
    contact = models.CharField(max_length=400, blank=True, help_text="sealed")
    made_by_id = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    # After the notice it is answered all the same, but stops nothing by itself.
    is_late = models.BooleanField()
    # Whether the notice stays open until it is answered: by the rules the motion was made under.
    holds = models.BooleanField()
    answer_by = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    public_words = models.CharField(max_length=500, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.BigIntegerField(null=True)
    # The new vote that an upheld objection led to; without one the grant was ended.
    change = models.ForeignKey(GrantChange, null=True, on_delete=models.PROTECT, related_name="objections")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", answered_at=None, answer="")
                | ~models.Q(state="open")
                & models.Q(answered_at__isnull=False)
                & ~models.Q(answer="")
                & ~models.Q(public_words=""),
                name="objection_answered_says_how",
            ),
            models.CheckConstraint(
                condition=models.Q(is_late=False) | models.Q(holds=False), name="objection_late_holds_nothing"
            ),
        ]
        indexes = [models.Index(fields=["grant", "state"], name="objection_by_grant")]

    def __str__(self) -> str:
        return self.code
