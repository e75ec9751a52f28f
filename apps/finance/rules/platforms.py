"""What one row of a platform's file says, and where a file's columns stand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from apps.core.names import clean_text
from apps.core.verdicts import Refused
from apps.finance.rules.columns import bare
from apps.finance.rules.platform_titles import (
    AMOUNT_WORDS,
    ANONYMOUS_TITLE,
    FIELDS,
    NEEDED,
    NO_WORDS,
    OPEN_WORDS,
    PAID_WORDS,
    SHUT_WORDS,
    YES_WORDS,
    titles_of,
)
from apps.finance.rules.statements import SUMMARY, read_reference
from apps.finance.rules.values import read_amount, read_day

NAME_LIMIT, MESSAGE_LIMIT, ORDER_LIMIT, WORDS_LIMIT = 60, 100, 50, 100
HEADER_WITHIN = 40
_PLAIN = re.compile(r"[\w ·.,，。！!*()（）-]*")
_ORDER = re.compile(r"[\w.:/-]+", re.ASCII)


@dataclass(frozen=True)
class Layout:
    """Which row is the header, what it says, and where each field stands."""

    row: int
    titles: tuple[str, ...]
    places: Mapping[str, int]

    @property
    def missing(self) -> list[str]:
        """The fields that a file cannot do without and this one does not show."""
        return [field for field in NEEDED if field not in self.places]


def lay_out(rows: Sequence[Sequence[str]], platform: str, columns: Mapping[str, str]) -> Layout | None:
    """Return the layout of the row that shows the most fields among a file's first rows; None for an empty file.

    `columns` are the host's own {field: title} and go before the template's. Raises `Refused` when a title that is
    used stands twice.
    """
    found: Layout | None = None
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        one = _layout(index, row, platform, columns)
        if any(row) and (found is None or _weight(one) > _weight(found)):
            found = one
    if found is not None:
        bares = [bare(title) for title in found.titles]
        for place in found.places.values():
            if bares.count(bares[place]) > 1:
                raise Refused(
                    _("表头里“%(title)s”出现了两次，不知道该用哪一列。") % {"title": found.titles[place]},
                    "file",
                )
    return found


def _weight(layout: Layout) -> tuple[int, int]:
    return len(layout.places), sum(1 for title in layout.titles if title)


def _layout(index: int, row: Sequence[str], platform: str, columns: Mapping[str, str]) -> Layout:
    titles = [bare(cell) for cell in row]
    places: dict[str, int] = {}
    for field in FIELDS:
        names = (bare(columns[field]),) if columns.get(field) else titles_of(platform, field)
        name = next((name for name in names if name and name in titles), None)
        if name is not None and titles.index(name) not in places.values():
            places[field] = titles.index(name)
    return Layout(index, tuple(cell.strip() for cell in row), places)


@dataclass(slots=True)
class Order:
    """What a row says. `field` and `reason` are set when it is refused; amounts are fen."""

    number: int
    order: str = ""
    day: date | None = None
    amount: int | None = None
    fee: int = 0
    fund: str = ""
    name: str = ""
    is_public: bool = False
    shows_amount: bool = False
    message: str = ""
    field: str = ""
    reason: str = ""


class RowReader:
    """Reads the rows of one layout; a value that has been read is not read again."""

    def __init__(self, layout: Layout, *, first_day: date, today: date) -> None:
        self.places = [(field, layout.places.get(field, -1)) for field in FIELDS]
        self.titles = [bare(title) for title in layout.titles]
        self.first_day, self.today = first_day, today
        public = layout.places.get("public", -1)
        self.asks_anonymous = public >= 0 and ANONYMOUS_TITLE in self.titles[public]
        self.read_day, self.read_amount = lru_cache(4096)(self._day), lru_cache(8192)(read_amount)

    def read(self, number: int, row: Sequence[str]) -> Order | None:
        """Return a row's order; None for a row that is empty, a sum, or the header repeated."""
        width = len(row)
        cells = {field: row[place].strip() if 0 <= place < width else "" for field, place in self.places}
        if not any(row) or self._is_no_order(cells, row):
            return None
        found = Order(number)
        for field in FIELDS:
            try:
                getattr(self, f"_read_{field}")(found, cells[field])
            except (ValueError, Refused) as error:
                if not found.reason:
                    found.field, found.reason = field, str(error)[:300]
        if not found.reason and found.amount is not None and found.fee > found.amount:
            found.field, found.reason = "fee", _("手续费不能大于捐款金额。")
        return found

    def _is_no_order(self, cells: Mapping[str, str], row: Sequence[str]) -> bool:
        if cells["order"] and cells["day"] and cells["amount"]:
            return bare(cells["order"]) in self.titles and bare(cells["amount"]) in self.titles
        return any(SUMMARY.search(cell) for cell in row)

    def _read_order(self, found: Order, text: str) -> None:
        # Alipay and others pad long numbers with a tab or an apostrophe to keep them from becoming figures.
        order = read_reference(text.strip("\t'`"))
        if not order:
            raise ValueError(_("这一行没有订单号。"))
        found.order = order[:64]
        if len(order) > ORDER_LIMIT or not _ORDER.fullmatch(order):
            raise ValueError(
                _("“%(text)s”不像订单号：只有字母、数字和 . : / - _，最多 50 个。") % {"text": order[:40]}
            )

    def _read_day(self, found: Order, text: str) -> None:
        found.day = self.read_day(text)

    def _day(self, text: str) -> date:
        day = read_day(text)
        if day > self.today:
            raise ValueError(_("%(day)s 还没有到，捐款不会在将来。") % {"day": day.isoformat()})
        if day < self.first_day:
            raise ValueError(
                _("%(day)s 太早了，那时还没有现在的会计制度，请核对年份。") % {"day": day.isoformat()}
            )
        return day

    def _read_amount(self, found: Order, text: str) -> None:
        amount = self.read_amount(text)
        if amount <= 0:
            raise ValueError(_("“%(text)s”：捐款金额要大于 0；退款不在这里导入。") % {"text": text[:40]})
        found.amount = amount

    def _read_fee(self, found: Order, text: str) -> None:
        # Some platforms write what they keep as a minus.
        found.fee = abs(self.read_amount(text))

    def _read_fund(self, found: Order, text: str) -> None:
        found.fund = clean(" ".join(text.split()), "fund", WORDS_LIMIT)

    def _read_name(self, found: Order, text: str) -> None:
        found.name = clean(" ".join(text.split()), "name", NAME_LIMIT)

    def _read_public(self, found: Order, text: str) -> None:
        word = text.lower()
        if word in YES_WORDS:
            found.is_public = word in OPEN_WORDS or not self.asks_anonymous
        elif word in NO_WORDS:
            found.is_public = self.asks_anonymous and word in SHUT_WORDS
        else:
            raise ValueError(_("“%(text)s”看不出是公开还是匿名，请写“公开”或“匿名”。") % {"text": text[:20]})

    def _read_public_amount(self, found: Order, text: str) -> None:
        word = text.lower()
        if word not in AMOUNT_WORDS | NO_WORDS:
            raise ValueError(_("“%(text)s”看不出公不公开金额，请写“公开”或“不公开”。") % {"text": text[:20]})
        found.shows_amount = word in AMOUNT_WORDS

    def _read_message(self, found: Order, text: str) -> None:
        found.message = clean(" ".join(text.split()), "message", MESSAGE_LIMIT)

    def _read_status(self, found: Order, text: str) -> None:
        if text not in PAID_WORDS:
            raise ValueError(_("订单状态是“%(text)s”，不是已经付款的捐款。") % {"text": text[:20]})


def clean(text: str, field: str, limit: int) -> str:
    """Return a cell's words; plain ones at once, all others through the rules for names."""
    if len(text) <= limit and _PLAIN.fullmatch(text):
        return text
    return clean_text(text, field=field, limit=limit)
