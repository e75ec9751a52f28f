"""What finance fills in about custodial gifts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import AmountField, day_field, file_field
from apps.donations.custody import Basis, HandOverKind, Nature
from apps.donations.forms.inkind import TokenForm, funds_to_choose
from apps.donations.models import Donor
from apps.funds.models import Fund, Host


class CustodyForm(TokenForm):
    """Money or things for a named receiver."""

    fund = forms.ModelChoiceField(
        label=_("经哪个基金收的"),
        help_text=_("只表明来处；代管的钱物不是这个基金的。"),
        queryset=Fund.objects.none(),
        to_field_name="code",
    )
    nature = forms.ChoiceField(label=_("交来的是什么"), widget=forms.RadioSelect, choices=Nature.choices)
    what = forms.CharField(
        label=_("名称和数量"), help_text=_("是物的必填，比如：轮椅 2 台。"), required=False, max_length=300
    )
    amount = AmountField(label=_("金额，或者物的价值（元）"))
    day = day_field(_("收到日期"))
    principal = forms.CharField(label=_("委托人姓名或单位"), max_length=200)
    is_organisation = forms.BooleanField(label=_("委托人是单位"), required=False)
    contact = forms.CharField(label=_("委托人联系方式"), required=False, max_length=200)
    receiver = forms.CharField(
        label=_("委托人指定给谁"),
        help_text=_("写具体的人或单位。登记以后不能改，收不了只能退回委托人。"),
        max_length=200,
    )
    receiver_is_organisation = forms.BooleanField(label=_("受助方是单位"), required=False)
    basis = forms.ChoiceField(
        label=_("为什么算代管"),
        widget=forms.RadioSelect,
        choices=Basis.choices,
        help_text=_("能在一定范围里自己挑受助人的，是限定用途的捐赠，不是代管。"),
    )
    agreement = file_field(_("转交协议"), help_text=_("有协议的必传。"), required=False)
    meets_conditions = forms.BooleanField(
        label=_(
            "三个条件都符合：有把它交给具体受助人的现时义务、净资产不会增加；"
            "只是中间人，不是发起人，改不了受助人和用途；受助人由委托人具体指定"
        ),
        help_text=_("没有协议的必须勾选（民间非营利组织会计制度第五十八条）。"),
        required=False,
    )
    is_no_interested_party = forms.BooleanField(
        label=_("委托人说明受助方不是自己的利害关系人"), help_text=_("慈善法第四十条。"), required=False
    )
    note = forms.CharField(label=_("备注"), required=False, max_length=600)

    def __init__(self, *args: Any, hosts: list[Host], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fund"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = funds_to_choose(hosts)

    @property
    def kind(self) -> str:
        """Whether a person or an organisation is the principal."""
        is_organisation = self.cleaned_data["is_organisation"]
        return (Donor.Kind.ORGANISATION if is_organisation else Donor.Kind.PERSON).value


class HandOverForm(TokenForm):
    """Passing something on, or giving it back."""

    kind = forms.ChoiceField(
        label=_("交给谁"),
        widget=forms.RadioSelect,
        choices=HandOverKind.choices,
        initial=HandOverKind.RECEIVER.value,
    )
    amount = AmountField(label=_("多少（元）"))
    account = forms.CharField(
        label=_("收款账户"),
        help_text=_("是钱的必填：户名、开户行、账号。户名要和指定的受助方一致。"),
        required=False,
        max_length=300,
    )
    reason = forms.CharField(
        label=_("受助方为什么收不了"), help_text=_("退回委托人的必填。"), required=False, max_length=600
    )
    proof = file_field(_("签收单等凭据"), required=False)


class ReleaseForm(forms.Form):
    """The day on which it was passed on."""

    day = day_field(_("转交日期"))
