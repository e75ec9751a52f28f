"""What every form asks that a donor fills in: what the gift is for, who the public reads gave it, and a child's
guardian."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.donations.forms.shared import (
    dedication_field,
    dedication_kind_field,
    guardian_field,
    new_token,
    under_14_field,
)
from apps.donations.models import Consent
from apps.donations.services import Shown
from apps.donations.states import NameChoice
from apps.funds.models import Restriction

SAID = ("message", "dedication_to", "dedication_kind", "dedication")
Choice = tuple[str, str | Promise]


def choice(label: str | Promise, more: str | Promise) -> str:
    """Return the words of a choice with smaller ones beneath."""
    return format_html("{}<small>{}</small>", label, more)


class DonorForm(forms.Form):
    """The purpose, the name and the consents: nothing is chosen or ticked beforehand."""

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
    publish_name = forms.BooleanField(
        label=_("同意公开我的全名"), help_text=_("只有选“写全名”才需要，随时可以撤回。"), required=False
    )
    is_under_14 = under_14_field()
    guardian = guardian_field(_("我是孩子的父母或其他监护人，同意这笔捐款，也同意为此处理孩子的个人信息"))
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, offered: list[Restriction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        general = choice(_("由管委会按需要安排"), _("最灵活，急需的先用"))
        purposes: list[Choice] = [
            (row.code, general if row.is_general else format_html("{} {}", _("只用于"), row.purpose))
            for row in offered
        ]
        self.offer("restriction", purposes)
        if len(purposes) == 1:
            self.fields["restriction"].widget = forms.HiddenInput()
            self.fields["restriction"].initial = purposes[0][0]
        self.fields["token"].initial = new_token()

    def offer(self, name: str, choices: list[Choice]) -> None:
        """Fill a field with what there is to choose."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def consents(self) -> list[str]:
        """The purposes that were ticked."""
        return [str(name) for name in Consent.Purpose.values if self.cleaned_data.get(name)]


class SaidForm(forms.Form):
    """What a donor says with a gift, and whether its amount and whom it is given to may be seen."""

    message = forms.CharField(
        label=_("想说的话"), help_text=_("会公开，最多 100 个字。"), required=False, max_length=400
    )
    publish_amount = forms.BooleanField(
        label=_("同意公开这笔捐款的金额"),
        help_text=_("不勾就写“不公开金额”，基金的总账照样算进去。随时可以改。"),
        required=False,
    )
    dedication_to = dedication_field()
    dedication_kind = dedication_kind_field()
    dedication = forms.BooleanField(
        label=_("同意公开这个名字"),
        help_text=_("写的是别人的名字时，要先得到本人或家人同意。不勾就只有慈善会知道。"),
        required=False,
    )

    @property
    def is_said(self) -> bool:
        """Whether something of it was filled in, or has to be mended."""
        return any(self[name].value() or self[name].errors for name in SAID)

    @property
    def shown(self) -> Shown:
        """What else of the gift everyone may see."""
        facts = self.cleaned_data
        return Shown(
            amount=facts["publish_amount"],
            dedication=facts["dedication_to"],
            dedication_kind=facts["dedication_kind"],
            dedication_in_public=facts["dedication"],
        )
