"""What the rows of a platform's file say: read many at a time, column by column."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache, partial
from itertools import zip_longest
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from apps.core.names import clean_text
from apps.core.verdicts import Refused
from apps.donations import rules
from apps.finance.rules.columns import bare
from apps.finance.rules.guardians import GUARDIAN_WORDS
from apps.finance.rules.platform_titles import (
    AMOUNT_WORDS,
    ANONYMOUS_TITLE,
    FIELDS,
    GUARDIAN_YES,
    NO_WORDS,
    OPEN_WORDS,
    PAID_WORDS,
    SHUT_WORDS,
    YES_WORDS,
)
from apps.finance.rules.platforms import Layout
from apps.finance.rules.sheets import clean_cell
from apps.finance.rules.statements import SUMMARY, plain_text, read_reference
from apps.finance.rules.values import read_amount, read_day

NAME_LIMIT, MESSAGE_LIMIT, ORDER_LIMIT, WORDS_LIMIT = 60, 100, 50, 100
REASON_LIMIT = 300
# A name of thirty characters, and the words around it.
DEDICATION_LIMIT = 35
# Alipay and others pad long numbers with a tab or an apostrophe to keep them from becoming figures.
PADDING = "\t'`"
REMEMBERED = 8192
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_PLAIN = re.compile(r"[\w ·.,，。！!*()（）-]*")
_ORDER = re.compile(r"[\w.:/-]+", re.ASCII)
# Letters and digits as nearly all are; a number with an E in it may be one that a spreadsheet has shortened.
_PLAIN_ORDER = re.compile(r"(?!\d+[eE]\d+$)[\w:/-]{1,50}", re.ASCII)
Read = Callable[[str], Any]


class Fault(str):
    """Stands for a value that cannot be read: the sentence that says why."""

    __slots__ = ()


class Order(NamedTuple):
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
    purpose: str = ""
    dedication: str = ""
    guardian_agreed: bool = False
    contact: str = ""
    field: str = ""
    reason: str = ""


# Which part of an order each field gives; a status gives none.
PARTS = {field: field for field in FIELDS if field != "status"} | {
    "public": "is_public",
    "public_amount": "shows_amount",
    "guardian": "guardian_agreed",
}
ORDER, DAY, AMOUNT, FEE, STATUS = (
    list(FIELDS).index(field) for field in ("order", "day", "amount", "fee", "status")
)


class RowReader:
    """Reads the rows of one layout.

    A text that was read before costs one look-up, its fault as well; only a row with a fault is looked at by itself.
    """

    def __init__(self, layout: Layout, *, first_day: date, today: date) -> None:
        self.places = [layout.places.get(field, -1) for field in FIELDS]
        self.titles = [bare(title) for title in layout.titles]
        self.first_day, self.today = first_day, today
        public = layout.places.get("public", -1)
        self.asks_anonymous = public >= 0 and ANONYMOUS_TITLE in self.titles[public]
        readers: dict[str, Read] = {
            "day": self._read_day,
            "amount": _read_amount,
            "fee": _read_fee,
            "fund": partial(_read_words, field="fund", limit=WORDS_LIMIT),
            "name": partial(_read_words, field="name", limit=NAME_LIMIT),
            "public": self._read_public,
            "public_amount": _read_public_amount,
            "message": partial(_read_words, field="message", limit=MESSAGE_LIMIT),
            "purpose": partial(_read_words, field="purpose", limit=WORDS_LIMIT),
            "dedication": partial(_read_words, field="dedication", limit=DEDICATION_LIMIT),
            "guardian": _read_guardian,
            "contact": _read_contact,
            "status": _read_status,
        }
        remembered = {field: lru_cache(REMEMBERED)(_or_fault(read)) for field, read in readers.items()}
        by_column = {field: partial(_read_column, read) for field, read in remembered.items()}
        # Every order number is another one, so that remembering them would only crowd.
        self.readers = [by_column.get(field, _read_orders) for field in FIELDS]

    def read(self, rows: Sequence[tuple[int, Sequence[str]]]) -> list[Order]:
        """Return the orders of rows with their numbers, without what is empty, a sum, or the header repeated."""
        numbers, cells = [number for number, _row in rows], [row for _number, row in rows]
        columns = list(zip_longest(*cells, fillvalue=""))
        blank = ("",) * len(rows)
        said = [columns[place] if 0 <= place < len(columns) else blank for place in self.places]
        values = [read(column) for read, column in zip(self.readers, said, strict=True)]
        orders: list[Order | None] = list(map(Order, numbers, *values[:STATUS]))
        for place in _faulty(values):
            said_here, found = ([column[place] for column in table] for table in (said, values))
            if self._is_no_order(said_here, cells[place]):
                orders[place] = None
            else:
                orders[place] = _with_fault(numbers[place], said_here, found)
        return [order for order in orders if order is not None]

    def _is_no_order(self, said: Sequence[str], row: Sequence[str]) -> bool:
        """Whether a row is empty, the header repeated, or a sum."""
        order, day, amount = (clean_cell(said[place]) for place in (ORDER, DAY, AMOUNT))
        if order and day and amount:
            return bare(order) in self.titles and bare(amount) in self.titles
        cells = [clean_cell(cell) for cell in row]
        return not any(cells) or any(SUMMARY.search(cell) for cell in cells)

    def _read_day(self, text: str) -> date:
        day = read_day(text)
        if day > self.today:
            raise ValueError(_("%(day)s 还没有到，捐款不会在将来。") % {"day": day.isoformat()})
        if day < self.first_day:
            raise ValueError(
                _("%(day)s 太早了，那时还没有现在的会计制度，请核对年份。") % {"day": day.isoformat()}
            )
        return day

    def _read_public(self, text: str) -> bool:
        word = text.lower()
        if word in YES_WORDS:
            return word in OPEN_WORDS or not self.asks_anonymous
        if word in NO_WORDS:
            return self.asks_anonymous and word in SHUT_WORDS
        raise ValueError(_("“%(text)s”看不出是公开还是匿名，请写“公开”或“匿名”。") % {"text": text[:20]})


def _faulty(values: Sequence[Sequence[Any]]) -> set[int]:
    """Return the places of rows with a fault in any column, or with a fee above the amount."""
    faulty = {
        place
        for column in values
        if Fault in set(map(type, column))
        for place, value in enumerate(column)
        if type(value) is Fault
    }
    pairs = enumerate(zip(values[FEE], values[AMOUNT], strict=True))
    return faulty | {place for place, (fee, amount) in pairs if place not in faulty and fee > amount}


def _with_fault(number: int, said: Sequence[str], found: Sequence[Any]) -> Order:
    """Return what could be read of a row, and the first of its faults."""
    read = dict(zip(FIELDS, found, strict=True))
    faults = [(field, value) for field, value in read.items() if type(value) is Fault]
    field, reason = faults[0] if faults else ("fee", _("手续费不能大于捐款金额。"))
    parts = {PARTS[name]: value for name, value in read.items() if name in PARTS and type(value) is not Fault}
    shown = plain_text(clean_cell(said[ORDER]).strip(PADDING), 64)
    return Order(number, **{"order": shown, **parts}, field=field, reason=str(reason)[:REASON_LIMIT])


def _or_fault(read: Read) -> Read:
    """Return a reader of cells as they are written that returns a fault instead of raising it."""

    def reader(text: str) -> Any:
        try:
            return read(clean_cell(text).strip())
        except (ValueError, Refused) as error:
            return Fault(error)

    return reader


def _read_order(text: str) -> str:
    order = read_reference(text.strip(PADDING))
    if not order:
        raise ValueError(_("这一行没有订单号。"))
    if len(order) > ORDER_LIMIT or not _ORDER.fullmatch(order):
        raise ValueError(
            _("“%(text)s”不像订单号：只有字母、数字和 . : / - _，最多 50 个。") % {"text": order[:40]}
        )
    return order


_any_order = _or_fault(_read_order)


def _read_orders(column: Sequence[str]) -> list[Any]:
    return [text if _PLAIN_ORDER.fullmatch(text) else _any_order(text) for text in column]


def _read_column(read: Read, column: Sequence[str]) -> list[Any]:
    """Return what the cells of a column say: each text is read once, and a column that says one thing is no work."""
    found = {text: read(text) for text in set(column)}
    return list(map(found.__getitem__, column)) if len(found) > 1 else list(found.values()) * len(column)


def _read_amount(text: str) -> int:
    amount = read_amount(text)
    if amount <= 0:
        raise ValueError(_("“%(text)s”：捐款金额要大于 0；退款不在这里导入。") % {"text": text[:40]})
    return amount


def _read_fee(text: str) -> int:
    # Some platforms write what they keep as a minus.
    return abs(read_amount(text))


def _read_words(text: str, *, field: str, limit: int) -> str:
    """Return a cell's words; plain ones at once, all others through the rules for names."""
    words = " ".join(text.split())
    if len(words) <= limit and _PLAIN.fullmatch(words):
        return words
    return clean_text(words, field=field, limit=limit)


def _read_public_amount(text: str) -> bool:
    word = text.lower()
    if word not in AMOUNT_WORDS | NO_WORDS:
        raise ValueError(_("“%(text)s”看不出公不公开金额，请写“公开”或“不公开”。") % {"text": text[:20]})
    return word in AMOUNT_WORDS


def _read_guardian(text: str) -> bool:
    """Whether a row is a child's under 14 with its guardian's consent; empty for everybody older."""
    if text and text not in GUARDIAN_YES:
        raise ValueError(str(GUARDIAN_WORDS))
    return bool(text)


def _read_contact(text: str) -> str:
    """A whole phone number or e-mail address. What a platform has covered in part (138****0000) reaches nobody and is
    left out: the gift is booked all the same."""
    if rules.is_phone(rules.normal_contact(text)):
        return text
    return text if len(text) <= rules.CONTACT_LIMIT and _ADDRESS.fullmatch(text) else ""


def _read_status(text: str) -> None:
    if text not in PAID_WORDS:
        raise ValueError(_("订单状态是“%(text)s”，不是已经付款的捐款。") % {"text": text[:20]})
