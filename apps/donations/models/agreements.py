"""Agreements about gifts and pledges, made when a donor asks for one or promises to give."""

from django.db import models

from apps.core.models import StoredFile
from apps.core.sealing import unseal
from apps.donations.models.about import about_one, either
from apps.donations.models.gifts import Donation
from apps.donations.models.pledges import Pledge
from apps.donations.states import AgreementState


class DonationAgreement(models.Model):
    """A 捐赠协议 about one gift or one pledge (Charity Law, article 39): drawn from its facts, signed on paper, kept.

    The donor's name is sealed with the context `agreement:<code>:party`.
    """

    State = AgreementState

    code = models.CharField(max_length=12, unique=True)
    # Exactly one of the two.
    donation = models.OneToOneField(Donation, null=True, on_delete=models.PROTECT, related_name="agreement")
    pledge = models.OneToOneField(Pledge, null=True, on_delete=models.PROTECT, related_name="agreement")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAWN)
    party_sealed = models.TextField(blank=True)
    party_uscc = models.CharField(max_length=18, blank=True)
    purpose = models.CharField(max_length=300)
    wishes = models.CharField(max_length=300, blank=True)
    drawn_at = models.DateTimeField()
    signed_on = models.DateField(null=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(null=True)
    filed_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=about_one("donation", "pledge"), name="agreement_is_about_one"),
            models.CheckConstraint(
                condition=~models.Q(state="signed") | models.Q(signed_on__isnull=False, file__isnull=False),
                name="agreement_signed_is_whole",
            ),
        ]

    @property
    def subject(self) -> Donation | Pledge:
        """What the agreement is about."""
        return either(self.donation, self.pledge)

    @property
    def number(self) -> str:
        """The number as it is printed."""
        return f"JX-{self.drawn_at.year}-{self.code}"

    @property
    def party(self) -> str:
        """The donor's name in it; for finance and the donor only."""
        return unseal(self.party_sealed, context=f"agreement:{self.code}:party")
