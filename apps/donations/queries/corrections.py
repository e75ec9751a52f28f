"""Every read of moved gifts and of questions about their purpose."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from apps.donations.models import CampaignCorrection, Donation, InKindGift, PurposeRequest, purpose_code
from apps.funds.models import Restriction


def _purpose(column: str) -> Subquery:
    """The purpose in words of the restriction that a column names."""
    return Subquery(Restriction.objects.filter(code=OuterRef(column)).values("purpose"))


def purposes_of(donation: Donation) -> QuerySet[Any]:
    """Return what the donor of a gift was asked about another purpose, newest first, each with its correction and, as
    `purpose`, the other purpose in words."""
    found = donation.purpose_requests.select_related("fund", "correction")
    return found.annotate(purpose=_purpose("restriction")).order_by("-pk")


def corrections_of(donation: Donation) -> QuerySet[Any]:
    """Return where a gift was moved, newest first, with the purposes in words (`from_purpose`, `to_purpose`)."""
    found = donation.corrections.select_related("from_fund", "to_fund")
    return found.annotate(
        from_purpose=_purpose("from_restriction"), to_purpose=_purpose("to_restriction")
    ).order_by("-pk")


def campaign_corrections_of(given: Donation | InKindGift) -> QuerySet[CampaignCorrection]:
    """Return how it was put right for which campaign a gift counts, newest first."""
    return given.campaign_corrections.select_related("from_campaign", "to_campaign").order_by("-pk")


def purpose_of_token(token: str) -> PurposeRequest | None:
    """Return the question that a letter's link opens; None for a link that is not ours."""
    code = purpose_code(token)
    if not code:
        return None
    rows = PurposeRequest.objects.select_related("donation__fund__host", "donation__host", "fund")
    return rows.filter(code=code).first()
