"""The written agreement about a grant."""

from django.db import models

from apps.core.models import StoredFile
from apps.grants.models.grants import Grant


class GrantAgreement(models.Model):
    """An agreement between the host and the organisation (慈善法第六十条): what was agreed, and the signed copy.

    `facts` are frozen when it is drawn. Whatever changes after it was signed goes into a further one, by number.
    """

    code = models.CharField(max_length=20, unique=True)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="agreements")
    number = models.PositiveSmallIntegerField()
    facts = models.JSONField()
    drawn_at = models.DateTimeField()
    drawn_by_id = models.BigIntegerField(null=True)
    signed_on = models.DateField(null=True)
    signed_copy = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(null=True)
    filed_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grant", "number"], name="grant_agreement_once"),
            models.CheckConstraint(
                condition=models.Q(signed_on=None, signed_copy=None, filed_at=None)
                | models.Q(signed_on__isnull=False, signed_copy__isnull=False, filed_at__isnull=False),
                name="grant_agreement_signed_with_its_copy",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_signed(self) -> bool:
        """Whether the signed copy is kept."""
        return self.signed_on is not None
