"""How money arrives: donors, campaigns, gifts, refunds, and the inbox of the payment provider."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.sealing import unseal
from apps.donations.rules import spoken_name
from apps.donations.states import Channel, DonationState, EventState, NameChoice, RefundKind, RefundState
from apps.funds.models import Fund, Host


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
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

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
        PROVIDER_ABROAD = "provider_abroad", _("由境外支付机构处理付款")

    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    donation_code = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=300)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class Campaign(models.Model):
    """A filed fundraising plan (募捐方案). Without a valid one the site takes no online public gift."""

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="campaigns")
    name = models.CharField(_("活动名称"), max_length=60)
    filing_number = models.CharField(_("备案编号"), max_length=24, unique=True)
    purpose = models.TextField(_("募捐目的"))
    use_of_money = models.TextField(_("募得款物用途"))
    beneficiaries = models.CharField(_("受益人范围"), max_length=200)
    cost = models.CharField(_("募捐成本"), max_length=800)
    surplus = models.CharField(_("剩余财产处理"), max_length=800)
    responsible = models.CharField(_("负责人"), max_length=60)
    contact = models.CharField(_("联系方式"), max_length=100)
    bank_account = models.CharField(_("银行账户"), max_length=200)
    platform = models.CharField(_("互联网募捐信息平台"), max_length=100, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    funds = models.ManyToManyField(
        Fund, blank=True, related_name="campaigns", help_text="empty: all of the host's"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="campaign_dates_in_order"
            )
        ]


class Donation(models.Model):
    """A gift to a fund, or to one of its restrictions."""

    Channel = Channel
    State = DonationState
    NameChoice = NameChoice

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="donations")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="donations")
    restriction = models.CharField(max_length=24)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="donations")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="donations")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    name_choice = models.CharField(max_length=10, choices=NameChoice.choices, default=NameChoice.ANONYMOUS)
    # What the public sees: written once from the name and the choice, rewritten when the choice changes.
    public_name = models.CharField(max_length=100, blank=True)
    message = models.CharField(max_length=100, blank=True)
    # The provider's session and payment; a gift is known by its payment id.
    session_id = models.CharField(max_length=100, blank=True, db_index=True)
    payment_id = models.CharField(max_length=100, null=True, unique=True)
    # Written by the donor in the memo of a bank transfer.
    reference = models.CharField(max_length=20, null=True, unique=True)
    started_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)
    day = models.DateField(null=True, help_text="accounting day")
    entered_by_id = models.BigIntegerField(null=True)
    # The form's token: sent twice, it starts one gift.
    form_token = models.CharField(max_length=40, null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="donation_positive"),
            models.CheckConstraint(
                condition=models.Q(refunded__gte=0, refunded__lte=models.F("amount")),
                name="refunded_within_amount",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "started_at"],
                name="donation_open",
                condition=models.Q(state__in=["started", "pending"]),
            ),
            models.Index(fields=["fund", "state", "booked_at"], name="donation_roll"),
            models.Index(fields=["host", "state", "booked_at"], name="donation_latest"),
        ]

    @property
    def left(self) -> int:
        """What could still be given back, in fen."""
        return self.amount - self.refunded

    @property
    def spoken_name(self) -> str:
        """The public name as the reader says it."""
        return spoken_name(self.public_name)


class Refund(models.Model):
    """Money given back, whole or in part."""

    State = RefundState
    Kind = RefundKind

    code = models.CharField(max_length=20, unique=True)
    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="refunds")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.REFUND)
    amount = models.BigIntegerField()
    # What a dispute costs on top, and what the fund could not pay and the host's general fund advanced.
    fee = models.BigIntegerField(default=0)
    short = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=200)
    provider_id = models.CharField(max_length=100, null=True, unique=True)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=models.Q(fee__gte=0, short__gte=0, short__lte=models.F("amount") + models.F("fee")),
                name="refund_short_within",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], name="refund_open", condition=models.Q(state="asked", kind="refund")
            )
        ]


class ProviderEvent(models.Model):
    """The inbox: what a provider told us, stored before anything is done about it. Known by its id for ever."""

    State = EventState

    provider = models.CharField(max_length=10)
    event_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once")]
        indexes = [models.Index(fields=["state", "id"], name="provider_event_waiting")]
