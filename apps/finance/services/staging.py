"""The rows of a platform's file on their way to the books: read in chunks, then judged in sets by the database.

What they say of their donors is sealed chunk by chunk, and never stands in a row.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations.models import Donation, PlatformGift
from apps.donations.services import Purpose, Purposes
from apps.finance import queries
from apps.finance.models import PlatformFile, PlatformRow, PlatformWords
from apps.finance.rules.platform_rows import REASON_LIMIT, Order, RowReader
from apps.funds.models import Fund
from apps.funds.queries import gifts_refused, takes_gifts
from apps.funds.states import FundState
from apps.ledger.charts import FIRST_DAY

# Some megabytes; smaller ones would have the database begin a COPY, and check its keys, more often.
CHUNK = 5000
# The parts of an order in their order but for its words, then what is found out about it.
COLUMNS = (
    "number", "order_number", "day", "amount", "fee", "is_public", "shows_amount", "guardian_agreed", "field", "reason",
    "restriction", "wish", "fund_id", "state", "file_id",
)  # fmt: skip
ROWS = PlatformRow._meta.db_table
READY, KNOWN, REFUSED = (str(PlatformRow.State[name].value) for name in ("READY", "KNOWN", "REFUSED"))
Column = Sequence[Any]
SPECIAL = frozenset("\\\t\n\r")
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
NONE = Purpose("")
# The first row of each order number in the file, beside every later one.
AGAIN = f"""
    (SELECT id AS row_id, ROW_NUMBER() OVER w AS place, FIRST_VALUE(amount) OVER w AS amount,
            FIRST_VALUE(number) OVER w AS number
     FROM {ROWS} WHERE file_id = %s AND state = '{READY}'
     WINDOW w AS (PARTITION BY order_number ORDER BY number)) AS seen
"""
BOOKED = f"""
    (SELECT gift.order_number, donation.amount
     FROM {PlatformGift._meta.db_table} gift JOIN {Donation._meta.db_table} donation ON donation.id = gift.donation_id
     WHERE gift.host_id = %s AND gift.platform = %s) AS seen
"""


def stage(file: PlatformFile) -> PlatformFile:
    """Read a kept file's rows anew and judge them; the counts are written on the file, which is returned.

    A file in which a needed column is not found has no rows yet. Raises `Refused` when it cannot be read at all.
    """
    file.rows.all().delete()
    file.words.all().delete()
    source = queries.open_file(file, encoding=file.encoding)
    layout = queries.layout_of(file, source)
    if layout is None:
        raise Refused(_("这个文件里一行字也没有。"), "file")
    file.titles, file.encoding = list(layout.titles), source.encoding
    if not layout.missing:
        funds = Funds(file)
        reader = RowReader(layout, first_day=FIRST_DAY, today=clock.today())
        rows = queries.below(source, layout)
        while chunk := list(islice(rows, CHUNK)):
            _keep(file, reader.read(chunk), funds)
        _judge(file)
    counts = queries.tally(file)
    file.new, file.known, file.refused = counts["new"], counts["known"], counts["refused"]
    file.gross, file.fee = counts["gross"], counts["fee"]
    file.save()
    return file


def _keep(file: PlatformFile, orders: list[Order], funds: "Funds") -> None:
    """Write some thousand orders, column by column: what is plain as rows, their words sealed together.

    A text that is no order number may be anything, so it is not plain; nor is a reason, which may quote the row.
    """
    if not orders:
        return
    found, purposes = funds.judge(orders)
    (
        numbers, said, days, amounts, fees, _funds, names, public, shown, messages, wishes, dedications, guardians,
        contacts, fields, reasons
    ) = zip(*orders, strict=True)  # fmt: skip
    states = [REFUSED if reason else READY for reason in reasons]
    plain = ["" if field == "order" else text for field, text in zip(fields, said, strict=True)]
    nothing, of_file = [""] * len(orders), [file.pk] * len(orders)
    bound = [purpose.restriction for purpose in purposes], [purpose.wish for purpose in purposes]
    _write(
        [
            numbers, plain, days, amounts, fees, public, shown, guardians, fields, nothing, *bound, found, states,
            of_file,
        ]
    )  # fmt: skip
    kept = PlatformWords(file=file, first=numbers[0])
    words = [numbers, names, messages, dedications, wishes, reasons]
    if any(contacts):
        words.append(contacts)
    kept.words = json.dumps(words, ensure_ascii=False)
    kept.save()


def _write(columns: Sequence[Column]) -> None:
    """Write staged rows, given column by column: through COPY on PostgreSQL."""
    names = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            rows = map("\t".join, zip(*map(_as_copied, columns), strict=True))
            with cursor.copy(f"COPY {ROWS} ({names}) FROM STDIN") as copy:
                copy.write("\n".join(rows) + "\n")
        else:
            marks = ", ".join(["%s"] * len(COLUMNS))
            cursor.executemany(
                f"INSERT INTO {ROWS} ({names}) VALUES ({marks})", list(zip(*columns, strict=True))
            )


def _as_copied(column: Column) -> Iterator[str]:
    """Return a column's values in the text format of COPY; each is put so once, however often it stands there."""
    texts = {value: str(value) for value in set(column)}
    # What COPY reads as more than itself: a backslash, and what ends a value or a row.
    if not SPECIAL.isdisjoint("".join(texts.values())):
        texts = {value: text.translate(ESCAPES) for value, text in texts.items()}
    if None in texts:
        texts[None] = "\\N"
    return map(texts.__getitem__, column)


