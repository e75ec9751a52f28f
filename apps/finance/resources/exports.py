"""Columns of what leaves: gifts, payments, vouchers. Amounts are numbers in yuan, days ISO text, the rest text.

Titles and words are the Chinese that bookkeeping programs look for, whatever language the page is read in.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Model
from import_export import fields, resources

from apps.donations.models import Donation
from apps.donations.resources import DonationResource
from apps.funds.models import Fund, Host, Restriction
from apps.grants.models import Payment
from apps.ledger import queries as books
from apps.ledger import spans
from apps.ledger.queries import VoucherLine
from apps.ledger.rules import EntryKind
from apps.projects.models import Project
from apps.users.models import User

CHUNK = 500
PERSONAL = ("donor", "contact")


@dataclass(frozen=True)
class Span:
    """What is taken out: a host's rows of some days (both included), of one fund if named.

    `with_names` adds the donors' own names and how to reach them, which only finance needs.
    """

    host: Host
    first_day: date
    last_day: date
    fund: str = ""
    with_names: bool = False


def yuan(fen: int) -> Decimal:
    """Return fen as a number with two decimals."""
    return Decimal(fen).scaleb(-2)


def iso(day: date | None) -> str:
    """Return a day as text, empty when there is none."""
    return day.isoformat() if day else ""


def column(title: Any) -> Any:
    """Return a column whose cells are made by `dehydrate_…`."""
    return fields.Field(column_name=title)


class RowsResource(resources.Resource):  # type: ignore[misc]
    """A resource that is read row by row, so that an export of any length stays small in memory."""

    columns: list[str] | None = None

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span

    def source(self) -> Iterable[Any]:
        """Return the things that become rows."""
        raise NotImplementedError

    def rows(self) -> Iterator[list[Any]]:
        """Yield the titles, then one row after another."""
        yield self.get_export_headers(selected_fields=self.columns)
        for item in self.source():
            yield self.export_resource(item, selected_fields=self.columns)


def names(model: type[Model], key: str, value: str, codes: Iterable[str]) -> dict[str, str]:
    """Return {key: value} of the rows of a model with these keys."""
    found: dict[str, str] = dict(
        model._default_manager.filter(**{f"{key}__in": set(codes)}).values_list(key, value)
    )
    return found


class GiftResource(RowsResource, DonationResource):
    """Booked gifts, by accounting day, in the columns of `donations`; what a gift may be used for stands in words."""

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.purposes = dict(Restriction.objects.filter(fund__host=span.host).values_list("code", "purpose"))
        if not span.with_names:
            self.columns = [name for name in self.get_export_order() if name not in PERSONAL]

    def source(self) -> Iterable[Donation]:
        """Return the gifts, oldest first."""
        rows = Donation.objects.filter(
            host=self.span.host,
            state=Donation.State.BOOKED,
            day__gte=self.span.first_day,
            day__lte=self.span.last_day,
        )
        if self.span.fund:
            rows = rows.filter(fund__code=self.span.fund)
        return rows.select_related("fund", "donor").order_by("day", "pk").iterator(chunk_size=CHUNK)

    def dehydrate_restriction(self, row: Donation) -> str:
        """What the gift may be used for."""
        return str(self.purposes.get(row.restriction, row.restriction))


class PaymentResource(RowsResource):
    """Payments of grants that were made, by the day they were paid."""

    code = fields.Field("code", "付款编号")
    day = column("付款日期")
    fund = fields.Field("instalment__grant__fund__name", "基金")
    project = fields.Field("instalment__grant__project__title", "项目")
    number = column("期次")
    payee = fields.Field("payee", "收款方")
    amount = column("金额")
    bank_reference = fields.Field("bank_reference", "银行流水号")
    preparer = column("制单")
    releaser = column("复核")

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.people: dict[int, str] = {}

    def source(self) -> Iterable[Payment]:
        """Return the payments, oldest first."""
        rows = Payment.objects.filter(
            instalment__grant__fund__host=self.span.host,
            state__in=[Payment.State.PAID, Payment.State.BOUNCED],
            paid_on__gte=self.span.first_day,
            paid_on__lte=self.span.last_day,
        )
        if self.span.fund:
            rows = rows.filter(instalment__grant__fund__code=self.span.fund)
        rows = rows.select_related("instalment__grant__fund", "instalment__grant__project")
        return rows.order_by("paid_on", "pk").iterator(chunk_size=CHUNK)

    def person(self, pk: int | None) -> str:
        """Return a person's name, looked up once."""
        if pk is None:
            return ""
        if pk not in self.people:
            self.people[pk] = User.objects.filter(pk=pk).values_list("name", flat=True).first() or ""
        return self.people[pk]

    def dehydrate_day(self, row: Payment) -> str:
        """The day it was paid."""
        return iso(row.paid_on)

    def dehydrate_number(self, row: Payment) -> int:
        """Which instalment."""
        return row.instalment.number

    def dehydrate_amount(self, row: Payment) -> Decimal:
        """Yuan."""
        return yuan(row.amount)

    def dehydrate_preparer(self, row: Payment) -> str:
        """Who prepared it."""
        return self.person(row.prepared_by_id)

    def dehydrate_releaser(self, row: Payment) -> str:
        """Who released it."""
        return self.person(row.released_by_id)


