"""Fields of these forms: amounts, days, places, lines of text."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.money import parse_amount
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.divisions.queries import children
from apps.funds.models import Host


class YuanField(forms.CharField):
    """An amount in yuan as people type it, cleaned to fen; left empty it is 0."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(max_length=20, widget=widget, **options)

    def clean(self, value: Any) -> int:
        """Return fen; the sentence of a wrong amount stands at this field."""
        text = super().clean(value)
        if not text:
            return 0
        try:
            return parse_amount(text)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class PairsField(forms.CharField):
    """Lines of a text and a number at their end, such as `服务人次 40`, cleaned to pairs."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), **options)

    def clean(self, value: Any) -> list[tuple[str, int]]:
        """Return (text, number) of every line that is not blank."""
        found = []
        for line in super().clean(value).splitlines():
            if not line.strip():
                continue
            text, _gap, number = line.strip().rpartition(" ")
            if not text or not (number.isascii() and number.isdigit() and len(number) < 10):
                raise forms.ValidationError(
                    _("“%(line)s”要写成：文字，空格，整数。") % {"line": line.strip()[:60]}
                )
            found.append((text.strip(), int(number)))
        return found


def day(label: Any, **options: Any) -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("请按 2026-11-21 这样写日期。")},
        **options,
    )


def whole(label: Any, *, most: int, **options: Any) -> forms.IntegerField:
    """Return a field for a whole number from 0; left empty it is 0 to the caller."""
    return forms.IntegerField(label=label, min_value=0, max_value=most, **options)


class PlacesField(forms.MultipleChoiceField):
    """Some of the towns of a host's area."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "choices-row choices-four"})

    def offer(self, host: Host) -> None:
        """Offer the towns below the host's division, without the excluded ones."""
        excluded = set(host.excluded.values_list("code", flat=True))
        rows: list[Division] = [row for row in children(host.division_id) if row.code not in excluded]
        self.choices = [(row.code, row.name) for row in rows]
