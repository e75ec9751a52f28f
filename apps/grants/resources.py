"""Columns of what leaves this room. Amounts are numbers in yuan, scores have one decimal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from import_export import fields, resources

from apps.projects.models import Offer
from apps.projects.queries import BesideEachOther, ItemOffers
from apps.projects.rules import Scores, one_decimal


def column(title: str) -> Any:
    """Return a column whose cells are made by `dehydrate_…`."""
    return fields.Field(column_name=title)


class ComparedResource(resources.Resource):  # type: ignore[misc]
    """One row per application. Titles are the Chinese of the page, whatever language it is read in."""

    code = fields.Field("project__code", "申请编号")
    title = fields.Field("project__title", "项目")
    organisation = fields.Field("project__organisation__name", "申请方")
    fund = fields.Field("project__fund__name", "基金")
    community = fields.Field("project__fund__division__name", "社区")
    field = column("领域")
    asked = column("申请金额（元）")
    count = fields.Field("count", "评分人数")
    final = column("得分")
    mean = column("平均分")
    record = fields.Field("record_shown", "以前项目的满意度")
    lowest = column("最低分")
    highest = column("最高分")
    spread = column("相差")
    aside = column("要回避的委员")
    state = column("状态")

    def rows(
        self,
        compared: Iterable[Any],
        *,
        answered: Sequence[BesideEachOther] = (),
        offered: Sequence[ItemOffers] = (),
    ) -> Iterator[list[Any]]:
        """Yield the titles, then one row after another: behind the usual columns what is offered for each service of
        the list (how many, and the price of one in yuan) and what is answered to each question. Answers that are not
        published may name people and stay in the house: the cell says so."""
        offers = [{one.project.pk: one.offer for one in item.rows} for item in offered]
        answers = [
            {project.pk: _leaving(text, is_public=one.question.is_public) for project, text in one.rows}
            for one in answered
        ]
        titles = [
            title
            for item in offered
            for title in (
                f"{item.item.service}：数量（{item.item.unit}）",
                f"{item.item.service}：单价（元）",
            )
        ]
        yield [*self.get_export_headers(), *titles, *(one.question.words for one in answered)]
        for row in compared:
            pk = row.project.pk
            cells = [cell for one in offers for cell in _offer_cells(one.get(pk))]
            yield [*self.export_resource(row), *cells, *(one.get(pk, "") for one in answers)]

    def dehydrate_field(self, row: Any) -> str:
        """The field, in words."""
        return str(row.project.get_field_display())

    def dehydrate_asked(self, row: Any) -> Decimal:
        """Yuan."""
        return Decimal(row.project.asked).scaleb(-2)

    def dehydrate_final(self, row: Any) -> Decimal | str:
        """Out of a hundred, with the applicant's record; empty while nobody may see it."""
        return Decimal(row.final_shown) if row.final_shown else ""

    def dehydrate_mean(self, row: Any) -> Decimal | str:
        """Out of a hundred; empty while nobody may see it."""
        return _shown(row.scores, "mean")

    def dehydrate_lowest(self, row: Any) -> Decimal | str:
        """Out of a hundred."""
        return _shown(row.scores, "lowest")

    def dehydrate_highest(self, row: Any) -> Decimal | str:
        """Out of a hundred."""
        return _shown(row.scores, "highest")

    def dehydrate_spread(self, row: Any) -> Decimal | str:
        """How far apart they are."""
        return _shown(row.scores, "spread")

    def dehydrate_aside(self, row: Any) -> str:
        """Who steps aside, never why."""
        return "、".join(row.aside)

    def dehydrate_state(self, row: Any) -> str:
        """Where it stands, in words."""
        return str(row.project.get_state_display())


@dataclass(frozen=True)
class BankRow:
    """One line of a bank's bulk payment file; `account` is opened for it."""

    number: int
    account: str
    holder: str
    bank: str
    amount: Decimal
    words: str


class BankFileResource(resources.Resource):  # type: ignore[misc]
    """The columns that Chinese banks' templates for bulk payments (批量付款) share; a bank's own are filled by copying.

    The words carry the payment's code, which comes back in the statement and settles the line.
    """

    number = fields.Field("number", "序号")
    account = fields.Field("account", "收款账号")
    holder = fields.Field("holder", "收款户名")
    bank = fields.Field("bank", "收款开户行")
    amount = fields.Field("amount", "金额（元）")
    currency = column("币种")
    words = fields.Field("words", "用途")

    def rows(self, lines: Iterable[BankRow]) -> Iterator[list[Any]]:
        """Yield the titles, then one row after another. Amounts stay numbers, accounts stay text."""
        yield self.get_export_headers()
        for line in lines:
            yield [line.number, line.account, line.holder, line.bank, line.amount, "CNY", line.words]


def _leaving(text: str, *, is_public: bool) -> str:
    return text if is_public or not text else "（不公开，在系统里看）"


def _offer_cells(offer: Offer | None) -> tuple[int | str, Decimal | str]:
    return (offer.quantity, Decimal(offer.price).scaleb(-2)) if offer else ("", "")


def _shown(scores: Scores | None, name: str) -> Decimal | str:
    text = one_decimal(getattr(scores, name)) if scores else ""
    return Decimal(text) if text else ""