@dataclass(frozen=True)
class Voucher:
    """A line of a voucher with the names its codes stand for."""

    line: VoucherLine
    fund: str
    purpose: str
    project: str
    maker: str


class VoucherResource(RowsResource):
    """Lines of vouchers, in the columns that bookkeeping programs ask for. Days and numbers as they take them."""

    day = column("日期")
    word = column("凭证字")
    number = column("凭证号")
    memo = column("摘要")
    code = fields.Field("line__line__code", "科目代码")
    account = fields.Field("line__line__name", "科目名称")
    debit = column("借方金额")
    credit = column("贷方金额")
    fund = fields.Field("fund", "基金")
    restriction = fields.Field("purpose", "限定")
    project = fields.Field("project", "项目")
    maker = fields.Field("maker", "制单")

    def source(self) -> Iterator[Voucher]:
        """Yield the lines by day and voucher; of one fund, only the lines that touch it."""
        lines = books.voucher_lines(self.span.host.code, self.span.first_day, self.span.last_day)
        wanted = (line for line in lines if self.span.fund in ("", line.line.fund))
        while part := list(islice(wanted, CHUNK)):
            yield from self._named(part)

    def _named(self, part: list[VoucherLine]) -> Iterator[Voucher]:
        funds = names(Fund, "code", "name", (row.line.fund for row in part))
        purposes = names(Restriction, "code", "purpose", (row.line.restriction for row in part))
        projects = names(Project, "code", "title", (row.line.project for row in part))
        by = spans.posted_by({row.entry_id for row in part})
        people = dict(User.objects.filter(pk__in=set(by.values())).values_list("pk", "name"))
        for row in part:
            code = row.line.restriction
            yield Voucher(
                row,
                funds.get(row.line.fund, row.line.fund),
                f"限定：{purposes.get(code, code)}" if code else "非限定",
                projects.get(row.line.project, row.line.project),
                people.get(by.get(row.entry_id) or 0, "系统"),
            )

    def dehydrate_day(self, row: Voucher) -> str:
        """The accounting day."""
        return iso(row.line.day)

    def dehydrate_word(self, row: Voucher) -> str:
        """All our vouchers are general ones."""
        return "记"

    def dehydrate_number(self, row: Voucher) -> int:
        """The entry's number in the journal."""
        return row.line.entry_id

    def dehydrate_memo(self, row: Voucher) -> str:
        """What was booked: the entry's own words, else its kind and source."""
        return row.line.memo or f"{EntryKind(row.line.kind).label} {row.line.source}"

    def dehydrate_debit(self, row: Voucher) -> Decimal | str:
        """Yuan, empty when the line stands in credit."""
        return yuan(row.line.line.debit) if row.line.line.debit else ""

    def dehydrate_credit(self, row: Voucher) -> Decimal | str:
        """Yuan, empty when the line stands in debit."""
        return yuan(row.line.line.credit) if row.line.line.credit else ""


RESOURCES: Mapping[str, type[RowsResource]] = {
    "gifts": GiftResource,
    "payments": PaymentResource,
    "vouchers": VoucherResource,
}
