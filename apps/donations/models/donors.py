"""Who gives, and what they agreed to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.sealing import unseal


class Donor(models.Model):
    """Who gave, as the host knows them. The ledger and the public know only the code.

    Personal fields are sealed (`apps.core.sealing`) with the context `donor:<code>:<field>`.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("个人")
        ORGANISATION = "organisation", _("单位")

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    user_id = models.BigIntegerField(null=True, db_index=True)
    name_sealed = models.TextField(blank=True)
    contact_sealed = models.TextField(blank=True)
    contact_index = models.CharField(max_length=64, blank=True, db_index=True)
    name_index = models.CharField(max_length=64, blank=True, db_index=True)
    # The row that stands for the same donor, after finance merged the two (`DonorMerge`); never a merged one itself.
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_rows")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="donor_not_merged_into_itself"
            )
        ]

    @property
    def head_id(self) -> int:
        """The key of the row that stands for this donor."""
        return self.merged_into_id or self.pk

    @property
    def name(self) -> str:
        """The name as the host knows it; for finance and the donor only."""
        return unseal(self.name_sealed, context=f"donor:{self.code}:name")

    @property
    def contact(self) -> str:
        """How the donor can be reached; for finance and the donor only."""
        return unseal(self.contact_sealed, context=f"donor:{self.code}:contact")


class Consent(models.Model):
    """A donor's consent to one purpose, given for one gift or for all, and withdrawn when they like."""

    class Purpose(models.TextChoices):
        PUBLISH_NAME = "publish_name", _("公示姓名")
        PUBLISH_AMOUNT = "publish_amount", _("公示金额")
        DEDICATION = "dedication", _("公示献给谁、以谁的名义")
        GUARDIAN = "guardian", _("监护人同意")
        PROVIDER_ABROAD = "provider_abroad", _("由境外支付机构处理付款")

    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    donation_code = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=300)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    @property
    def lets_see(self) -> bool:
        """Whether it lets the public see something."""
        shown = (self.Purpose.PUBLISH_NAME, self.Purpose.PUBLISH_AMOUNT, self.Purpose.DEDICATION)
        return self.purpose in shown
