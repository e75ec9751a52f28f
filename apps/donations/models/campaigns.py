"""Filed fundraising plans."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.funds.models import Fund, Host


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
