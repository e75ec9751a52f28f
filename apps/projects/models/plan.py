"""What an application promises, piece by piece: milestones with their days, and indicators with their targets."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.projects.models.projects import Project


class Milestone(models.Model):
    """A stretch of the work that is done, and reported, by a day.

    `share_bp` is the share of the grant that is paid once its report is accepted, in basis points; 0 pays nothing.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=100)
    due_on = models.DateField()
    share_bp = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="milestone_once"),
            models.CheckConstraint(
                condition=models.Q(share_bp__lte=10_000), name="milestone_pays_at_most_the_whole"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="milestone_by_day")]

    def __str__(self) -> str:
        return self.words


class Indicator(models.Model):
    """Something that is counted beside persons and person-times, with what is promised of it.

    Only what happened is added up over reports. People counted by an indicator (`PERSONS`) come again, so that the
    latest report's figure stands.
    """

    class Unit(models.TextChoices):
        TIMES = "times", _("次")
        PIECES = "pieces", _("件")
        HOURS = "hours", _("小时")
        PERSONS = "persons", _("人")
        PERSON_TIMES = "person_times", _("人次")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="indicators")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=60)
    unit = models.CharField(max_length=12, choices=Unit.choices)
    target = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="indicator_once"),
            models.CheckConstraint(condition=models.Q(target__gt=0), name="indicator_target_positive"),
        ]

    def __str__(self) -> str:
        return self.words
