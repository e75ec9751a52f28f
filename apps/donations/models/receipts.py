"""Fiscal receipts for gifts of money and in kind, as the finance department's own system issues them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import StoredFile
from apps.core.sealing import unseal
from apps.donations.models.about import about_one, either
from apps.donations.models.donors import Donor
from apps.donations.models.gifts import Donation
from apps.donations.models.inkind import InKindGift
from apps.donations.states import ReceiptState, VoidReason
from apps.funds.models import Fund, Host


class FiscalReceipt(models.Model):
    """A 公益事业捐赠票据 for one gift of money or in kind (Charity Law, article 38): asked for, waived, issued, void,
    issued anew.

    The finance department's system mints code, number and check code (财综〔2024〕1号); this row only keeps them. The
    payer's name is sealed with the context `receipt:<code>:payer`, and stays after the donor is erased once the
    receipt is issued: stubs are kept for five years.
    """

    State = ReceiptState
    Why = VoidReason
    Kind = Donor.Kind

    code = models.CharField(max_length=20, unique=True)
    # Exactly one of the two.
    donation = models.ForeignKey(Donation, null=True, on_delete=models.PROTECT, related_name="receipts")
    in_kind = models.ForeignKey(InKindGift, null=True, on_delete=models.PROTECT, related_name="receipts")
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="receipts")
    state = models.CharField(max_length=10, choices=State.choices)
    kind = models.CharField(_("抬头"), max_length=12, choices=Donor.Kind.choices, default=Donor.Kind.PERSON)
    payer_sealed = models.TextField(blank=True)
    payer_uscc = models.CharField(max_length=18, blank=True)
    # Fen: what the receipt is for, written when it is issued; what is left of the gift until then.
    amount = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField(null=True)
    # Given by the finance department's system.
    batch_code = models.CharField(_("票据代码"), max_length=8, blank=True)
    number = models.CharField(_("票据号码"), max_length=10, blank=True)
    check_code = models.CharField(_("校验码"), max_length=20, blank=True)
    issued_on = models.DateField(_("开票日期"), null=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    # Which proof of fair value the donor of things handed in, when no voucher gives their value.
    proof = models.CharField(_("公允价值证明"), max_length=100, blank=True)
    issued_at = models.DateTimeField(null=True)
    issued_by_id = models.BigIntegerField(null=True)
    # Since when the gift was given back, by a dispute say, under a receipt that stands: it must be made void.
    recalled_at = models.DateTimeField(null=True)
    void_why = models.CharField(max_length=8, choices=VoidReason.choices, blank=True)
    red_batch_code = models.CharField(_("红票代码"), max_length=8, blank=True)
    red_number = models.CharField(_("红票号码"), max_length=10, blank=True)
    voided_at = models.DateTimeField(null=True)
    voided_by_id = models.BigIntegerField(null=True)
    declined = models.CharField(max_length=200, blank=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=about_one("donation", "in_kind"), name="receipt_is_for_one_gift"
            ),
            models.UniqueConstraint(
                fields=["in_kind"],
                condition=models.Q(state__in=["waived", "requested", "issued"]),
                name="receipt_one_open_in_kind",
            ),
            models.UniqueConstraint(
                fields=["donation"],
                condition=models.Q(state__in=["waived", "requested", "issued"]),
                name="receipt_one_open_per_gift",
            ),
            models.UniqueConstraint(
                fields=["batch_code", "number"], condition=models.Q(number__gt=""), name="receipt_number_once"
            ),
            models.UniqueConstraint(
                fields=["red_batch_code", "red_number"],
                condition=models.Q(red_number__gt=""),
                name="receipt_red_number_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["issued", "void"])
                | models.Q(
                    amount__gt=0,
                    number__gt="",
                    batch_code__gt="",
                    issued_on__isnull=False,
                    payer_sealed__gt="",
                ),
                name="receipt_issued_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="void") | models.Q(voided_at__isnull=False, void_why__gt=""),
                name="receipt_void_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["host", "state", "asked_at"], name="receipt_desk")]

    @property
    def gift(self) -> Donation | InKindGift:
        """What the receipt is for."""
        return either(self.donation, self.in_kind)

    @property
    def fund(self) -> Fund:
        """The fund that was given to."""
        return self.gift.fund

    @property
    def item(self) -> str:
        """What was given in kind, with its quantity; empty for money."""
        return self.in_kind.item if self.in_kind else ""

    @property
    def payer(self) -> str:
        """The name on the receipt; for finance and the donor only."""
        return unseal(self.payer_sealed, context=f"receipt:{self.code}:payer")

    @property
    def is_reissue(self) -> bool:
        """Whether it stands for one that was lost: the form then says 补开."""
        return self.replaces is not None and self.replaces.void_why == VoidReason.LOST
