"""Closing a month."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CloseMonthForm(forms.Form):
    """The month that the page showed, and that its balances were looked at."""

    month = forms.DateField(
        widget=forms.HiddenInput,
        error_messages={"invalid": _("请重新打开这一页。"), "required": _("请重新打开这一页。")},
    )
    sure = forms.BooleanField(
        label=_("我核对过科目余额表，这个月没有要补记的了"),
        error_messages={"required": _("请先核对科目余额表，再勾选。")},
    )

    def field_of(self, _argument: str) -> str:
        """A refusal is about the month, which has no field to be seen."""
        return ""
