"""Donors whom no message reaches: finance tells them by hand."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from apps.donations.models import DonorText
from apps.donations.models.texts import ABOUT
from apps.funds.models import Host


def texts_by_hand(hosts: Collection[Host]) -> QuerySet[DonorText]:
    """Return what donors of these hosts are to be told or asked by hand, oldest first."""
    rows = DonorText.objects.filter(closed_at=None, due_at=None)
    of_hosts = [Q(**{f"{name}__host__in": hosts}) for name in ABOUT]
    needed = [f"{name}__{key}" for name in ABOUT for key in ("fund", "host", "donor")]
    return rows.filter(reduce(or_, of_hosts)).select_related(*needed).order_by("pk")
