"""Pieces of work for a community, as they are applied for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.funds.models import Fund
from apps.funds.states import Field
from apps.projects.models.calls import Call
from apps.projects.models.needs import Need
from apps.registry.models import Organisation


class Project(models.Model):
    """A piece of work for a community, with the part each of the five partners (五社) plays in it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已申请")
        TABLED = "tabled", _("已提交表决")
        APPROVED = "approved", _("已立项")
        DECLINED = "declined", _("未立项")
        NOT_CHOSEN = "not_chosen", _("未入选")
        RUNNING = "running", _("进行中")
        ACCEPTED = "accepted", _("已验收")
        CLOSED = "closed", _("已结项")

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(_("项目名称"), max_length=60)
    field = models.CharField(_("领域"), max_length=12, choices=Field.choices)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="projects")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="projects")
    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.PROTECT, related_name="projects")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    goal = models.TextField(_("做什么、给谁、做到什么样"))
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"))
    expected_persons = models.PositiveIntegerField(_("预计服务人数"))
    expected_person_times = models.PositiveIntegerField(_("预计服务人次"))
    asked = models.BigIntegerField(help_text="fen asked of all funds together; the sum of the shares")
    # The share of the grant paid when its public notice is over, in basis points; None leaves it to the rules.
    first_bp = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    submitted_at = models.DateTimeField(null=True)
    call = models.ForeignKey(Call, null=True, blank=True, on_delete=models.PROTECT, related_name="projects")
    # By what an application that answers no call is scored: the names of the clause in force when it was handed in.
    criteria = models.JSONField(default=list)
    # The fingerprint of what was handed in: whoever judged another text has to look again.
    text_hash = models.CharField(max_length=64, blank=True)
    returned_at = models.DateTimeField(null=True)
    # What the applicant is told with a return or a refusal.
    reason = models.CharField(max_length=300, blank=True)
    review_closed_at = models.DateTimeField(null=True)
    # From then on no spending is written down or struck out: the final account stands on it.
    records_closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="project_dates_in_order"
            ),
            models.CheckConstraint(condition=models.Q(asked__gt=0), name="project_asks_for_something"),
        ]
        indexes = [
            models.Index(fields=["fund", "state"], name="project_by_fund"),
            models.Index(fields=["organisation", "created_at"], name="project_by_organisation"),
        ]

    def __str__(self) -> str:
        return self.title


class Share(models.Model):
    """What one fund is asked to pay of a project, in fen; a project that several funds pay together has one for each.

    Every fund votes on its own share. The shares add up to what the project asks, so that the whole is counted once.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="shares")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="shares")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "fund"], name="share_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="share_positive"),
        ]
        indexes = [models.Index(fields=["fund", "project"], name="share_by_fund")]


class Part(models.Model):
    """What one of the five partners does in a project."""

    class Partner(models.TextChoices):
        COMMUNITY = "community", _("社区")
        SOCIAL_ORGANISATION = "social_organisation", _("社会组织")
        SOCIAL_WORKER = "social_worker", _("社会工作者")
        VOLUNTEER = "volunteer", _("社区志愿者")
        CHARITY_RESOURCE = "charity_resource", _("社会慈善资源")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="parts")
    partner = models.CharField(max_length=24, choices=Partner.choices)
    words = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "partner"], name="part_once")]


class BudgetLine(models.Model):
    """One line of what a project will cost, in fen."""

    class CostType(models.TextChoices):
        PERSONNEL = "personnel", _("人员")
        MATERIALS = "materials", _("物资")
        SERVICES = "services", _("服务")
        MANAGEMENT = "management", _("管理")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="budget_lines")
    cost_type = models.CharField(max_length=12, choices=CostType.choices)
    words = models.CharField(max_length=100)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="budget_line_positive")]
