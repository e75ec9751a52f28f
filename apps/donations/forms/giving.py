"""What donors fill in."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.donations import rules
from apps.donations.forms.shared import new_token, read_amount
from apps.donations.models import Consent
from apps.donations.states import Channel, NameChoice
from apps.funds.models import Restriction

OTHER = "other"
Choice = tuple[str, str | Promise]


def _choice(label: str | Promise, more: str | Promise) -> str:
    return format_html("{}<small>{}</small>", label, more)


class PresetField(forms.ChoiceField):
    """An amount to choose; nothing chosen is judged together with the amount that may be typed instead."""

    def validate(self, value: Any) -> None:
        """Refuse what is not offered; nothing is not refused here."""
        if value:
            super().validate(value)


class GiveForm(forms.Form):
    """The public gift: nothing is chosen or ticked beforehand."""

    preset = PresetField(label=_("捐多少"), widget=forms.RadioSelect(attrs={"class": "choices-row"}))
    amount = forms.CharField(
        label=_("其他金额（元）"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
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
        label=_("手机号或电子邮箱"),
        help_text=_("以后查钱去了哪里用，不公开。"),
        required=False,
        max_length=200,
    )
    message = forms.CharField(
        label=_("想说的话"), help_text=_("会公开，最多 100 个字。"), required=False, max_length=400
    )
    channel = forms.ChoiceField(label=_("怎么付"), widget=forms.RadioSelect)
    publish_name = forms.BooleanField(
        label=_("同意公开我的全名"), help_text=_("只有选“写全名”才需要，随时可以撤回。"), required=False
    )
    provider_abroad = forms.BooleanField(
        label=_("同意把金额和一个随机编号交给境外支付机构"),
        help_text=_("只有网上支付才需要；您的姓名和电话不出境。"),
        required=False,
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, offered: list[Restriction], online: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amounts: list[Choice] = [(str(fen), f"¥{fen // 100}") for fen in rules.PRESETS]
        self._choices("preset", [*amounts, (OTHER, _("其他"))])
        general = _choice(_("由管委会按需要安排"), _("最灵活，急需的先用"))
        purposes: list[Choice] = [
            (row.code, general if row.is_general else format_html("{} {}", _("只用于"), row.purpose))
            for row in offered
        ]
        self._choices("restriction", purposes)
        if len(purposes) == 1:
            self.fields["restriction"].widget = forms.HiddenInput()
            self.fields["restriction"].initial = purposes[0][0]
        ways: list[Choice] = []
        if online:
            ways.append(
                (
                    Channel.STRIPE.value,
                    _choice(_("银行卡、支付宝、微信支付"), _("由境外支付机构处理，要先单独同意")),
                )
            )
        ways.append((Channel.BANK.value, _choice(_("银行转账"), _("给您一个专用附言，到账自动对上"))))
        self._choices("channel", ways)
        self.fields["token"].initial = new_token()

    def _choices(self, name: str, choices: list[Choice]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Find the amount: a preset, or what was typed, not both."""
        facts = super().clean() or {}
        preset, typed = facts.get("preset", ""), (facts.get("amount") or "").strip()
        if typed and preset not in {"", OTHER}:
            self.add_error("amount", _("既选了上面的金额，又写了别的金额，请只留一个。"))
        elif typed or preset == OTHER:
            facts["fen"] = read_amount(self, "amount")
        elif preset:
            facts["fen"] = int(preset)
        elif "preset" not in self.errors:
            self.add_error("preset", _("请选一个金额，或者选“其他”自己写。"))
        return facts

    @property
    def consents(self) -> list[str]:
        """The purposes that were ticked."""
        return [str(name) for name in Consent.Purpose.values if self.cleaned_data.get(name)]


class NameForm(forms.Form):
    """What the public sees of one's own gift."""

    name_choice = forms.ChoiceField(
        label=_("公示时怎么写"), widget=forms.RadioSelect, choices=NameChoice.choices
    )
    publish_name = forms.BooleanField(
        label=_("同意公开我的全名"), help_text=_("只有选“公开姓名”才需要，随时可以撤回。"), required=False
    )
