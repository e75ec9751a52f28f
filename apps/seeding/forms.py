"""What the host fills in about seed programmes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.core.money import parse_amount
from apps.core.verdicts import Refused


class YuanField(forms.CharField):
    """An amount in yuan as people type it, cleaned to fen."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(max_length=20, widget=widget, **options)

    def clean(self, value: Any) -> int:
        """Return fen; the sentence of a wrong amount stands at this field."""
        try:
            return parse_amount(super().clean(value))
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("请按 2026-11-21 这样写日期。")},
    )


class ProgrammeForm(forms.Form):
    """A new programme; the fields are the verb's own names."""

    title = forms.CharField(label=gettext_lazy("计划名称"), max_length=100)
    per_fund = YuanField(label=gettext_lazy("每支基金给多少（元）"))
    pot = YuanField(label=gettext_lazy("一共给多少（元）"))
    document = forms.CharField(
        label=gettext_lazy("依据文件"), help_text=gettext_lazy("比如理事会决议的编号。"), max_length=200
    )
    opens_on = _day(gettext_lazy("开始日"))
    closes_on = _day(gettext_lazy("结束日"))
