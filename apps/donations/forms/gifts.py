"""What finance fills in about gifts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.donations.forms.inkind import funds_to_choose
from apps.donations.forms.shared import (
    GUARDIAN_ON_PAPER,
    CampaignField,
    PurposeField,
    consents_on_paper,
    dedication_field,
    dedication_kind_field,
    guardian_field,
    new_token,
    offer_campaigns,
    offer_purposes,
    read_amount,
    under_14_field,
    wish_field,
)
from apps.donations.states import Channel, NameChoice, RefundReason
from apps.funds.models import Fund, Host


class RecordForm(forms.Form):
    """A gift that finance received by bank or in cash; the amount is typed twice."""

    fund = forms.ModelChoiceField(label=_("基金"), queryset=Fund.objects.none())
    channel = forms.ChoiceField(
        label=_("怎么收的"),
        widget=forms.RadioSelect,
        choices=[(Channel.BANK.value, _("银行转账")), (Channel.CASH.value, _("现金"))],
    )
    amount = forms.CharField(
        label=_("金额（元）"), max_length=20, widget=forms.TextInput({"inputmode": "decimal"})
    )
    again = forms.CharField(
        label=_("再写一遍金额"), max_length=20, widget=forms.TextInput({"inputmode": "decimal"})
    )
    day = forms.DateField(label=_("到账日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    campaign = CampaignField()
    restriction = PurposeField()
    wish = wish_field()
    handler = forms.CharField(
        label=_("谁收的现金"), help_text=_("收的是现金才写；空着就是您自己。"), required=False, max_length=240
    )
    name = forms.CharField(label=_("捐赠人姓名或单位"), required=False, max_length=200)
    is_organisation = forms.BooleanField(label=_("是单位"), required=False)
    contact = forms.CharField(label=_("联系方式"), required=False, max_length=200)
    name_choice = forms.ChoiceField(
        label=_("公示时怎么写"), widget=forms.RadioSelect, choices=NameChoice.choices
    )
    publish_name = forms.BooleanField(
        label=_("手上有捐赠人同意公开姓名的书面记录"), help_text=_("选“公开姓名”时必须有。"), required=False
    )
    publish_amount = forms.BooleanField(
        label=_("手上有捐赠人同意公开金额的书面记录"),
        help_text=_("没有就不勾：名册里不写这一笔的金额，合计里照样算。"),
        required=False,
    )
    is_under_14 = under_14_field()
    guardian = guardian_field(GUARDIAN_ON_PAPER)
    message = forms.CharField(label=_("留言"), required=False, max_length=400)
    dedication_to = dedication_field()
    dedication_kind = dedication_kind_field()
    dedication = forms.BooleanField(
        label=_("手上有同意公开这个名字的书面记录"),
        help_text=_("没有就不勾：只有慈善会和捐赠人知道。"),
        required=False,
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, hosts: list[Host], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fund"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = funds_to_choose(hosts)
        offer_purposes(self, funds_to_choose(hosts))
        offer_campaigns(self, hosts)
        self.fields["day"].initial = clock.today()
        self.fields["token"].initial = new_token()

    def clean(self) -> dict[str, Any]:
        """Both amounts must say the same."""
        facts = super().clean() or {}
        facts["fen"] = read_amount(self, "amount") if "amount" in facts else None
        second = read_amount(self, "again") if "again" in facts else None
        if facts["fen"] and second and facts["fen"] != second:
            self.add_error("again", _("两次写的金额不一样，请核对原始凭证。"))
        return facts

    @property
    def consents(self) -> frozenset[str]:
        """What the donor agreed to on paper."""
        return consents_on_paper(self.cleaned_data)


class RefundForm(forms.Form):
    """Giving money back."""

    amount = forms.CharField(
        label=_("退多少（元）"), max_length=20, widget=forms.TextInput({"inputmode": "decimal"})
    )
    why = forms.ChoiceField(label=_("为什么退"), widget=forms.RadioSelect, choices=RefundReason.choices)
    reason = forms.CharField(
        label=_("写明情况"),
        help_text=_("选“其他”时必须写。给审计看的，不要写捐赠人的姓名电话。"),
        required=False,
        max_length=400,
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = new_token()

    def clean(self) -> dict[str, Any]:
        """Read the amount."""
        facts = super().clean() or {}
        facts["fen"] = read_amount(self, "amount") if "amount" in facts else None
        return facts
