"""Seed money from the host to its funds."""

from django.db import models

from apps.funds.models import Fund


class Programme(models.Model):
    """A pot of the host's free money, paid to funds as a fixed start-up sum each (启动资金)."""

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=100)
    source = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="programmes")
    pot = models.BigIntegerField()
    per_fund = models.BigIntegerField()
    document = models.CharField(max_length=200)
    opens_on = models.DateField()
    closes_on = models.DateField()


class Award(models.Model):
    """What one fund got out of a programme."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="awards")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="seed_awards")
    amount = models.BigIntegerField()
    awarded_at = models.DateTimeField()
    awarded_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "fund"], name="award_once_per_fund")]
