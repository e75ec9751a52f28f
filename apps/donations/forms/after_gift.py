"""What a donor fills in after a gift, and finance when a signed agreement comes back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.donations.models import Donor


class PayerForm(forms.Form):
    """Who stands on a receipt or in an agreement."""

    kind = forms.ChoiceField(label=_("抬头"), widget=forms.RadioSelect, choices=Donor.Kind.choices)
    name = forms.CharField(label=_("姓名或单位全称"), max_length=200)
    uscc = forms.CharField(
        label=_("统一社会信用代码"), help_text=_("单位才要写，18 位。"), max_length=40, required=False
    )


class AgreementForm(PayerForm):
    """A written agreement."""

    wishes = forms.CharField(
        label=_("另外约定"),
        help_text=_("比如想要的反馈方式。受益人不能指定为自己的利害关系人（慈善法第四十条）。"),
        widget=forms.Textarea({"rows": 3}),
        max_length=1000,
        required=False,
    )


class CertificateForm(forms.Form):
    """What a certificate shows."""

    prints_full_name = forms.BooleanField(
        label=_("证书上印全名"),
        help_text=_("只印在您自己保存的证书上；别人扫码核验时，看到的还是公示的名字。"),
        required=False,
    )
    shows_amount = forms.BooleanField(
        label=_("写上金额"), help_text=_("不写，证书和核验页都没有金额。"), required=False
    )


class SignedForm(forms.Form):
    """The signed copy of an agreement."""

    file = forms.FileField(
        label=_("签好的协议"), help_text=_("PDF，或者扫描、拍照的图片。"), allow_empty_file=True
    )
    signed_on = forms.DateField(
        label=_("签订日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].initial = clock.today()
