"""What officers and finance fill in about grants."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import AmountField, day_field
from apps.core.money import written
from apps.funds.models import Fund
from apps.funds.queries import available
from apps.grants.queries import Purpose, purposes_for
from apps.projects.forms import RatingForm
from apps.projects.models import Project
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

    why = forms.CharField(
        label=gettext_lazy("为什么在这笔限定资金的用途里"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("选了标着“要说明”的才写；会记下来，审计能看到。"),
    )

    def __init__(self, *args: Any, fund: Fund, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = available(fund)
        purposes = purposes_for(project, fund)
        choices = [
            (one.restriction.code, self._label(one, left.get(one.restriction.code, 0))) for one in purposes
        ]
        if not any(one.asks_why for one in purposes):
            self.fields["why"].widget = forms.HiddenInput()
        self.fields["restriction"].choices = [  # type: ignore[attr-defined]
            ("", _("不指定：先用本基金宗旨内的钱，再用非限定的钱")),
            *choices,
        ]
        if not choices:
            self.fields["restriction"].widget = forms.HiddenInput()

    @staticmethod
    def _label(one: Purpose, left: int) -> str:
        facts = {"purpose": one.restriction.purpose, "left": written(left)}
        if one.asks_why:
            return _("%(purpose)s（可安排 ¥%(left)s，要说明为什么在用途里）") % facts
        if not one.may_pay:
            return _("不能用：%(why)s") % {"why": one.sentence}
        return _("%(purpose)s（可安排 ¥%(left)s）") % facts


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
