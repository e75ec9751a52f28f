"""Every read of what is held for others. None of it counts into a total of a fund's money."""

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Sum

from apps.donations.custody import CustodyState, HandOverState
from apps.donations.models import Custody, HandOver
from apps.donations.queries.gifts import hosts_seen_by
from apps.funds.models import Fund, Host
from apps.users.models import User

GONE = Sum("hand_overs__amount", filter=Q(hand_overs__state=HandOverState.DONE), default=0)


def custodies_seen_by(user: User | AnonymousUser) -> QuerySet[Custody]:
    """Return what is held for others, as a member of staff may open it."""
    rows = Custody.objects.filter(host__in=hosts_seen_by(user))
    return rows.select_related("fund", "host", "principal")


def handed_over(rows: Collection[Custody]) -> dict[int, int]:
    """Return what of each went out, in fen, by the row's key. One query."""
    done = HandOver.objects.filter(custody__in=rows, state=HandOverState.DONE).order_by()
    return dict(done.values_list("custody").annotate(total=Sum("amount")))


def custody_left(custody: Custody, *, waiting_counts: bool = True) -> int:
    """Return what may still be asked to go out, in fen: what waits for its second person is taken off."""
    states = [HandOverState.DONE, HandOverState.WAITING] if waiting_counts else [HandOverState.DONE]
    rows = custody.hand_overs.filter(state__in=states)
    return custody.amount - int(rows.aggregate(total=Sum("amount", default=0))["total"])


def hand_overs_of(custody: Custody) -> QuerySet[HandOver]:
    """Return how something went out, newest first."""
    return custody.hand_overs.select_related("custody__host", "proof").order_by("-pk")


def hand_overs_to_release(hosts: QuerySet[Host], user: User) -> QuerySet[HandOver]:
    """Return the hand-overs of these hosts that wait for this person, who did not ask for them."""
    rows = HandOver.objects.filter(custody__host__in=hosts, state=HandOverState.WAITING)
    return rows.exclude(asked_by_id=user.pk).select_related("custody__fund").order_by("asked_at")


def held_for_others(fund: Fund) -> int:
    """Return what came through a fund and is still to be passed on, in fen: not the fund's."""
    rows = Custody.objects.filter(fund=fund, state=CustodyState.HELD).annotate(gone=GONE)
    return sum(amount - gone for amount, gone in rows.values_list("amount", "gone"))


def custody_by_host(hosts: Collection[str]) -> dict[str, int]:
    """Return by host what the register says is still held for others, in fen."""
    custodies = Custody.objects.filter(host__code__in=hosts).annotate(gone=GONE)
    rows = custodies.values_list("host__code", "amount", "gone")
    found = dict.fromkeys(hosts, 0)
    for host, amount, gone in rows:
        found[host] += amount - gone
    return found
