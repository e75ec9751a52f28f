"""What was published, and is frozen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.funds.models import Fund


class PeriodReport(models.Model):
    """A fund's report for a quarter: canonical JSON first, page second. Published is frozen; a correction is a new
    version that says why."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已公布")

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="reports")
    quarter = models.CharField(max_length=7, help_text="2026-Q3")
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    content = models.TextField(help_text="RFC 8785 JSON")
    sha256 = models.CharField(max_length=64)
    explanation = models.CharField(max_length=500, blank=True)
    drafted_at = models.DateTimeField()
    drafted_by_id = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "quarter", "version"], name="report_version_once"),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(published_at__isnull=False),
                name="report_published_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.quarter} v{self.version}"

    @property
    def code(self) -> str:
        """What the report is called in addresses and in the audit."""
        return f"{self.fund.code}-{self.quarter}-v{self.version}"
