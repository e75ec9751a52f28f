"""Gifts in kind, and how they leave the store."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import StoredFile
from apps.donations.goods import Basis, Beneficiaries, LossCause, LossState, MoveKind, Nature
from apps.donations.models.campaigns import Campaign
from apps.donations.models.donors import Donor
from apps.donations.rules import spoken_name
from apps.donations.states import Channel, NameChoice
from apps.funds.models import Fund, Host


class InKindGift(models.Model):
    """Things of one sort, or one service, given to a fund. Never part of a total of money.

    `issued`, `sold` and `lost` are kept with the moves and proved by `check_books`; what is left is the rest.
    """

    Nature = Nature
    Basis = Basis

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="in_kind_gifts")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="in_kind_gifts")
    restriction = models.CharField(max_length=24)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="in_kind_gifts")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="in_kind_gifts")
    name_choice = models.CharField(max_length=10, choices=NameChoice.choices, default=NameChoice.ANONYMOUS)
    public_name = models.CharField(max_length=100)
    nature = models.CharField(max_length=8, choices=Nature.choices, default=Nature.GOODS)
    name = models.CharField(_("名称"), max_length=60)
    quantity = models.BigIntegerField(_("数量"))
    unit = models.CharField(_("单位"), max_length=10)
    # What stands in the books, in fen; 0 is registered and disclosed only.
    value = models.BigIntegerField()
    basis = models.CharField(max_length=10, choices=Basis.choices)
    voucher_value = models.BigIntegerField(null=True)
    valuation_note = models.CharField(max_length=200, blank=True)
    place = models.CharField(_("存放地点"), max_length=60, blank=True)
    expires_on = models.DateField(null=True)
    issued = models.BigIntegerField(default=0)
    sold = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    # Of the lost: what went back to the donor or never came, so that it is no gift any more.
    undone = models.BigIntegerField(default=0)
    day = models.DateField(help_text="accounting day")
    received_at = models.DateTimeField()
    entered_by_id = models.BigIntegerField(null=True)
    form_token = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, value__gte=0), name="in_kind_positive"),
            models.CheckConstraint(
                condition=Q(issued__gte=0, sold__gte=0, lost__gte=0)
                & Q(quantity__gte=F("issued") + F("sold") + F("lost")),
                name="in_kind_within_received",
            ),
            models.CheckConstraint(
                condition=Q(undone__gte=0, undone__lte=F("lost")), name="in_kind_undone_is_lost"
            ),
        ]
        indexes = [models.Index(fields=["fund", "-id"], name="in_kind_of_fund")]

    @property
    def gone(self) -> int:
        """How many units have left."""
        return self.issued + self.sold + self.lost

    @property
    def left(self) -> int:
        """How many units are there; a service is used up as it comes."""
        return 0 if self.nature == Nature.SERVICE else self.quantity - self.gone

    @property
    def left_value(self) -> int:
        """What the books hold of it, in fen."""
        if self.nature == Nature.SERVICE:
            return 0
        return self.value - self.value * self.gone // self.quantity

    @property
    def given_value(self) -> int:
        """The value at which what stays given was accepted, in fen; 0 without one."""
        return self.value - self.value * self.undone // self.quantity

    @property
    def spoilt(self) -> int:
        """How many units were written off and stay given."""
        return self.lost - self.undone

    @property
    def item(self) -> str:
        """What it is and how much of it was given, as a receipt says it."""
        return f"{self.name} {self.quantity - self.undone}{self.unit}"

    @property
    def spoken_name(self) -> str:
        """The public name as the reader says it."""
        return spoken_name(self.public_name)


class GoodsMove(models.Model):
    """Units that left: handed out, sold or written off. Never changed or deleted."""

    Kind = MoveKind

    code = models.CharField(max_length=20, unique=True)
    gift = models.ForeignKey(InKindGift, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=8, choices=MoveKind.choices)
    quantity = models.BigIntegerField()
    value = models.BigIntegerField()
    day = models.DateField()
    beneficiaries = models.CharField(max_length=10, choices=Beneficiaries.choices, blank=True)
    # How many people got something this time; never added up into "people helped".
    people = models.IntegerField(null=True)
    receipt = models.CharField(_("签收单编号"), max_length=60, blank=True)
    evidence = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    proceeds = models.BigIntegerField(default=0)
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    form_token = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, value__gte=0), name="goods_move_positive"),
            models.CheckConstraint(
                condition=Q(kind="sale", proceeds__gt=0) | (~Q(kind="sale") & Q(proceeds=0)),
                name="goods_move_proceeds_of_a_sale",
            ),
        ]


class WriteOff(models.Model):
    """A write-off that one person asks for and another decides."""

    State = LossState

    code = models.CharField(max_length=20, unique=True)
    gift = models.ForeignKey(InKindGift, on_delete=models.PROTECT, related_name="write_offs")
    quantity = models.BigIntegerField()
    cause = models.CharField(max_length=8, choices=LossCause.choices, default=LossCause.SPOILT)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=LossState.choices, default=LossState.WAITING)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    form_token = models.CharField(max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="write_off_positive"),
            models.CheckConstraint(
                condition=Q(decided_by_id=None) | ~Q(decided_by_id=F("asked_by_id")) | Q(state="rejected"),
                name="write_off_decided_by_another",
            ),
        ]
