"""What donors fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.donations.forms.donor import DonorForm, SaidForm, choice
from apps.donations.forms.presets import PresetForm
from apps.donations.models import Consent, Donation, GivingPlan
from apps.donations.providers.base import Way
from apps.donations.states import NameChoice
from apps.funds.models import Restriction

# The consents that a way of paying may need, as donors read them.
NEEDED = {
    Consent.Purpose.PROVIDER_ABROAD.value: (
        _("同意把金额和一个随机编号交给境外支付机构"),
        _("只有网上支付才需要；您的姓名和电话不出境。"),
    ),
}
# What most donors leave alone stands folded, open again when something in it was filled in.
EXTRAS = (
    *("is_organisation", "contact", "message", "dedication_to", "dedication_kind", "dedication"),
    *("is_under_14", "guardian"),
)


class GiveForm(DonorForm, SaidForm, PresetForm):
    """The public gift: nothing is chosen or ticked beforehand."""

    contact = forms.CharField(
        label=_("手机号或电子邮箱"),
        help_text=_("以后查钱去了哪里用，不公开。"),
        required=False,
        max_length=200,
    )
    channel = forms.ChoiceField(label=_("怎么付"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offered: list[Restriction], ways: list[Way], **kwargs: Any) -> None:
        super().__init__(*args, offered=offered, **kwargs)
        self.offer("channel", [(way.name, choice(way.label, way.hint)) for way in ways])
        self._needed = list(dict.fromkeys(purpose for way in ways for purpose in way.consents))
        for purpose in self._needed:
            label, help_text = NEEDED.get(purpose, (Consent.Purpose(purpose).label, ""))
            self.fields[purpose] = forms.BooleanField(label=label, help_text=help_text, required=False)

    @property
    def needed(self) -> list[forms.BoundField]:
        """The consents that one or another way of paying asks for."""
        return [self[purpose] for purpose in self._needed]

    @property
    def is_opened(self) -> bool:
        """Whether something in the folded part was filled in, or has to be mended."""
        return any(self[name].value() or self[name].errors for name in EXTRAS)


class NameOfThingsForm(forms.Form):
    """As whom the public sees who gave things."""

    name_choice = forms.ChoiceField(
        label=_("公示时怎么写"), widget=forms.RadioSelect, choices=NameChoice.choices
    )
    publish_name = forms.BooleanField(
        label=_("同意公开我的全名"), help_text=_("只有选“公开姓名”才需要，随时可以撤回。"), required=False
    )

    @property
    def agreed(self) -> list[str]:
        """The consents that were given."""
        return ["publish_name"] if self.cleaned_data["publish_name"] else []


class NameForm(NameOfThingsForm):
    """What the public sees of one's own gift."""

    publish_amount = forms.BooleanField(
        label=_("同意公开这笔捐款的金额"), help_text=_("不勾就写“不公开金额”，随时可以改。"), required=False
    )
    dedication = forms.BooleanField(label=_("同意公开献给谁、以谁的名义"), required=False)

    def __init__(self, *args: Any, donation: Donation | GivingPlan, **kwargs: Any) -> None:
        shown = {
            "name_choice": donation.name_choice,
            "publish_amount": donation.shows_amount,
            "dedication": bool(donation.public_dedication),
        }
        kwargs["initial"] = shown
        super().__init__(*args, **kwargs)
        if donation.dedication_sealed:
            self.fields["dedication"].help_text = donation.spoken_dedication
        else:
            del self.fields["dedication"]

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen, as the verbs take it."""
        facts = self.cleaned_data
        return {
            "name_choice": facts["name_choice"],
            "consents": self.agreed,
            "shows_amount": facts["publish_amount"],
            "shows_dedication": facts.get("dedication"),
        }
