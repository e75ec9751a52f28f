"""What people fill in to ask for a fund, and what the host fills in to sign, rename and suspend."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.core.forms import AmountField, day_field, file_field
from apps.funds.forms.funds import PlaceField
from apps.funds.models import Host
from apps.funds.states import FundKind, SuspensionKind


class MendForm(forms.Form):
    """What an applicant may mend: all but the place."""

    name = forms.CharField(
        label=gettext_lazy("基金名称"), help_text=gettext_lazy("用规范汉字，不带字母和数字。"), max_length=100
    )
    purpose = forms.CharField(
        label=gettext_lazy("用途范围"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    startup = AmountField(
        label=gettext_lazy("打算用多少钱起步（元）"),
        help_text=gettext_lazy("没有就写 0。"),
        required=False,
        zero_allowed=True,
    )
    applicant = forms.CharField(
        label=gettext_lazy("申请单位"), help_text=gettext_lazy("和慈善会签协议的一方。"), max_length=100
    )
    committee = forms.CharField(
        label=gettext_lazy("拟任管委会"),
        help_text=gettext_lazy("一行一位：姓名、代表哪一方。只给审核的人看，不公开。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ApplyForm(MendForm):
    """A whole application for a fund."""

    kind = forms.ChoiceField(
        label=gettext_lazy("类别"),
        choices=[choice for choice in FundKind.choices if choice[0] != FundKind.GENERAL],
        widget=forms.RadioSelect,
    )
    division = PlaceField()
    field_order = ("kind", "division", "name", "purpose", "startup", "applicant", "committee")

    def __init__(self, *args: Any, host: Host, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["division"]
        if isinstance(place, PlaceField):
            place.host = host


class AgreementForm(forms.Form):
    """The agreement of an approved application, and its signed sheet."""

    number = forms.CharField(label=gettext_lazy("协议编号"), max_length=60)
    end_conditions = forms.CharField(
        label=gettext_lazy("什么情况下终止"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    surplus = forms.CharField(
        label=gettext_lazy("终止后剩余的钱怎样处理"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    signed_on = day_field(gettext_lazy("签订日期"))
    scan = file_field(
        gettext_lazy("签好的协议"),
        help_text=gettext_lazy("扫描件、照片或 PDF；先拟协议、后上传也可以。"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "signed_on": clock.today(),
            "end_conditions": _("连续两年没有活动；管委会表决终止；违反协议，经提醒不改。"),
            "surplus": _("用于相同或相近的目的，三个月内公布。"),
        } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)


class OpenDayForm(forms.Form):
    """When the fund opens."""

    day = day_field(gettext_lazy("设立日期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"day": clock.today()})
        super().__init__(*args, **kwargs)


class SuspendForm(forms.Form):
    """Why a fund is suspended: the kind is shown to everyone, the words stay in the record."""

    why = forms.ChoiceField(
        label=gettext_lazy("原因"),
        help_text=gettext_lazy("会公开。"),
        choices=SuspensionKind.choices,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("说明"), help_text=gettext_lazy("留在记录里，不公开。"), max_length=200
    )


class RenameForm(forms.Form):
    """Another name for a fund, and what it rests on."""

    name = forms.CharField(label=gettext_lazy("新名称"), max_length=100)
    document = forms.CharField(
        label=gettext_lazy("依据"), help_text=gettext_lazy("补充协议或决议的编号。"), max_length=200
    )
