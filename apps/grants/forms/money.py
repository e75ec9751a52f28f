"""What officers and finance fill in about grants."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import AmountField, day_field
from apps.core.money import written
from apps.funds.models import Fund
from apps.funds.queries import available
from apps.projects.forms import RatingForm
from apps.projects.rules import MAX_CODES_AT_ONCE


def _reference() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("银行流水号"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("照银行回单写，一笔一个，对账靠它。"),
    )


class TableForm(forms.Form):
    """Which purpose the money comes from first."""

    restriction = forms.ChoiceField(
        label=gettext_lazy("先用哪一笔限定资金"), required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, fund: Fund, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = available(fund)
        named = fund.restrictions.filter(is_general=False).order_by("code")
        choices = [
            (
                row.code,
                _("%(purpose)s（可安排 ¥%(left)s）")
                % {"purpose": row.purpose, "left": written(left.get(row.code, 0))},
            )
            for row in named
        ]
        self.fields["restriction"].choices = [  # type: ignore[attr-defined]
            ("", _("不指定：先用本基金宗旨内的钱，再用非限定的钱")),
            *choices,
        ]
        if not choices:
            self.fields["restriction"].widget = forms.HiddenInput()


class ReleaseForm(forms.Form):
    """What the bank's receipt says about a payment."""

    paid_on = day_field(gettext_lazy("银行付出的日期"))
    bank_reference = _reference()


class ReasonForm(forms.Form):
    """Why something is sent back or ended."""

    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class RejectForm(forms.Form):
    """Why a payment is sent back."""

    reason = forms.CharField(label=gettext_lazy("退回的原因"), max_length=200)


class AskBackForm(ReasonForm):
    """How much is asked back, and why."""

    amount = AmountField(label=gettext_lazy("要求退回的金额（元）"))


class ReturnForm(forms.Form):
    """What the bank's statement says about money that came back."""

    amount = AmountField(label=gettext_lazy("到账金额（元）"))
    received_on = day_field(gettext_lazy("到账日期"))
    bank_reference = _reference()


class CodesForm(forms.Form):
    """How many rating codes to make."""

    count = forms.IntegerField(label=gettext_lazy("要多少个评价码"), min_value=1, max_value=MAX_CODES_AT_ONCE)
    until = day_field(
        gettext_lazy("哪天以前可以评"),
        required=False,
        help_text=gettext_lazy("印在卡片上；过了这一天，码就不能用了。空着就不设截止。"),
    )


class CallBackForm(RatingForm):
    """What a served resident said on the telephone, under the code on their card."""

    code = forms.CharField(
        label=gettext_lazy("这位居民的评价码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
        help_text=gettext_lazy("请居民照卡片念；没有卡片的，用一个没发出去的码，记在他名下。"),
    )
    field_order = ["code", "stars", "words"]
