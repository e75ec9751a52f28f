"""Donation boxes: opened on a day, counted by one person, counted again and signed by another, then booked as cash."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, money
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import goods, permissions, rules
from apps.donations.models import BoxCount, Campaign, CollectionBox
from apps.donations.services.offline import (
    OfflineGift,
    check_arrival_day,
    check_campaigns,
    record_offline,
)
from apps.donations.services.purposes import Purposes
from apps.donations.states import COUNT_MOVES, Channel, CountState
from apps.funds.models import Fund
from apps.users.models import User


@verb
def place_box(fund: Fund, *, place: str, by: User | None) -> CollectionBox:
    """Register a donation box at a place; the same place of a fund has one. Raises `Refused`."""
    permissions.may_handle_money(by, fund.host).require()
    place = clean_text(place, field="place", limit=goods.PLACE_LIMIT)
    if not place:
        raise Refused(_("请写募捐箱放在哪里。"), "place")
    box, is_new = CollectionBox.objects.get_or_create(
        fund=fund,
        place=place,
        defaults={"code": new_code("X", 10), "host": fund.host, "placed_at": clock.now()},
    )
    if is_new:
        audit.record(by, "place_box", box, fund=fund.code)
    return box


@verb
def count_box(
    box: CollectionBox,
    *,
    opened_on: date,
    total: int,
    token: str,
    denominations: Mapping[int, int] | None = None,
    campaign: Campaign | None = None,
    restriction: str | None = None,
    wish: str = "",
    by: User,
) -> BoxCount:
    """Write down what a box held (fen), with the pieces of each denomination if they were counted; not booked yet.

    It counts for the campaign, the purpose and the project or need that stand on the box, which must be open when the
    box is. Raises `Refused` naming the field, also when the pieces do not make up the total.
    """
    permissions.may_handle_money(by, box.host).require()
    pieces = {worth: number for worth, number in (denominations or {}).items() if number}
    key = rules.gift_key(
        token,
        box.code,
        opened_on,
        total,
        sorted(pieces.items()),
        campaign.code if campaign else "",
        restriction,
        wish,
    )
    known = BoxCount.objects.filter(form_token=key).first()
    if known is not None:
        return known
    rules.check_amount(total, Channel.CASH)
    check_arrival_day(opened_on)
    check_campaigns([(campaign, box.fund, opened_on)])
    Purposes().decided(box.fund, restriction, wish, opened_on)
    if any(number < 0 or worth <= 0 for worth, number in pieces.items()):
        raise Refused(_("张数不能小于 0。"), "denominations")
    made_up = sum(worth * number for worth, number in pieces.items())
    if pieces and made_up != total:
        raise Refused(
            _("各面额加起来是 ¥%(sum)s，和总数 ¥%(total)s 不一样，请再数一遍。")
            % {"sum": money.written(made_up), "total": money.written(total)},
            "total",
        )
    count = BoxCount.objects.create(
        code=new_code("N", 10),
        box=box,
        opened_on=opened_on,
        campaign=campaign,
        restriction=restriction or "",
        wish=wish,
        total=total,
        denominations={str(worth): number for worth, number in sorted(pieces.items())},
        counted_at=clock.now(),
        counted_by_id=by.pk,
        form_token=key,
    )
    audit.record(by, "count_box", box, count=count.code, total=total)
    return count


@verb
def sign_count(count: BoxCount, *, total: int, by: User) -> BoxCount:
    """Sign a count as the second person, who counted again and writes the total they found; then it is booked as cash.

    The giver is everyone who put something in: one anonymous gift. Signing twice books once. Raises `Refused`.
    """
    count = (
        BoxCount.objects.select_for_update(no_key=True, of=("self",))
        .prefetch_related("box__fund__host", "box__host", "campaign")
        .get(pk=count.pk)
    )
    if count.state == CountState.BOOKED and count.signed_by_id == by.pk:
        return count
    permissions.may_sign_count(by, count).require()
    check_move(COUNT_MOVES, count.state, CountState.BOOKED.value, what=_("这次清点"))
    if total != count.total:
        raise Refused(
            _("您数的和第一个人写的不一样，请两个人一起再数一遍；第一个人写错了就作废重数。"), "total"
        )
    box = count.box
    count.donation = record_offline(
        OfflineGift(
            fund=box.fund,
            amount=count.total,
            channel=Channel.CASH.value,
            day=count.opened_on,
            campaign=count.campaign,
            restriction=count.restriction or None,
            wish=count.wish,
            key=f"box-{count.code}",
            is_of_many=True,
            handler=_("、").join(_names(count.counted_by_id, by.pk)),
        ),
        by=by,
    )
    count.state, count.signed_at, count.signed_by_id = CountState.BOOKED, clock.now(), by.pk
    count.save(update_fields=["donation", "state", "signed_at", "signed_by_id"])
    audit.record(by, "sign_count", box, count=count.code, total=total)
    return count


def _names(*people: int) -> list[str]:
    """Return the names of the two who counted, the first one first."""
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    return [names[pk] for pk in people if names.get(pk)]


@verb
def discard_count(count: BoxCount, *, by: User) -> BoxCount:
    """Throw a count away that nobody signed, because it was wrong; the box is counted anew."""
    count = lock_row(BoxCount, "box__host", pk=count.pk)
    permissions.may_handle_money(by, count.box.host).require()
    check_move(COUNT_MOVES, count.state, CountState.DISCARDED.value, what=_("这次清点"))
    count.state = CountState.DISCARDED
    count.save(update_fields=["state"])
    audit.record(by, "discard_count", count.box, count=count.code)
    return count
