"""What finance fills in about gifts in kind."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.donations import goods
from apps.donations.forms.shared import (
    GUARDIAN_ON_PAPER,
    CampaignField,
    consents_on_paper,
    guardian_field,
    new_token,
    offer_campaigns,
    read_amount,
    under_14_field,
)
from apps.donations.goods import Basis, Beneficiaries, LossCause, Nature
from apps.donations.states import Channel, NameChoice
from apps.funds.models import Fund, Host
from apps.funds.states import FundState

Day = {"type": "date"}


def funds_to_choose(hosts: list[Host]) -> Any:
    """Return the funds of these hosts that are not closed, in the order of their places."""
    rows = Fund.objects.filter(host__in=hosts).exclude(state=FundState.CLOSED).select_related("host")
    return rows.order_by("host", "division_id", "code")


def money_field(label: Any, **more: Any) -> forms.CharField:
    """Return a field for an amount as people write it."""
    return forms.CharField(
        label=label, max_length=20, widget=forms.TextInput({"inputmode": "decimal"}), **more
    )


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(Day, format="%Y-%m-%d"), **more)


def count_field(label: Any, **more: Any) -> forms.IntegerField:
    """Return a field for a whole number above zero."""
    return forms.IntegerField(label=label, min_value=1, max_value=goods.MAX_QUANTITY, **more)


class TokenForm(forms.Form):
    """A form that does its work once, however often it is sent."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = new_token()
        if "day" in self.fields:
            self.fields["day"].initial = clock.today()


class ReceiveForm(TokenForm):
    """Things of one sort, or a service, as they were received."""

    fund = forms.ModelChoiceField(label=_("基金"), queryset=Fund.objects.none())
    campaign = CampaignField(_("为这个活动募来的才选，在它的公开页上和钱分开列；收到那天要在它的期限里。"))
    nature = forms.ChoiceField(
        label=_("捐的是什么"),
        widget=forms.RadioSelect,
        choices=Nature.choices,
        initial=Nature.GOODS.value,
        help_text=_("志愿服务的时间不在这里记，记在志愿者名下，也不计价。"),
    )
    name = forms.CharField(label=_("名称和规格"), max_length=200, help_text=_("比如：大米，10 千克一袋"))
    quantity = count_field(_("数量"))
    unit = forms.CharField(label=_("单位"), max_length=40, help_text=_("袋、箱、件、次"))
    basis = forms.ChoiceField(
        label=_("按什么计价"),
        widget=forms.RadioSelect,
        choices=Basis.choices,
        help_text=_("有凭据先按凭据；没有凭据才按公允价值。服务没有发票等凭据的，只公示，不入账。"),
    )
    voucher = money_field(_("凭据上的金额（元）"), required=False)
    value = money_field(_("公允价值，一共（元）"), required=False)
    voucher_is_off = forms.BooleanField(label=_("凭据金额和公允价值相差较大"), required=False)
    note = forms.CharField(label=_("价格从哪里来"), required=False, max_length=800)
    place = forms.CharField(label=_("存放地点"), required=False, max_length=240)
    expires_on = day_field(_("保质期到哪天"), required=False)
    day = day_field(_("收到日期"))
    donor_name = forms.CharField(label=_("捐赠人姓名或单位"), required=False, max_length=200)
    is_organisation = forms.BooleanField(label=_("是单位"), required=False)
    contact = forms.CharField(label=_("联系方式"), required=False, max_length=200)
    name_choice = forms.ChoiceField(
        label=_("公示时怎么写"), widget=forms.RadioSelect, choices=NameChoice.choices
    )
    publish_name = forms.BooleanField(
        label=_("手上有捐赠人同意公开姓名的书面记录"), help_text=_("选“公开姓名”时必须有。"), required=False
    )
    is_under_14 = under_14_field()
    guardian = guardian_field(GUARDIAN_ON_PAPER)

    def __init__(self, *args: Any, hosts: list[Host], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fund"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = funds_to_choose(hosts)
        offer_campaigns(self, hosts)

    def clean(self) -> dict[str, Any]:
        """Read the amounts."""
        facts = super().clean() or {}
        for name in ("voucher", "value"):
            facts[f"{name}_fen"] = read_amount(self, name) if facts.get(name) else None
        return facts

    @property
    def consents(self) -> frozenset[str]:
        """What the donor, or a child's guardian, agreed to on paper."""
        return consents_on_paper(self.cleaned_data)


class IssueForm(TokenForm):
    """Things handed out against a signed list."""

    quantity = count_field(_("发了多少"))
    beneficiaries = forms.ChoiceField(
        label=_("发给了哪类人"), widget=forms.RadioSelect, choices=Beneficiaries.choices
    )
    people = count_field(_("多少人签收"))
    receipt = forms.CharField(
        label=_("签收单编号"), max_length=200, help_text=_("不要写领取人的姓名；签收单原件自己存好。")
    )
    evidence = forms.FileField(label=_("签收单或发放照片"), required=False)
    day = day_field(_("发放日期"))
    note = forms.CharField(label=_("备注"), required=False, max_length=800)


class SellForm(TokenForm):
    """Things sold because they are hard to keep or cannot be used."""

    quantity = count_field(_("卖了多少"))
    proceeds = money_field(_("卖得多少钱（元）"))
    channel = forms.ChoiceField(
        label=_("怎么收的钱"),
        widget=forms.RadioSelect,
        choices=[(Channel.BANK.value, _("银行转账")), (Channel.CASH.value, _("现金"))],
    )
    day = day_field(_("收款日期"))
    note = forms.CharField(label=_("为什么变卖，卖给了谁家单位"), max_length=800)

    def clean(self) -> dict[str, Any]:
        """Read the amount."""
        facts = super().clean() or {}
        facts["fen"] = read_amount(self, "proceeds") if "proceeds" in facts else None
        return facts


class WriteOffForm(TokenForm):
    """Things that are spoilt, expired or missing."""

    quantity = count_field(_("核销多少"))
    cause = forms.ChoiceField(
        label=_("怎么回事"),
        widget=forms.RadioSelect,
        choices=LossCause.choices,
        initial=LossCause.SPOILT,
        help_text=_("退回或没有收到的，不再是捐赠：开过捐赠票据的先冲红。"),
    )
    reason = forms.CharField(
        label=_("为什么核销"),
        max_length=800,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("要由另一位财务复核。"),
    )