def _analyse() -> None:
    """Tell PostgreSQL what was written, or it would join a hundred thousand rows as if they were none."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {ROWS} (file_id, state, order_number)")


def _judge(file: PlatformFile) -> None:
    """Find what the file says twice, what is in the books already, and what a campaign does not take."""
    twice, booked = _says_twice(file), _says_what_is_booked(file)
    if twice or booked:
        _analyse()
    apart = f"seen.amount <> {ROWS}.amount"
    alike = f"seen.amount = {ROWS}.amount"
    if twice:
        sentence = _split(_("这个订单号在第 %(row)s 行是另一个金额，请核对。"))
        later = f"seen.row_id = {ROWS}.id AND seen.place > 1"
        _refuse(file, "amount", sentence, AGAIN, [file.pk], f"{later} AND {apart}")
        _set(file, KNOWN, AGAIN, [file.pk], f"{later} AND {alike}")
    if booked:
        sentence = (_("这个订单以前按另一个金额入过账，请核对；改金额要走退款。"), "")
        same, of_platform = f"seen.order_number = {ROWS}.order_number", [file.host_id, file.platform]
        _refuse(file, "amount", sentence, BOOKED, of_platform, f"{same} AND {apart}")
        _set(file, KNOWN, BOOKED, of_platform, f"{same} AND {alike}")
    _check_campaign(file)


def _says_twice(file: PlatformFile) -> bool:
    rows = file.rows.filter(state=READY).values("order_number").order_by()
    return rows.annotate(times=Count("pk")).filter(times__gt=1).exists()


def _says_what_is_booked(file: PlatformFile) -> bool:
    gifts = PlatformGift.objects.filter(host=file.host_id, platform=file.platform)
    return file.rows.filter(state=READY, order_number__in=gifts.values("order_number")).exists()


def _split(sentence: str) -> tuple[str, str]:
    before, _gap, after = sentence.partition("%(row)s")
    return before, after


def _refuse(
    file: PlatformFile, field: str, sentence: tuple[str, str], source: str, values: list[Any], where: str
) -> None:
    """Refuse rows for what stands in `source`; a sentence in two parts has the other row's number between them."""
    before, after = sentence
    number = "CAST(seen.number AS varchar(10))" if after else "''"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ROWS} SET state = '{REFUSED}', field = %s,"
            f" reason = CAST(%s AS varchar(200)) || {number} || CAST(%s AS varchar(90))"
            f" FROM {source} WHERE file_id = %s AND state = '{READY}' AND {where}",
            [field, before, after, *values, file.pk],
        )


def _set(file: PlatformFile, state: str, source: str, values: list[Any], where: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ROWS} SET state = %s FROM {source}"
            f" WHERE file_id = %s AND state = '{READY}' AND {where}",
            [state, *values, file.pk],
        )


class Funds:
    """To which fund a row goes: by code or name, else the file's."""

    def __init__(self, file: PlatformFile) -> None:
        rows = list(Fund.objects.filter(host=file.host).order_by("-state", "pk"))
        self.purposes = Purposes()
        self.known = {fund.name: fund for fund in rows} | {fund.code: fund for fund in rows}
        if file.fund is not None:
            self.known[""] = file.fund
        self.open = {words: fund.pk for words, fund in self.known.items() if fund.state == FundState.OPEN}

    def judge(self, orders: list[Order]) -> tuple[list[int | None], list[Purpose]]:
        """Return the key of each order's fund, and its purpose; an order without a fund, whose fund takes no gifts, or
        whose purpose is not known becomes refused."""
        found, purposes = [self.open.get(order.fund) for order in orders], [NONE] * len(orders)
        for place, (order, fund_id) in enumerate(zip(orders, found, strict=True)):
            if fund_id is None or order.purpose:
                orders[place], found[place], purposes[place] = self._looked_at(order)
        return found, purposes

    def _looked_at(self, order: Order) -> tuple[Order, int | None, Purpose]:
        found, purpose = self.known.get(order.fund), NONE
        reason = self._fault(order, found)
        if reason and not order.reason:
            order = order._replace(field="fund", reason=reason[:REASON_LIMIT])
        if found is not None and order.purpose and not order.reason:
            order, purpose = self._with_purpose(order, found)
        return order, found.pk if found else None, purpose

    def _with_purpose(self, order: Order, fund: Fund) -> tuple[Order, Purpose]:
        """Return what a row's words about its purpose stand for, or the row refused with why."""
        try:
            return order, self.purposes.named(fund, order.purpose, order.day or clock.today())
        except Refused as refusal:
            return order._replace(field="purpose", reason=str(refusal)[:REASON_LIMIT]), NONE

    def _fault(self, order: Order, found: Fund | None) -> str:
        if found is None:
            return self._missing(order.fund)
        return "" if order.day is None or takes_gifts(found, order.day) else gifts_refused(found)

    def _missing(self, words: str) -> str:
        if words:
            return _("没有找到“%(words)s”这个基金，请写基金编号或全称。") % {"words": words[:40]}
        return _("这一行没写捐给哪个基金，请在上面给整个文件选一个。")


def _check_campaign(file: PlatformFile) -> None:
    """Refuse gifts from before or after the campaign, or to funds it does not raise for."""
    campaign = file.campaign
    if campaign is None:
        return
    ready = file.rows.filter(state=READY)
    reason = _("这一天不在募捐活动“%(campaign)s”的期限里。") % {"campaign": campaign.name}
    outside = ready.exclude(day__gte=campaign.starts_on, day__lte=campaign.ends_on)
    outside.update(state=REFUSED, field="day", reason=reason)
    funds = list(campaign.funds.values_list("pk", flat=True))
    if funds:
        reason = _("募捐活动“%(campaign)s”不为这个基金募捐。") % {"campaign": campaign.name}
        ready.exclude(fund__in=funds).update(state=REFUSED, field="fund", reason=reason)
