"""Every read of lists of gifts and donation boxes."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from apps.donations.models import BoxCount, CollectionBox, GiftBatch
from apps.donations.queries.wishes import wish_of
from apps.donations.states import CountState
from apps.funds.models import Host, Restriction
from apps.users.models import User


def batches_of(host: Host) -> QuerySet[GiftBatch]:
    """Return a host's lists of gifts, newest first."""
    return GiftBatch.objects.filter(host=host).select_related("fund", "host", "campaign").order_by("-pk")


def boxes_of(hosts: Iterable[Host]) -> QuerySet[CollectionBox]:
    """Return the donation boxes of these hosts with their counts, newest first."""
    counts = BoxCount.objects.exclude(state=CountState.DISCARDED).order_by("-opened_on", "-pk")
    counts = counts.select_related("campaign")
    rows = CollectionBox.objects.filter(host__in=list(hosts)).select_related("fund", "host")
    return rows.prefetch_related(Prefetch("counts", queryset=counts)).order_by("fund", "place")


def purpose_of_count(count: BoxCount) -> str:
    """Return the purpose, project or need that stood on a box when it was counted; empty for the general purpose."""
    if count.wish:
        wish = wish_of(count.wish)
        return wish.name if wish else count.wish
    found = Restriction.objects.filter(fund=count.box.fund_id, code=count.restriction).first()
    return found.purpose if found else ""


def counts_to_sign(hosts: Iterable[Host], user: User) -> QuerySet[BoxCount]:
    """Return the counts that wait for a second person who this user could be, the oldest first."""
    rows = BoxCount.objects.filter(box__host__in=list(hosts), state=CountState.COUNTED)
    return rows.exclude(counted_by_id=user.pk).select_related("box__fund", "box__host").order_by("pk")
