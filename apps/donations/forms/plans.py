"""What donors fill in about monthly gifts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import clock, sms
from apps.donations.forms.donor import Choice, DonorForm, SaidForm, choice
from apps.donations.forms.presets import PresetForm
from apps.donations.forms.shared import read_amount
from apps.donations.states import PlanRail
from apps.funds.models import Restriction


class DayForm(forms.Form):
    """On which day of the month."""

    day = forms.IntegerField(
        label=_("每月几号"),
        help_text=_("没有这一天的月份按月底算。"),
        min_value=1,
        max_value=31,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )


class SteerForm(DayForm):
    """How much each month, and on which day."""

    amount = forms.CharField(
        label=_("每月捐多少（元）"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    field_order = ("amount", "day")

    def clean(self) -> dict[str, Any]:
        """Read the amount."""
        facts = super().clean() or {}
        facts["fen"] = read_amount(self, "amount") if "amount" in facts else None
        return facts


class PlanForm(DonorForm, SaidForm, PresetForm, DayForm):
    """The beginning of a monthly gift: nothing is chosen or ticked beforehand."""

    rail = forms.ChoiceField(label=_("每月怎么付"), widget=forms.RadioSelect)
    contact = forms.CharField(
        label=_("电子邮箱"),
        help_text=_("每月的提醒，和改、停月捐的链接都发到这里，不公开。"),
        max_length=200,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    provider_abroad = forms.BooleanField(
        label=_("同意把金额和一个随机编号交给境外支付机构"),
        help_text=_("您的姓名和电话不由我们交出境；银行卡由支付机构的页面直接收取。"),
        required=False,
    )

    field_order = (
        *("preset", "amount", "rail", "day", "restriction", "name_choice", "name", "is_organisation"),
        *("is_under_14", "guardian", "contact", "publish_name", "publish_amount", "message"),
        *("dedication_to", "dedication_kind", "dedication"),
    )

    def __init__(self, *args: Any, offered: list[Restriction], takes_cards: bool, **kwargs: Any) -> None:
        super().__init__(*args, offered=offered, **kwargs)
        rails: list[Choice] = [
            (
                PlanRail.CARD.value,
                choice(_("银行卡，每月自动扣"), _("今天付第一笔，以后每月今天这个日子扣")),
            ),
            (
                PlanRail.REMINDER.value,
                choice(
                    _("每月发邮件提醒，自己点一下付"),
                    _("支付宝、微信支付用这种；不点不会扣款"),
                ),
            ),
        ]
        if sms.sender() is not None:
            contact = self.fields["contact"]
            contact.label = _("电子邮箱，或者手机号")
            contact.help_text = _(
                "每月的提醒，和改、停月捐的链接都发到这里，不公开。银行卡自动扣的要留邮箱；"
                "只留手机号的，付过一笔以后才发短信。"
            )
            contact.widget = forms.TextInput({"autocomplete": "email"})
            rails[1] = (
                PlanRail.REMINDER.value,
                choice(_("每月提醒，自己点一下付"), _("支付宝、微信支付用这种；不点不会扣款")),
            )
        # Without a provider that takes months by itself, each is paid by the donor's own hand.
        self.offer("rail", rails if takes_cards else rails[1:])
        self.fields["publish_amount"].label = _("同意公开每月捐款的金额")
        self.fields["message"].help_text = _("会公开，每个月的捐款都带着它，最多 100 个字。")
        self.fields["preset"].label = _("每月捐多少（元）")
        self.fields["day"].initial = clock.today().day
        self.fields["day"].help_text = _("选提醒时用；没有这一天的月份按月底算。")
