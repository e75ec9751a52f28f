"""Filed fundraising plans, their versions, their papers and what was published about them."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.models import StoredFile
from apps.donations import duties
from apps.donations.states import CampaignPaper, CampaignReportKind, PartnerKind
from apps.funds.models import Fund, Host


class Campaign(models.Model):
    """A filed fundraising plan (募捐方案). Without a valid one the site takes no online public gift.

    The fields and their lengths are those of the filing form of the charity information platform (慈善中国).
    """

    PartnerKind = PartnerKind

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="campaigns")
    name = models.CharField(_("活动名称"), max_length=60)
    # Empty while an emergency's plan is still to be filed.
    filing_number = models.CharField(_("备案编号"), max_length=24, blank=True)
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    is_emergency = models.BooleanField(_("为重大突发事件募捐"), default=False)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    purpose = models.TextField(_("募捐目的"))
    use_of_money = models.TextField(_("募得款物用途"))
    project = models.CharField(_("支持的慈善项目"), max_length=100, blank=True)
    methods = models.CharField(_("募捐方式"), max_length=200, blank=True)
    area = models.CharField(_("募捐地域"), max_length=200, blank=True)
    is_offsite = models.BooleanField(_("开展线下异地募捐"), default=False)
    platform = models.CharField(_("互联网募捐信息平台"), max_length=100, blank=True)
    beneficiaries = models.CharField(_("受益人范围"), max_length=200)
    beneficiary_number = models.CharField(_("受益人预期数量"), max_length=50, blank=True)
    beneficiary_method = models.CharField(_("受益人确认方式"), max_length=200, blank=True)
    # Fen a year, as the form asks it.
    expected = models.BigIntegerField(_("预期募集款物数额（元/年）"), null=True, blank=True)
    use_plan = models.TextField(_("使用计划"), blank=True)
    funding = models.CharField(_("直接或委托其他组织资助给受益人的款物"), max_length=500, blank=True)
    wages = models.CharField(_("人员报酬及相关费用"), max_length=500, blank=True)
    management_cost = models.CharField(_("管理费用说明"), max_length=500, blank=True)
    cost = models.CharField(_("募捐成本"), max_length=800)
    surplus = models.CharField(_("剩余财产处理"), max_length=800)
    partner_kind = models.CharField(_("合作方"), max_length=12, choices=PartnerKind.choices, blank=True)
    partner_name = models.CharField(_("合作方名称或姓名"), max_length=20, blank=True)
    partner_uscc = models.CharField(_("合作方统一社会信用代码"), max_length=18, blank=True)
    partner_evaluation = models.CharField(_("对合作方的评估"), max_length=500, blank=True)
    partner_agreement = models.CharField(_("合作协议"), max_length=200, blank=True)
    responsible = models.CharField(_("负责人"), max_length=60)
    contact = models.CharField(_("联系方式"), max_length=100)
    bank_account = models.CharField(_("银行账户"), max_length=200)
    remarks = models.TextField(_("其他需要说明的事项"), blank=True)
    funds = models.ManyToManyField(
        Fund, blank=True, related_name="campaigns", help_text="empty: all of the host's"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="campaign_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["filing_number"], condition=~models.Q(filing_number=""), name="campaign_number_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(filing_number="") | models.Q(is_emergency=True, filed_on=None),
                name="campaign_filed_or_emergency",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file_by(self) -> date | None:
        """The last day in time for the filing of an emergency's plan that began before it; None for a filed one."""
        return None if self.filing_number else duties.file_by(self.starts_on)

    @property
    def is_overdue(self) -> bool:
        """Whether the filing is late today."""
        return self.file_by is not None and clock.today() > self.file_by


class CampaignVersion(models.Model):
    """The plan as it was written down at a moment, and why it changed. Rows are only ever added.

    `filed_on` is the day on which the authority took the change; a later version that carries one stands for all the
    changes before it (Order 74, article 12: changes are filed within ten days).
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    changed = models.JSONField(
        default=list, help_text="names of the fields that differ from the version before"
    )
    reason = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField()
    filed_on = models.DateField(null=True)
    written_at = models.DateTimeField()
    written_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="campaign_version_once"),
        ]
        ordering = ["number"]


class CampaignFile(models.Model):
    """A paper of the filing, kept for the campaign's archive (Order 74, article 15); staff only."""

    Kind = CampaignPaper

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by_id = models.BigIntegerField(null=True)


class CampaignReport(models.Model):
    """What was published about a campaign: received and used up to a day, in fen, frozen. Rows are only ever added.

    Order 81, article 8: within three months after the end; every three months when it runs for more than six; every
    five days in an emergency.
    """

    Kind = CampaignReportKind

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    until = models.DateField(help_text="the last day it tells of")
    gifts = models.PositiveIntegerField()
    received = models.BigIntegerField()
    used = models.BigIntegerField()
    # Gifts in kind and the value at which they were accepted, beside the money and never in it; none in old reports.
    things = models.PositiveIntegerField(null=True)
    things_value = models.BigIntegerField(null=True)
    used_for = models.TextField()
    unused_plan = models.TextField(blank=True)
    partner_review = models.TextField(blank=True)
    published_at = models.DateTimeField()
    published_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind", "until"], name="campaign_report_once"),
            models.CheckConstraint(
                condition=models.Q(received__gte=0, used__gte=0), name="campaign_report_not_negative"
            ),
        ]
        ordering = ["until", "pk"]
