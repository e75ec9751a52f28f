"""What stands behind an application: other money, and who does the work."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.projects.models.projects import Project


class FundingLine(models.Model):
    """Money for the same work that no fund is asked for, in fen; public, so that nothing is paid for twice unseen."""

    class Kind(models.TextChoices):
        OWN = "own", _("自筹")
        GOVERNMENT = "government", _("政府资金")
        DONATION = "donation", _("别处的捐赠")
        FEES = "fees", _("服务收费")
        OTHER = "other", _("其他")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="funding_lines")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    source = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    is_secured = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="funding_line_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="funding_line_positive"),
        ]


class TeamLine(models.Model):
    """How many people work in one role. No names: the application is public from the vote on."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="team_lines")
    number = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=40)
    persons = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="team_line_once"),
            models.CheckConstraint(condition=models.Q(persons__gt=0), name="team_line_positive"),
        ]


class Declaration(models.Model):
    """What an applicant declares about ties to those who decide. It names people, so it stands apart from what is
    public; no row declares that there are none."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="declaration")
    words = models.TextField(max_length=500)
