"""The services of a call's list as fields of an application: how many, and for how much each."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import AmountField
from apps.core.money import parse_amount, written
from apps.core.verdicts import Refused
from apps.projects import rules
from apps.projects.models import Project


class OfferFields(forms.Form):
    """One row for each item of the list; a row that is left empty is not offered."""

    wanted: Sequence[rules.Item] = ()

    def add_offer_fields(self, wanted: Sequence[rules.Item]) -> None:
        """Lay out the rows; an item at a fixed price asks for the quantity alone."""
        self.wanted = wanted
        for one in wanted:
            self.fields[f"offer_quantity_{one.number}"] = forms.IntegerField(
                label=gettext_lazy("做多少"), required=False, min_value=1, max_value=one.quantity
            )
            if not one.is_fixed:
                self.fields[f"offer_price_{one.number}"] = AmountField(
                    label=gettext_lazy("单价（元）"), required=False
                )

    def offer_rows(self) -> list[tuple[rules.Item, BoundField, BoundField | None]]:
        """The items with their fields."""
        return [
            (one, self[f"offer_quantity_{one.number}"], self[f"offer_price_{one.number}"])
            if not one.is_fixed
            else (one, self[f"offer_quantity_{one.number}"], None)
            for one in self.wanted
        ]

    def read_offers(self, values: dict[str, Any]) -> None:
        """Write `offers`, by number of item, to the cleaned values; a row with anything in it must be whole."""
        values["offers"] = {}
        for one in self.wanted:
            names = [f"offer_quantity_{one.number}", f"offer_price_{one.number}"]
            if any(name in self.errors for name in names):
                continue
            quantity, price = values.get(names[0]), values.get(names[1])
            if price and not quantity:
                self.add_error(names[0], _("请写这一项做多少。"))
            elif quantity and not price and not one.is_fixed:
                self.add_error(names[1], _("请写这一项的单价。"))
            elif quantity:
                values["offers"][one.number] = (quantity, None if one.is_fixed else price)

    def offered_so_far(self) -> int:
        """Return what the rows come to as they stand, in fen; what cannot be read is left out."""
        total = 0
        for one, quantity, price in self.offer_rows():
            number = str(quantity.value() or "")
            try:
                each = one.price if price is None else parse_amount(str(price.value() or ""))
            except Refused:
                continue
            if number.isascii() and number.isdecimal() and len(number) < 8:
                total += int(number) * each
        return total


def filled_offers(project: Project) -> dict[str, Any]:
    """Return the offer of a draft as the form's initial values."""
    values: dict[str, Any] = {}
    for row in project.offers.select_related("item"):
        values[f"offer_quantity_{row.item.number}"] = row.quantity
        values[f"offer_price_{row.item.number}"] = written(row.price)
    return values
