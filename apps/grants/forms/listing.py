"""The services that a call wants to buy, as rows of the call's form; blank rows are left out."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import AmountField
from apps.core.money import written
from apps.projects import rules
from apps.projects.models import Call
from apps.projects.queries import items_of

PARTS = ("item_service", "item_unit", "item_quantity", "item_price", "item_fixed")
OPEN_ITEMS = 3


class ItemFields(forms.Form):
    """A list of services (服务采购清单) of a call that buys."""

    def add_item_fields(self) -> None:
        """Lay out the rows."""
        for number in range(1, rules.MAX_ITEMS + 1):
            self.fields[f"item_service_{number}"] = forms.CharField(
                label=gettext_lazy("什么服务"), required=False, max_length=50
            )
            self.fields[f"item_unit_{number}"] = forms.CharField(
                label=gettext_lazy("单位"), required=False, max_length=10
            )
            self.fields[f"item_quantity_{number}"] = forms.IntegerField(
                label=gettext_lazy("要多少"), required=False, min_value=1, max_value=rules.MAX_QUANTITY
            )
            self.fields[f"item_price_{number}"] = AmountField(
                label=gettext_lazy("单价（元）"), required=False
            )
            self.fields[f"item_fixed_{number}"] = forms.BooleanField(
                label=gettext_lazy("就按这个价，不另报价"), required=False
            )

    def _item_rows(self, first: int, last: int) -> list[list[BoundField]]:
        return [[self[f"{part}_{number}"] for part in PARTS] for number in range(first, last + 1)]

    def first_items(self) -> list[list[BoundField]]:
        """The rows that are always open."""
        return self._item_rows(1, OPEN_ITEMS)

    def more_items(self) -> list[list[BoundField]]:
        """The rows behind them."""
        return self._item_rows(OPEN_ITEMS + 1, rules.MAX_ITEMS)

    def items_are_open(self) -> bool:
        """Whether the list is begun or wrong."""
        return _is_used(self.first_items()) or self.more_items_are_open()

    def more_items_are_open(self) -> bool:
        """Whether something is written or wrong behind."""
        return _is_used(self.more_items())

    def read_items(self, values: dict[str, Any]) -> None:
        """Write `items` to the cleaned values; a row with anything in it must be whole."""
        found: list[rules.Item] = []
        for number in range(1, rules.MAX_ITEMS + 1):
            names = [f"{part}_{number}" for part in PARTS]
            service, unit, quantity, price, is_fixed = (values.get(name) for name in names)
            if any(name in self.errors for name in names) or not any((service, unit, quantity, price)):
                continue
            if not (service and unit and quantity and price):
                self.add_error(names[0], _("这一行要写全：什么服务、单位、要多少、单价。"))
                continue
            found.append(rules.Item(len(found) + 1, service, unit, quantity, price, bool(is_fixed)))
        values["items"] = found


def _is_used(rows: list[list[BoundField]]) -> bool:
    return any(field.value() or field.errors for row in rows for field in row)


def filled_items(call: Call) -> dict[str, Any]:
    """Return a draft's list as the form's initial values."""
    values: dict[str, Any] = {}
    for one in items_of(call):
        row = (one.service, one.unit, one.quantity, written(one.price), one.is_fixed)
        values |= {f"{part}_{one.number}": value for part, value in zip(PARTS, row, strict=True)}
    return values
