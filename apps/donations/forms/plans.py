"""What donors fill in about monthly gifts."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.donations.forms.shared import new_token, read_amount
from apps.donations.models import Consent
from apps.donations.states import NameChoice, PlanRail
from apps.funds.models import Restriction

Choice = tuple[str, str | Promise]


def _choice(label: str | Promise, more: str | Promise) -> str:
    return format_html("{}<small>{}</small>", label, more)


class SteerForm(forms.Form):
    """How much each month, and on which day."""

    amount = forms.CharField(
        label=_("每月捐多少（元）"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    day = forms.IntegerField(
        label=_("每月几号"),
        help_text=_("没有这一天的月份按月底算。"),
        min_value=1,
        max_value=31,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        """Read the amount."""
        facts = super().clean() or {}
        facts["fen"] = read_amount(self, "amount") if "amount" in facts else None
        return facts


class PlanForm(SteerForm):
    """The beginning of a monthly gift: nothing is chosen or ticked beforehand."""

    rail = forms.ChoiceField(label=_("每月怎么付"), widget=forms.RadioSelect)
    restriction = forms.ChoiceField(label=_("用在哪"), widget=forms.RadioSelect)
    name_choice = forms.ChoiceField(
        label=_("公示时怎么写"),
        widget=forms.RadioSelect,
        choices=[
            (NameChoice.MASKED.value, _("只公开姓")),
            (NameChoice.ANONYMOUS.value, _("爱心居民（匿名）")),
            (NameChoice.REAL.value, _("写全名")),
        ],
    )
    name = forms.CharField(
        label=_("姓名或单位名称"),
        help_text=_("开票和证书用，按上面选的方式公示。"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    is_organisation = forms.BooleanField(label=_("以单位名义捐"), required=False)
    contact = forms.CharField(
        label=_("电子邮箱"),
        help_text=_("每月的提醒，和改、停月捐的链接都发到这里，不公开。"),
        max_length=200,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    publish_name = forms.BooleanField(
        label=_("同意公开我的全名"), help_text=_("只有选“写全名”才需要，随时可以撤回。"), required=False
    )
    provider_abroad = forms.BooleanField(
        label=_("同意把金额和一个随机编号交给境外支付机构"),
        help_text=_("您的姓名和电话不由我们交出境；银行卡由支付机构的页面直接收取。"),
        required=False,
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    field_order = ("amount", "rail", "day", "restriction")

    def __init__(self, *args: Any, offered: list[Restriction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rails: list[Choice] = [
            (
                PlanRail.CARD.value,
                _choice(_("银行卡，每月自动扣"), _("今天付第一笔，以后每月今天这个日子扣")),
            ),
            (
                PlanRail.REMINDER.value,
                _choice(
                    _("每月发邮件提醒，自己点一下付"),
                    _("支付宝、微信支付用这种；不点不会扣款"),
                ),
            ),
        ]
        self._choices("rail", rails)
        general = _choice(_("由管委会按需要安排"), _("最灵活，急需的先用"))
        purposes: list[Choice] = [
            (row.code, general if row.is_general else format_html("{} {}", _("只用于"), row.purpose))
            for row in offered
        ]
        self._choices("restriction", purposes)
        if len(purposes) == 1:
            self.fields["restriction"].widget = forms.HiddenInput()
            self.fields["restriction"].initial = purposes[0][0]
        self.fields["day"].initial = clock.today().day
        self.fields["day"].help_text = _("选提醒时用；没有这一天的月份按月底算。")
        self.fields["token"].initial = new_token()

    def _choices(self, name: str, choices: list[Choice]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def consents(self) -> list[str]:
        """The purposes that were ticked."""
        return [str(name) for name in Consent.Purpose.values if self.cleaned_data.get(name)]
