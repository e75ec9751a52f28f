"""Live invariants of directed fundraising: nobody gave who was not asked, and nothing of it counts as public."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.checks import Check, Row
from apps.donations import queries
from apps.donations.checks.compare import CHUNK
from apps.donations.directed import AppealState
from apps.donations.models import DirectedAppeal, DirectedGift, Invitee


def directed_gifts_were_asked_for() -> Iterator[Row]:
    """Gifts that answer an appeal although their giver was not on its audience then, or outside its days."""
    rows = DirectedGift.objects.select_related("donation", "invitee__appeal")
    for row in rows.iterator(chunk_size=CHUNK):
        invitee, appeal = row.invitee, row.invitee.appeal
        day = clock.day_of(row.given_at)
        opened = appeal.opened_at is not None and clock.day_of(appeal.opened_at) <= day
        in_time = opened and appeal.starts_on <= day <= appeal.ends_on
        if appeal.closed_at is not None:
            in_time = in_time and row.given_at <= appeal.closed_at
        if not (in_time and queries.directed.stood(invitee, row.given_at)):
            yield {"gift": row.donation.code, "invitee": invitee.code, "given_at": row.given_at.isoformat()}


def directed_gifts_are_their_givers() -> Iterator[Row]:
    """Gifts that answer an appeal of another host, or are booked under another donor than whom was asked."""
    rows = DirectedGift.objects.exclude(
        donation__host=F("invitee__appeal__host"), donation__donor=F("invitee__donor")
    )
    for gift, invitee in rows.values_list("donation__code", "invitee__code").iterator(chunk_size=CHUNK):
        yield {"gift": gift, "invitee": invitee}


def directed_gifts_are_not_public() -> Iterator[Row]:
    """Gifts that answer an appeal and count for a public campaign, or for a monthly plan, which only the public has."""
    public = ~Q(donation__campaign=None) | ~Q(donation__plan=None)
    rows = DirectedGift.objects.filter(public).values_list("donation__code", "donation__campaign__code")
    for gift, campaign in rows.iterator(chunk_size=CHUNK):
        yield {"gift": gift, "campaign": campaign}


def audiences_are_checked_twice() -> Iterator[Row]:
    """Appeals opened by who wrote them or by nobody; people checked by who added them, or named still once erased."""
    alone = Q(opened_by_id=F("written_by_id")) | (Q(state=AppealState.OPEN) & Q(opened_at=None))
    for code in DirectedAppeal.objects.filter(alone).values_list("code", flat=True):
        yield {"appeal": code}
    own = Q(checked_by_id=F("added_by_id")) | (Q(donor__erased_at__isnull=False) & ~Q(name_sealed=""))
    for code in Invitee.objects.filter(own).values_list("code", flat=True).iterator(chunk_size=CHUNK):
        yield {"invitee": code}


CHECKS = [
    Check(
        "donations.directed_gifts_were_asked_for",
        _("每笔定向捐赠都来自当时在名单上、核对过身份的人，在募捐期限以内。"),
        directed_gifts_were_asked_for,
    ),
    Check(
        "donations.directed_gifts_are_their_givers",
        _("每笔定向捐赠都记在受邀的人名下，属于同一家慈善会。"),
        directed_gifts_are_their_givers,
    ),
    Check(
        "donations.directed_gifts_are_not_public",
        _("定向捐赠没有一笔算进公开募捐。"),
        directed_gifts_are_not_public,
    ),
    Check(
        "donations.audiences_are_checked_twice",
        _("定向募捐都由第二个人开始，名单上的人都由加他的人以外的人核对。"),
        audiences_are_checked_twice,
    ),
]
