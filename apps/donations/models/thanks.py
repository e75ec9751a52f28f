"""What a fund's committee says to those who gave."""

from django.db import models

from apps.funds.models import Fund


class FundThanks(models.Model):
    """Thanks of a fund's committee for some gifts, in its own words. Each donor reads it beside their gift. Stays."""

    code = models.CharField(max_length=20, unique=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="thanks")
    words = models.CharField(max_length=200)
    by_id = models.BigIntegerField()
    at = models.DateTimeField()
    # The form's token: sent twice, it thanks once.
    form_token = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(words=""), name="fund_thanks_has_words")]
