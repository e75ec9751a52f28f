"""What the host holds for others and how it went out: the register of custodial assets (受托代理资产登记簿)."""

from django.db import models
from django.db.models import F, Q

from apps.core.models import StoredFile
from apps.core.sealing import unseal
from apps.donations.custody import Basis, CustodyState, HandOverKind, HandOverState, Nature
from apps.donations.models.donors import Donor
from apps.funds.models import Fund, Host


class Custody(models.Model):
    """Money or things that a principal handed over for one receiver, whom nobody here may change.

    It stands in the book of the host's general fund, on 1801 and 2601 only; `fund` is where it came through. The
    receiver's name is sealed with the context `custody:<code>:receiver`.
    """

    Nature = Nature
    Basis = Basis
    State = CustodyState

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="custodies")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="custodies")
    principal = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="custodies")
    nature = models.CharField(max_length=6, choices=Nature.choices)
    what = models.CharField(max_length=100, blank=True)
    amount = models.BigIntegerField()
    receiver_sealed = models.TextField()
    receiver_is_organisation = models.BooleanField(default=False)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    agreement = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=CustodyState.choices, default=CustodyState.HELD)
    day = models.DateField(help_text="accounting day")
    received_at = models.DateTimeField()
    entered_by_id = models.BigIntegerField(null=True)
    form_token = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="custody_positive"),
            models.CheckConstraint(
                condition=~Q(basis="agreement") | Q(agreement__isnull=False), name="custody_agreement_is_kept"
            ),
            models.CheckConstraint(condition=~Q(receiver_sealed=""), name="custody_has_a_receiver"),
        ]

    @property
    def receiver(self) -> str:
        """Who gets it in the end; for finance only."""
        return unseal(self.receiver_sealed, context=f"custody:{self.code}:receiver")


class HandOver(models.Model):
    """One passing on, or a return to the principal: asked for by one person of finance, carried out by another.

    The account it was paid to is sealed with the context `hand-over:<code>:account`.
    """

    Kind = HandOverKind
    State = HandOverState

    code = models.CharField(max_length=20, unique=True)
    custody = models.ForeignKey(Custody, on_delete=models.PROTECT, related_name="hand_overs")
    kind = models.CharField(max_length=10, choices=HandOverKind.choices)
    amount = models.BigIntegerField()
    account_sealed = models.TextField(blank=True)
    proof = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=HandOverState.choices, default=HandOverState.WAITING)
    day = models.DateField(null=True, help_text="accounting day")
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    form_token = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="hand_over_positive"),
            models.CheckConstraint(
                condition=Q(decided_by_id=None) | ~Q(decided_by_id=F("asked_by_id")) | Q(state="rejected"),
                name="hand_over_released_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(decided_by_id__isnull=False, day__isnull=False),
                name="hand_over_done_is_whole",
            ),
        ]

    @property
    def paid_to(self) -> str:
        """Who gets this part: the receiver, or the principal it goes back to; for finance only."""
        is_back = self.kind == HandOverKind.PRINCIPAL
        return self.custody.principal.name if is_back else self.custody.receiver

    @property
    def account(self) -> str:
        """Where the money goes; for finance only."""
        return unseal(self.account_sealed, context=f"hand-over:{self.code}:account")
