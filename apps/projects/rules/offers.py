"""Services bought from a list: what a list may ask for and what an offer must be. Amounts are integer fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.money import MAX_FEN, written
from apps.core.verdicts import Refused

MAX_ITEMS, MAX_QUANTITY = 20, 1_000_000


@dataclass(frozen=True)
class Item:
    """One service that is wanted: how much of it, in which unit, at most (or, `is_fixed`, exactly) for which price."""

    number: int
    service: str
    unit: str
    quantity: int
    price: int
    is_fixed: bool = False


@dataclass(frozen=True)
class OfferLine:
    """One line of an offer, whole and within its item's bounds."""

    item: Item
    quantity: int
    price: int

    @property
    def total(self) -> int:
        """What the line comes to, in fen."""
        return self.quantity * self.price

    @property
    def words(self) -> str:
        """The line as a line of the budget says it: 上门送餐：100 份 × ¥15.00."""
        return f"{self.item.service}：{self.quantity:,} {self.item.unit} × ¥{written(self.price)}"


def check_items(items: Sequence[Item]) -> None:
    """Raise `Refused` naming `items` and the service for a list that cannot be asked for."""
    if len(items) > MAX_ITEMS:
        raise Refused(_("清单最多 %(most)d 项，请把相近的合并。") % {"most": MAX_ITEMS}, "items")
    if len({one.service for one in items}) < len(items):
        raise Refused(_("清单里同一项服务写了两次。"), "items")
    for one in items:
        facts = {"service": one.service, "most": MAX_QUANTITY}
        if not 0 < one.quantity <= MAX_QUANTITY:
            raise Refused(_("“%(service)s”的数量要在 1 到 %(most)d 之间。") % facts, "items")
        if not 0 < one.price <= MAX_FEN:
            raise Refused(_("“%(service)s”的单价要大于 0。") % facts, "items")


def read_offers(items: Sequence[Item], given: Mapping[int, tuple[int, int | None]]) -> list[OfferLine]:
    """Return the lines of an offer in the list's order; `given` is quantity and price in fen by number of item, the
    price None where the list fixes it. Raises `Refused` naming `offer_N` and the service."""
    unknown = set(given) - {one.number for one in items}
    if unknown:
        raise Refused(_("有的报价不在这次的清单里，请重新打开再填。"), "offers")
    lines = [_line(one, *given[one.number]) for one in items if one.number in given]
    if items and not lines:
        raise Refused(_("请至少报一项。"), "offers")
    total = sum(line.total for line in lines)
    if total > MAX_FEN:
        raise Refused(
            _("报价合计 ¥%(total)s，超过了 ¥%(limit)s。")
            % {"total": written(total), "limit": written(MAX_FEN)},
            "offers",
        )
    return lines


def _line(item: Item, quantity: int, price: int | None) -> OfferLine:
    field = f"offer_{item.number}"
    facts = {
        "service": item.service,
        "unit": item.unit,
        "wanted": item.quantity,
        "quantity": quantity,
        "limit": written(item.price),
    }
    if quantity <= 0:
        raise Refused(_("“%(service)s”的数量要大于 0。") % facts, field)
    if quantity > item.quantity:
        words = _("“%(service)s”一共要 %(wanted)d %(unit)s，您报了 %(quantity)d %(unit)s。")
        raise Refused(words % facts, field)
    if item.is_fixed:
        if price not in (None, item.price):
            raise Refused(_("“%(service)s”的单价定为 ¥%(limit)s，不能另报。") % facts, field)
        return OfferLine(item, quantity, item.price)
    if price is None or price <= 0:
        raise Refused(_("“%(service)s”的单价要大于 0。") % facts, field)
    if price > item.price:
        words = _("“%(service)s”的单价最高 ¥%(limit)s，您报的是 ¥%(price)s。")
        raise Refused(words % (facts | {"price": written(price)}), field)
    return OfferLine(item, quantity, price)
