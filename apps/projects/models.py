"""Needs that residents voice, projects that answer them, and the work that is shown for the money."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import StoredFile
from apps.divisions.models import Division
from apps.funds.models import Fund, Host
from apps.funds.states import Field as Field
from apps.registry.models import Organisation


class Need(models.Model):
    """What a resident asked for, in their own words; public once a secretary of the community's fund publishes it."""

    class State(models.TextChoices):
        VOICED = "voiced", _("待公开")
        PUBLISHED = "published", _("已公开")
        SET_ASIDE = "set_aside", _("不公开")

    code = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.VOICED)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="needs")
    field = models.CharField(max_length=12, choices=Field.choices)
    words = models.CharField(max_length=500)
    voiced_at = models.DateTimeField()
    voiced_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["division", "state", "voiced_at"], name="need_by_division")]

    def __str__(self) -> str:
        return self.words


class Call(models.Model):
    """An invitation to apply to one or several funds of a host, with what it pays for and how answers are judged.

    `closes_at` ends applying and `review_until` ends scoring; a call without `review_until` takes and decides
    applications one by one. Amounts are fen; no field named means every field.
    """

    class Kind(models.TextChoices):
        VENTURE = "venture", _("公益创投")
        CONTEST = "contest", _("项目大赛")
        PURCHASE = "purchase", _("购买服务")
        OPEN = "open", _("开放申请")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已公开")
        CANCELLED = "cancelled", _("已取消")

    code = models.CharField(max_length=20, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="calls")
    funds = models.ManyToManyField(Fund, related_name="calls")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=60)
    words = models.TextField()
    fields = models.JSONField(default=list)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    review_until = models.DateTimeField(null=True)
    pot = models.BigIntegerField()
    smallest = models.BigIntegerField()
    largest = models.BigIntegerField()
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at"))
                & (models.Q(review_until=None) | models.Q(review_until__gt=models.F("closes_at"))),
                name="call_days_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    smallest__gt=0, largest__gte=models.F("smallest"), pot__gte=models.F("largest")
                ),
                name="call_amounts_in_order",
            ),
        ]
        indexes = [models.Index(fields=["host", "state", "closes_at"], name="call_by_host")]

    def __str__(self) -> str:
        return self.title


class Criterion(models.Model):
    """One line of a call's sheet: its weight in the whole hundred, and how many points there are to give."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=30)
    words = models.CharField(max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="criterion_once")]


class Expert(models.Model):
    """Someone invited to score the answers to a call without a seat and without a vote."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="experts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    invited_by_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "user"], condition=models.Q(ended_at=None), name="expert_once"
            )
        ]


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
    asked = models.BigIntegerField(help_text="fen asked of the fund; the sum of the budget lines")
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


class Evidence(models.Model):
    """What an implementer reports about a stretch of work, with photographs.

    `persons` are the different people served in that stretch; they are never added up over reports.
    `is_final` closes the work: its acceptance is what later instalments wait for.
    """

    class State(models.TextChoices):
        FILED = "filed", _("待验收")
        ACCEPTED = "accepted", _("已验收")
        RETURNED = "returned", _("已退回")

    code = models.CharField(max_length=20, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="evidence")
    state = models.CharField(max_length=12, choices=State.choices, default=State.FILED)
    is_final = models.BooleanField(default=True)
    words = models.TextField()
    persons = models.PositiveIntegerField()
    person_times = models.PositiveIntegerField()
    filed_at = models.DateTimeField()
    filed_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(is_final=True) & ~models.Q(state="returned"),
                name="one_live_final_report",
            ),
        ]
        indexes = [models.Index(fields=["project", "filed_at"], name="evidence_by_project")]


class EvidencePhoto(models.Model):
    """A photograph of the work, cleaned when it came in and public once its evidence is accepted."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(max_length=100, blank=True)


class RatingCode(models.Model):
    """A one-time code, on paper or in a link, that lets one served resident rate a project."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="rating_codes")
    code = models.CharField(max_length=20, unique=True)
    issued_at = models.DateTimeField()
    issued_by_id = models.BigIntegerField(null=True)


class SatisfactionReply(models.Model):
    """One served resident's rating, 1 to 5."""

    code = models.OneToOneField(RatingCode, on_delete=models.PROTECT, related_name="reply")
    stars = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="stars_1_to_5")
        ]


class Review(models.Model):
    """What one reviewer thinks of one text of an application; a change is a new row, and one row is current.

    `points` follow the order of the sheet. Applicants never see who reviewed, nor a single score.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reviews")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_expert = models.BooleanField(default=False)
    text_hash = models.CharField(max_length=64, blank=True)
    points = models.JSONField()
    opinion = models.TextField(blank=True)
    given_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user"], condition=models.Q(is_current=True), name="one_current_review"
            )
        ]


class Confirmation(models.Model):
    """What a machine could not tell about an application, and a person looked into."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="confirmations")
    key = models.CharField(max_length=30)
    text_hash = models.CharField(max_length=64, blank=True)
    words = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField()
    confirmed_by_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key", "text_hash"], name="confirmed_once")]
