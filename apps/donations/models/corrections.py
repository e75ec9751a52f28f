"""Gifts that were moved to another book: by mistake booked to the wrong one, or their purpose lawfully changed."""

from django.core import signing
from django.db import models

from apps.core.models import StoredFile
from apps.donations.models.about import either
from apps.donations.models.campaigns import Campaign
from apps.donations.models.gifts import Donation
from apps.donations.models.inkind import InKindGift
from apps.donations.states import AnswerWay, CorrectionBasis, PurposeState
from apps.funds.models import Fund

SALT = "donations.purpose"


class PurposeRequest(models.Model):
    """A donor is asked whether their gift may serve another purpose (Charity Law, article 56); silence is no yes."""

    State = PurposeState

    code = models.CharField(max_length=20, unique=True)
    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="purpose_requests")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="purpose_requests")
    restriction = models.CharField(max_length=24)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField(null=True)
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    # How it was answered; by telephone or on paper, on which day, who wrote it down, and the paper itself.
    answer_way = models.CharField(max_length=6, choices=AnswerWay.choices, blank=True)
    answered_on = models.DateField(null=True)
    answer_by_id = models.BigIntegerField(null=True)
    answer_paper = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["donation"], name="purpose_asked_once", condition=models.Q(state="asked")
            )
        ]
        indexes = [models.Index(fields=["answer_by"], name="purpose_open", condition=models.Q(state="asked"))]

    @property
    def token(self) -> str:
        """What the link in the donor's letter carries: the request's code, signed; nothing personal."""
        return signing.Signer(salt=SALT).sign(self.code)


def purpose_code(token: str) -> str:
    """Return the code that a link carries, "" unless we signed it."""
    try:
        return signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return ""


class Correction(models.Model):
    """One move of a gift between books, by an entry of its own; rows are only added. Amounts in fen."""

    Basis = CorrectionBasis

    code = models.CharField(max_length=20, unique=True)
    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="corrections")
    request = models.OneToOneField(
        PurposeRequest, null=True, on_delete=models.PROTECT, related_name="correction"
    )
    basis = models.CharField(max_length=10, choices=Basis.choices)
    from_fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="corrections_out")
    from_restriction = models.CharField(max_length=24)
    to_fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="corrections_in")
    to_restriction = models.CharField(max_length=24)
    # What was left of the gift, and the provider's fee on it, which moves along.
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200)
    # Number and day of the filing, for a purpose that the host changed under its filed plan.
    reference = models.CharField(max_length=120, blank=True)
    dated = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, fee__gte=0, fee__lte=models.F("amount")),
                name="correction_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(basis="consent") ^ models.Q(request=None), name="correction_has_consent"
            ),
            models.CheckConstraint(
                condition=~models.Q(basis="filing") | ~models.Q(reference=""), name="correction_has_filing"
            ),
        ]
        indexes = [models.Index(fields=["donation", "id"], name="correction_of_gift")]


class CampaignCorrection(models.Model):
    """A gift of money or in kind that counts for another campaign than was written down, or for none; rows are only
    added.

    Its fund, purpose and entries stay: for which campaign money came is no matter of the books.
    """

    code = models.CharField(max_length=20, unique=True)
    donation = models.ForeignKey(
        Donation, null=True, on_delete=models.PROTECT, related_name="campaign_corrections"
    )
    things = models.ForeignKey(
        InKindGift, null=True, on_delete=models.PROTECT, related_name="campaign_corrections"
    )
    from_campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="+")
    to_campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_campaign=None, to_campaign__isnull=False)
                | models.Q(from_campaign__isnull=False, to_campaign=None)
                | models.Q(from_campaign__isnull=False, to_campaign__isnull=False)
                & ~models.Q(from_campaign=models.F("to_campaign")),
                name="campaign_correction_changes",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="campaign_correction_says_why"),
            models.CheckConstraint(
                condition=models.Q(donation__isnull=False, things=None)
                | models.Q(donation=None, things__isnull=False),
                name="campaign_correction_of_one_gift",
            ),
        ]
        indexes = [models.Index(fields=["donation", "id"], name="campaign_correction_of_gift")]

    @property
    def given(self) -> Donation | InKindGift:
        """What it is about."""
        return either(self.donation, self.things)
