"""Fields of these forms: places, pairs, lines of text."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from apps.divisions.models import Division
from apps.divisions.queries import children
from apps.funds.models import Host


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
