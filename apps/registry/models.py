"""The partners who do the work."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.divisions.models import Division


class Organisation(models.Model):
    """A registered organisation that can apply for and carry out projects.

    `host` is the code of the charity federation that registered it and answers for its particulars.
    """

    class Kind(models.TextChoices):
        SOCIAL_ORGANISATION = "social_organisation", _("社会组织")
        SOCIAL_WORK = "social_work", _("社工机构")
        COMMUNITY = "community", _("居（村）民委员会")
        TEAM = "team", _("志愿服务队")
        FIRM = "firm", _("企业")

    class State(models.TextChoices):
        ACTIVE = "active", _("有效")
        SUSPENDED = "suspended", pgettext_lazy("state", "暂停")

    code = models.CharField(max_length=20, unique=True)
    host = models.CharField(max_length=20, blank=True)
    name = models.CharField(_("名称"), max_length=100)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, null=True, blank=True)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="organisations")
    head = models.CharField(_("负责人"), max_length=60)
    payee_account = models.CharField(_("收款账号"), max_length=200, blank=True, help_text="sealed")
    # The keyed hash of the account, so that those who share one are found without opening any.
    payee_index = models.CharField(max_length=64, blank=True, db_index=True)
    payee_bank = models.CharField(_("开户行"), max_length=100, blank=True)
    # One person enters the account, another checks it; `payee_version` counts its changes, so that what was prepared
    # for an earlier one is known.
    payee_last_four = models.CharField(max_length=4, blank=True)
    payee_version = models.PositiveIntegerField(default=0)
    payee_entered_by_id = models.BigIntegerField(null=True)
    payee_checked_by_id = models.BigIntegerField(null=True)
    payee_checked_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "uscc"], name="organisation_once_per_host"),
            models.UniqueConstraint(fields=["host", "division", "name"], name="organisation_name_once"),
            models.CheckConstraint(
                condition=models.Q(payee_checked_by_id=None)
                | models.Q(payee_entered_by_id=None)
                | ~models.Q(payee_checked_by_id=models.F("payee_entered_by_id")),
                name="payee_checked_by_another",
            ),
        ]
        indexes = [models.Index(fields=["host", "name"], name="organisation_by_host")]

    def __str__(self) -> str:
        return self.name
