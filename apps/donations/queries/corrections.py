"""Every read of moved gifts and of questions about their purpose."""

from django.db.models import QuerySet

from apps.donations.models import Donation, PurposeRequest, purpose_code


def purposes_of(donation: Donation) -> QuerySet[PurposeRequest]:
    """Return what the donor of a gift was asked about another purpose, newest first, each with its correction."""
    return donation.purpose_requests.select_related("fund", "correction").order_by("-pk")


def purpose_of_token(token: str) -> PurposeRequest | None:
    """Return the question that a letter's link opens; None for a link that is not ours."""
    code = purpose_code(token)
    if not code:
        return None
    rows = PurposeRequest.objects.select_related("donation__fund__host", "donation__host", "fund")
    return rows.filter(code=code).first()
