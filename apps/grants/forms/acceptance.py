"""The checklist of an acceptance as a form: a verdict and a note for each item."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.grants.models import AcceptanceItem
from apps.grants.queries import item_title, shown_item
from apps.grants.rules.checklist import NOTE_LIMIT, Item, Judged, hash_of


class ChecklistForm(forms.Form):
    """A verdict for each item and a note where one is asked for; the figures are shown, not filled in.

    The same form accepts and sends back; which is known by the button.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, items: list[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"verdict_{item.key}"] = forms.ChoiceField(
                label=item_title(item),
                choices=AcceptanceItem.Verdict.choices,
                widget=forms.RadioSelect({"class": "choices-row"}),
                required=False,
            )
            self.fields[f"note_{item.key}"] = forms.CharField(
                label=gettext_lazy("说明"), max_length=NOTE_LIMIT, required=False
            )
        self.fields["private_note"] = forms.CharField(
            label=gettext_lazy("内部备注"),
            max_length=500,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=gettext_lazy("只给管委会、慈善会和审计看，不公开。"),
        )
        self.fields["reason"] = forms.CharField(
            label=gettext_lazy("退回的原因"),
            max_length=300,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=gettext_lazy("退回时要写。上面判成“部分达到”“没达到”的项会一起告诉实施方。"),
        )

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the figures this page shows, also when it comes back because they changed meanwhile."""
        return hash_of(self.items)

    def rows(self) -> list[dict[str, Any]]:
        """Return what the page shows of each item: its figures, what they propose, and the two fields."""
        return [
            {
                "item": shown_item(item),
                "verdict": self[f"verdict_{item.key}"],
                "note": self[f"note_{item.key}"],
            }
            for item in self.items
        ]

    def facts(self) -> dict[str, Any]:
        """The arguments that accepting and returning share."""
        given = self.cleaned_data
        return {
            "judgements": {
                item.key: Judged(given[f"verdict_{item.key}"], given[f"note_{item.key}"])
                for item in self.items
            },
            "seen": given["seen"],
            "private_note": given["private_note"],
        }
