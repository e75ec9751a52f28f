"""What residents ask for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.divisions.models import Division
from apps.funds.states import Field


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
