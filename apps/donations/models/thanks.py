"""What a fund's committee says to those who gave."""

from django.db import models

from apps.funds.models import Fund


class FundThanks(models.Model):
    """Thanks of a fund's committee for some gifts, in its own words. Each donor reads it beside their gift.

    It stays as it was said; only its words can be destroyed, when they speak of somebody who is to be forgotten.
    """

    code = models.CharField(max_length=20, unique=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="thanks")
    words = models.CharField(max_length=200)
    by_id = models.BigIntegerField()
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    # The form's token: sent twice, it thanks once.
    form_token = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(words="") | models.Q(erased_at__isnull=False),
                name="fund_thanks_words_or_erased",
            )
        ]
