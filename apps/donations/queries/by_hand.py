"""Donors whom no message reaches: finance tells them by hand."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from apps.donations.models import DonorText
from apps.funds.models import Host


def texts_by_hand(hosts: Collection[Host]) -> QuerySet[DonorText]:
    """Return what donors of these hosts are to be told or asked by hand, oldest first."""
    rows = DonorText.objects.filter(closed_at=None, due_at=None)
    rows = rows.filter(Q(donation__host__in=hosts) | Q(things__host__in=hosts))
    return rows.select_related("donation__fund", "things__fund", "donation__host", "things__host").order_by(
        "pk"
    )
