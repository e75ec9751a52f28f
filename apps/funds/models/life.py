"""How a fund comes about and changes: applications, agreements, former names, and what became of ended funds."""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import StoredFile
from apps.divisions.models import Division
from apps.funds.models.funds import Fund, Host
from apps.funds.states import ApplicationState, FundKind, SuccessionKind


class FundName(models.Model):
    """A name a fund had until a day."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=100)
    until = models.DateField()
    document = models.CharField(_("依据"), max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class FundApplication(models.Model):
    """A community asks for a fund: what for, with what money to start, who should sit on its committee.

    The proposed committee is for the levels that review, never for public pages.
    """

    State = ApplicationState

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=12, choices=FundKind.choices)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    purpose = models.TextField()
    startup = models.BigIntegerField(help_text="fen meant to start with")
    applicant = models.CharField(_("申请单位"), max_length=100)
    committee = models.TextField(_("拟任管委会"))
    state = models.CharField(max_length=12, choices=State.choices, default=State.SUBMITTED)
    applied_at = models.DateTimeField()
    applied_by_id = models.BigIntegerField()
    fund = models.OneToOneField(Fund, null=True, on_delete=models.PROTECT, related_name="application")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(startup__gte=0), name="application_startup_not_negative"
            ),
            models.UniqueConstraint(
                fields=["host", "name"],
                condition=models.Q(state__in=["submitted", "returned", "approved", "signed"]),
                name="application_name_once",
            ),
        ]
        indexes = [models.Index(fields=["host", "state"], name="application_by_host")]

    def __str__(self) -> str:
        return self.name


class FundAgreement(models.Model):
    """The agreement between the host and who applied (民发〔2015〕241号), and its signed sheet, as it came."""

    application = models.OneToOneField(FundApplication, on_delete=models.PROTECT, related_name="agreement")
    number = models.CharField(max_length=60)
    end_conditions = models.TextField(_("终止条件"))
    surplus = models.TextField(_("剩余财产处理"))
    signed_on = models.DateField()
    scan = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    drawn_by_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.number


class Succession(models.Model):
    """An act that ends funds: a merger, a split or a closing, with the proof that nothing was lost.

    `body` is canonical JSON: balances before and after by fund, restriction and account, and every move between. It is
    written once; `sha256` is its hash. A closing also owes the public what became of the surplus, by `publish_by`.
    """

    Kind = SuccessionKind

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="successions")
    day = models.DateField()
    document = models.CharField(_("依据文件"), max_length=200)
    reason = models.TextField(blank=True)
    motion_code = models.CharField(max_length=20, blank=True)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True)
    publish_by = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    final_report = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["motion_code"], condition=~models.Q(motion_code=""), name="succession_once_per_motion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def facts(self) -> dict[str, Any]:
        """The proof as plain values."""
        values: dict[str, Any] = json.loads(self.body)
        return values


class FundSuccession(models.Model):
    """Where a fund's money of one restriction went; `""` is its unrestricted money.

    Every restriction of the ended fund has its rows, with or without money: what arrives late follows the row that
    leads. `into` is the restriction in the successor's book.
    """

    succession = models.ForeignKey(Succession, on_delete=models.PROTECT, related_name="parts")
    predecessor = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="inheritances")
    restriction = models.CharField(max_length=24, blank=True)
    into = models.CharField(max_length=24, blank=True)
    weight = models.PositiveBigIntegerField()
    amount = models.BigIntegerField(help_text="fen that could be spent and moved with this row")
    leads = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "restriction", "successor"], name="succession_part_once"
            ),
            models.UniqueConstraint(
                fields=["predecessor", "restriction"],
                condition=models.Q(leads=True),
                name="one_leading_successor",
            ),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")), name="nobody_succeeds_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} {self.restriction} → {self.successor_id} {self.into}"
