"""How much somebody gives: one of the amounts most choose, or another that is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.donations import rules
from apps.donations.forms.shared import read_amount

OTHER = "other"


class PresetField(forms.ChoiceField):
    """An amount to choose; nothing chosen is judged together with the amount that may be typed instead."""

    def validate(self, value: Any) -> None:
        """Refuse what is not offered; nothing is not refused here."""
        if value:
            super().validate(value)


class PresetForm(forms.Form):
    """The amount, cleaned to `fen`; none is chosen beforehand."""

    preset = PresetField(
        label=_("捐多少"),
        widget=forms.RadioSelect(attrs={"class": "choices-row"}),
        choices=[*((str(fen), f"¥{fen // 100}") for fen in rules.PRESETS), (OTHER, _("其他"))],
    )
    amount = forms.CharField(
        label=_("其他金额（元）"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Find the amount: a preset, or what was typed, not both."""
        facts = super().clean() or {}
        preset, typed = facts.get("preset", ""), (facts.get("amount") or "").strip()
        if typed and preset not in {"", OTHER}:
            self.add_error("amount", _("既选了上面的金额，又写了别的金额，请只留一个。"))
        elif typed or preset == OTHER:
            facts["fen"] = read_amount(self, "amount")
        elif preset:
            facts["fen"] = int(preset)
        elif "preset" not in self.errors:
            self.add_error("preset", _("请选一个金额，或者选“其他”自己写。"))
        return facts
