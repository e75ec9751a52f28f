"""Who gave to a purpose, for the rule that donors do not decide how their restricted gift is spent."""

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from apps.donations.models import Donation, Donor
from apps.governance.models import Motion
from apps.governance.states import OPEN


def donors_of(restriction: str) -> set[int]:
    """Return the users (ids) whose gifts to a restriction are booked and not wholly given back."""
    gifts = Donation.objects.filter(
        restriction=restriction,
        state=Donation.State.BOOKED,
        refunded__lt=F("amount"),
    )
    heads = gifts.values(head=Coalesce("donor__merged_into_id", "donor_id"))
    rows = Donor.objects.filter(Q(pk__in=heads) | Q(merged_into__in=heads), user_id__isnull=False)
    return {user for user in rows.values_list("user_id", flat=True) if user is not None}


def open_on_restrictions() -> QuerySet[Motion]:
    """Return the open motions that spend money given for a purpose."""
    return Motion.objects.filter(state=OPEN).exclude(restriction="").order_by("pk")
