"""How the purpose of a fund, or of a donor's restriction, was changed: the history stays."""

from django.db import models

from apps.funds.models.funds import Fund, Restriction
from apps.funds.states import PurposeBasis


class PurposeChange(models.Model):
    """One change of what money is for, with what allowed it (慈善法第五十六条) and the decision behind it."""

    Basis = PurposeBasis

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="purpose_changes")
    # Without one, the fund's own purpose was changed.
    restriction = models.ForeignKey(
        Restriction, null=True, on_delete=models.PROTECT, related_name="purpose_changes"
    )
    before = models.TextField()
    after = models.TextField()
    basis = models.CharField(max_length=12, choices=Basis.choices)
    reference = models.CharField(max_length=120, help_text="number of the filing or of the consent")
    dated = models.DateField()
    source = models.CharField(max_length=40, unique=True, help_text="the motion that decided it")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["fund", "changed_at"], name="purpose_change_by_fund")]

    def __str__(self) -> str:
        return f"{self.fund} {self.source}"
