"""What finance fills in about fiscal receipts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.donations.states import VoidReason

DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class SheetForm(forms.Form):
    """The sheet with the numbers."""

    file = forms.FileField(
        label=_("填好的表"),
        help_text=_("用导出的 .xlsx，填上票据代码、票据号码、校验码、开票日期四列。空着的行会跳过。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,
        error_messages={"required": _("请选一个文件。")},
    )


class IssueForm(forms.Form):
    """The numbers of one receipt, and its file."""

    batch_code = forms.CharField(label=_("票据代码"), max_length=20, widget=forms.TextInput(DIGITS))
    number = forms.CharField(label=_("票据号码"), max_length=20, widget=forms.TextInput(DIGITS))
    check_code = forms.CharField(label=_("校验码"), max_length=30)
    issued_on = forms.DateField(
        label=_("开票日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    file = forms.FileField(
        label=_("票据文件"),
        help_text=_("PDF、OFD 或图片，只给捐赠人下载。"),
        required=False,
        allow_empty_file=True,
    )

    proof = forms.CharField(
        label=_("公允价值证明"),
        help_text=_("捐赠人交来的证明，写名称、编号。没有证明的不能开票（公告2020年第27号第十三条）。"),
        max_length=200,
    )

    def __init__(self, *args: Any, wants_proof: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issued_on"].initial = clock.today()
        if not wants_proof:
            del self.fields["proof"]


class VoidForm(forms.Form):
    """The red-letter receipt."""

    why = forms.ChoiceField(label=_("为什么冲红"), widget=forms.RadioSelect, choices=VoidReason.choices)
    red_batch_code = forms.CharField(label=_("红票的票据代码"), max_length=20, widget=forms.TextInput(DIGITS))
    red_number = forms.CharField(label=_("红票的票据号码"), max_length=20, widget=forms.TextInput(DIGITS))


class DeclineForm(forms.Form):
    """Why no receipt is issued."""

    reason = forms.CharField(
        label=_("不开的原因"), help_text=_("捐赠人会看到，比如：已经全部退款。"), max_length=400
    )
