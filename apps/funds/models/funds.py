"""Hosts, their special funds, the rules they live by, and what is promised out of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.divisions.models import Division
from apps.funds.states import FundKind, FundState, SuspensionKind


class Host(models.Model):
    """A charity federation: it alone holds the money, signs and raises funds.

    Its area is `division` and everything under it, minus the divisions excluded.
    """

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    excluded = models.ManyToManyField(Division, blank=True, related_name="+")
    licence = models.CharField(_("公开募捐资格证书"), max_length=100, blank=True)
    contact = models.CharField(_("联系方式"), max_length=200, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class Fund(models.Model):
    """A special fund: a book inside the host, tied to a division and opened by an agreement.

    It has no legal personality, account or seal of its own. Each host has one general fund (its own free money).
    """

    Kind = FundKind
    State = FundState

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="funds")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="funds")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    name = models.CharField(max_length=100)
    purpose = models.TextField(_("用途范围"), blank=True)
    agreement = models.CharField(_("设立协议编号"), max_length=60, blank=True)
    opened_on = models.DateField()
    # While suspended: since when and why, for everyone to read. Once closed, its last day.
    suspended_on = models.DateField(null=True)
    suspended_for = models.CharField(max_length=16, choices=SuspensionKind.choices, blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host"], condition=models.Q(kind="general"), name="one_general_fund_per_host"
            ),
        ]
        indexes = [models.Index(fields=["division", "kind"], name="fund_by_division")]

    def __str__(self) -> str:
        return self.name


class Restriction(models.Model):
    """What a donor's money may be used for. Every fund has one for its own purposes (`is_general`)."""

    code = models.CharField(max_length=24, unique=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="restrictions")
    purpose = models.CharField(max_length=200)
    until = models.DateField(null=True, blank=True)
    is_general = models.BooleanField(default=False)
    # The restriction of an ended fund whose part of the money this one holds.
    origin = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fund"], condition=models.Q(is_general=True), name="one_general_restriction_per_fund"
            ),
        ]

    def __str__(self) -> str:
        return self.purpose


class Reservation(models.Model):
    """Money of a fund that is promised and not yet paid; `remaining` falls as it is paid or released."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="reservations")
    restriction = models.CharField(max_length=24, blank=True)
    source_kind = models.CharField(max_length=20)
    source_code = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_code", "restriction"], name="reservation_once"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, remaining__gte=0, remaining__lte=models.F("amount")),
                name="reservation_within_its_amount",
            ),
        ]
        indexes = [
            models.Index(
                fields=["fund", "restriction"], name="reservation_open", condition=models.Q(remaining__gt=0)
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_kind}:{self.source_code} {self.remaining}"


class DivisionTotal(models.Model):
    """A folded total of one division and everything under it; the nation is the empty code.

    It holds what happened in one month (or ever, month empty), by flow: donated, refunded, seed (transfers between
    funds; they add up to zero at the host), spent, fee, other. The sign of an amount is its effect on the money.
    Rows without a host count every host's funds. Rows with a host stand only at that host's own division and total
    the host's own funds, whatever other hosts' funds lie in the same area.
    """

    division = models.CharField(max_length=12, blank=True)
    parent = models.CharField(max_length=12, blank=True)
    host = models.CharField(max_length=20, blank=True)
    month = models.CharField(max_length=7, blank=True, help_text="2026-11, or empty for all time")
    flow = models.CharField(max_length=12)
    amount = models.BigIntegerField(default=0)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division", "month", "flow", "host"], name="division_total_once"),
        ]
        indexes = [models.Index(fields=["parent", "month", "flow"], name="division_total_by_parent")]

    def __str__(self) -> str:
        return f"{self.division} {self.month} {self.flow} {self.amount}"


class FoldMark(models.Model):
    """One row: the moment up to which every booked entry is in the totals. Whoever folds holds its lock."""

    folded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.folded_at)
