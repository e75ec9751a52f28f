"""What finance fills in to move a gift to another book."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.donations.forms.shared import CampaignField, new_token, offer_campaigns
from apps.donations.models import Donation, InKindGift
from apps.donations.states import AnswerWay, CorrectionBasis
from apps.funds.models import Restriction


class CorrectionForm(forms.Form):
    """Where the gift belongs, and what allows to move it."""

    basis = forms.ChoiceField(
        label=_("为什么改"),
        widget=forms.RadioSelect,
        choices=[
            (CorrectionBasis.MISTAKE.value, CorrectionBasis.MISTAKE.label),
            (CorrectionBasis.CONSENT.value, _("要改变用途，先写信问捐赠人")),
            (CorrectionBasis.FILING.value, CorrectionBasis.FILING.label),
        ],
    )
    restriction = forms.ChoiceField(label=_("改到哪里"))
    reason = forms.CharField(
        label=_("写明情况"), help_text=_("捐赠人会看到；不要写别人的姓名电话。"), max_length=400
    )
    reference = forms.CharField(
        label=_("备案编号"), help_text=_("只有改变用途已报备案才填。"), required=False, max_length=200
    )
    dated = forms.DateField(
        label=_("备案日期"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, offered: Sequence[Restriction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["restriction"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("请选择")),
                *((row.code, f"{row.fund.name} · {row.purpose[:30]}（{row.code}）") for row in offered),
            ]
        self.fields["token"].initial = new_token()


class CampaignCorrectionForm(forms.Form):
    """For which campaign a gift counts, and why it was written down otherwise."""

    campaign = CampaignField(_("收到那天要在它的期限里，它要为这支基金募捐。"))
    reason = forms.CharField(
        label=_("为什么改"), help_text=_("捐赠人会看到；不要写别人的姓名电话。"), max_length=400
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, given: Donation | InKindGift, **kwargs: Any) -> None:
        kwargs["initial"] = {"campaign": given.campaign}
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = new_token()
        offer_campaigns(self, [given.host])


class AnswerForm(forms.Form):
    """What the donor said by telephone or on paper."""

    agrees = forms.ChoiceField(
        label=_("捐赠人怎么说"), widget=forms.RadioSelect, choices=[("yes", _("同意改")), ("no", _("不同意"))]
    )
    way = forms.ChoiceField(
        label=_("怎么答的"),
        widget=forms.RadioSelect,
        choices=[(way.value, way.label) for way in (AnswerWay.PHONE, AnswerWay.PAPER)],
    )
    answered_on = forms.DateField(
        label=_("哪天答的"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    paper = forms.FileField(label=_("书面答复"), help_text=_("PDF 或拍照；电话里答的不用。"), required=False)
