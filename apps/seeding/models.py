"""Seed money from the host to its funds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.funds.models import Fund, Rulebook


class Programme(models.Model):
    """A pot of the host's free money, paid to funds as a fixed start-up sum each (启动资金)."""

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(_("名称"), max_length=100)
    # The host's general fund.
    source = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="programmes")
    pot = models.BigIntegerField()
    per_fund = models.BigIntegerField()
    document = models.CharField(_("依据文件"), max_length=200)
    opens_on = models.DateField()
    closes_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(per_fund__gt=0, pot__gte=models.F("per_fund")), name="programme_pot_fits"
            ),
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")), name="programme_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Award(models.Model):
    """What one fund got out of a programme, under which version of the rules, booked by which entry."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="awards")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="seed_awards")
    amount = models.BigIntegerField()
    awarded_at = models.DateTimeField()
    awarded_by_id = models.BigIntegerField(null=True)
    # The rulebook whose clause allowed the sum; None when it was the default.
    rulebook = models.ForeignKey(Rulebook, null=True, on_delete=models.PROTECT, related_name="+")
    entry_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "fund"], name="award_once_per_fund")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.fund_id} {self.amount}"
