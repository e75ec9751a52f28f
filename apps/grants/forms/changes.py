"""What changes of a grant ask for: a budget line by line, a day, a reason; the signed agreement."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.core.forms import AmountField, day_field, file_field
from apps.core.money import written


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("会公开，不写人名、病情。"),
    )


class BudgetForm(forms.Form):
    """Every line of a budget with what it is to be; the sum stays."""

    def __init__(self, *args: Any, now: Mapping[str, int], names: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = list(now)
        for key, fen in now.items():
            self.fields[f"line_{key}"] = AmountField(
                label=names.get(key, key), initial=written(fen), zero_allowed=True
            )
        self.fields["reason"] = _reason(gettext_lazy("原因"))

    def lines(self) -> dict[str, int]:
        """Return fen by the key of each line."""
        return {key: self.cleaned_data[f"line_{key}"] for key in self.keys}


class ExtendForm(forms.Form):
    """A later last day, and why."""

    ends_on = day_field(gettext_lazy("新的结束日期"))
    reason = _reason(gettext_lazy("原因"))


class SuspendForm(forms.Form):
    """Why payments stop."""

    reason = _reason(gettext_lazy("暂停的原因"))


class ResumeForm(forms.Form):
    """The decision by which payments go on."""

    decision = _reason(gettext_lazy("恢复付款的决定和理由"))


class WriteOffForm(forms.Form):
    """Why the committee shall give up what did not come back."""

    reason = _reason(gettext_lazy("为什么不再追回"))


class SignedForm(forms.Form):
    """The signed copy of an agreement."""

    signed_on = day_field(gettext_lazy("签订日期"))
    upload = file_field(gettext_lazy("签好的协议"), help_text=gettext_lazy("PDF，或者扫描、拍照的图片。"))


class FailForm(forms.Form):
    """Why the bank did not make a payment."""

    reason = forms.CharField(label=gettext_lazy("银行没付成的原因"), max_length=200)


class BounceForm(forms.Form):
    """What the bank's statement says about a payment that came back."""

    returned_on = day_field(gettext_lazy("退汇日期"))
    bank_reference = forms.CharField(
        label=gettext_lazy("退汇的银行流水号"), max_length=60, widget=forms.TextInput({"autocomplete": "off"})
    )
    reason = forms.CharField(label=gettext_lazy("退汇的原因"), max_length=200)
