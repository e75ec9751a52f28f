"""Columns of bank statements."""

from collections.abc import Callable, Sequence
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets

from apps.core import clock
from apps.finance.models import BankStatement, StatementLine
from apps.finance.rules.statements import RawLine, plain_text, read_reference
from apps.finance.rules.values import read_day, signed_amount
from apps.funds.models import Host
from apps.ledger.charts import FIRST_DAY

# SQLite takes few parameters in one statement on old builds.
LOOKUP = 500
COUNTERPARTY_LIMIT, MEMO_LIMIT = 200, 500
COLUMNS = ("row", "day", "amount", "income", "outgo", "side", "balance", "counterparty", "memo", "reference")


class ReadingWidget(widgets.Widget):  # type: ignore[misc]
    """A cell read by one of our rules, which raises ValueError with a sentence."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self.read = read

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return self.read(value)


class AmountField(fields.Field):  # type: ignore[misc]
    """A line's signed fen, from whichever columns the bank uses."""

    def clean(self, row: dict[str, str], **kwargs: Any) -> int:
        return signed_amount(amount=row["amount"], income=row["income"], outgo=row["outgo"], side=row["side"])


class StatementLineResource(resources.ModelResource):  # type: ignore[misc]
    """Lines of a bank statement. A line that an earlier file brought is passed over; the same serial number with
    another amount is an error. Without a statement it is for dry runs. Names and words go in sealed."""

    number = fields.Field("number", "row", ReadingWidget(int))
    day = fields.Field("day", "day", ReadingWidget(read_day))
    amount = AmountField("amount", "amount")
    reference = fields.Field("reference", "reference", ReadingWidget(read_reference))

    class Meta:
        model = StatementLine
        fields = ("number", "day", "amount", "reference")
        import_id_fields = ("reference",)
        force_init_instance = True
        use_bulk = True
        use_transactions = False
        skip_diff = True
        store_instance = True

    def __init__(self, host: Host, statement: BankStatement | None = None) -> None:
        super().__init__()
        self.host = host
        self.statement = statement
        self.today = clock.today()
        self.known: dict[str, int] = {}
        self.seen: dict[str, int] = {}

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Look up, in few queries, which of the file's serial numbers an earlier file had."""
        references = sorted({reference for reference in dataset["reference"] if reference})
        for start in range(0, len(references), LOOKUP):
            rows = StatementLine.objects.filter(
                host=self.host, reference__in=references[start : start + LOOKUP]
            )
            self.known.update(rows.values_list("reference", "amount"))

    def skip_row(
        self, instance: StatementLine, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        """Pass over what is known to the fen, from an earlier file or from this one."""
        if import_validation_errors:
            return False
        known = self.known.get(instance.reference, self.seen.get(instance.reference))
        self.seen.setdefault(instance.reference, instance.amount)
        return known == instance.amount

    def validate_instance(
        self, instance: StatementLine, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Refuse a serial number that comes back with another amount."""
        errors = dict(import_validation_errors or {})
        if not errors:
            for amounts, where in ((self.known, _("以前导入的文件")), (self.seen, _("本文件前面的行"))):
                if amounts.get(instance.reference, instance.amount) != instance.amount:
                    text = _("流水号 %(reference)s 在%(where)s里是另一个金额，请核对。")
                    errors["reference"] = ValidationError(
                        text % {"reference": instance.reference, "where": where}
                    )
            if instance.day > self.today:
                errors["day"] = ValidationError(
                    _("%(day)s 还没有到，流水不会在将来。") % {"day": instance.day.isoformat()}
                )
            if instance.day < FIRST_DAY:
                errors["day"] = ValidationError(
                    _("%(day)s 太早了，那时还没有现在的会计制度，请核对年份。")
                    % {"day": instance.day.isoformat()}
                )
        if errors:
            raise ValidationError(errors)
        instance.host = self.host
        if self.statement is not None:
            instance.statement = self.statement

    def before_save_instance(self, instance: StatementLine, row: dict[str, str], **kwargs: Any) -> None:
        """Seal what the line says, now that the host and the serial number are on it."""
        instance.counterparty = plain_text(row["counterparty"], COUNTERPARTY_LIMIT)
        instance.memo = plain_text(row["memo"], MEMO_LIMIT)

    def bulk_create(self, using_transactions: bool, dry_run: bool, *args: Any, **kwargs: Any) -> None:
        """Write the lines read so far; a dry run only forgets them."""
        if dry_run:
            self.create_instances.clear()
        else:
            super().bulk_create(using_transactions, dry_run, *args, **kwargs)


def dataset_of(lines: Sequence[RawLine]) -> tablib.Dataset:
    """Return a statement's raw lines as the dataset that the resource imports."""
    rows = [[str(line.row), *(line.cells[column] for column in COLUMNS if column != "row")] for line in lines]
    return tablib.Dataset(*rows, headers=list(COLUMNS))
