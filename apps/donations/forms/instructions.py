"""What finance fills in when a donor calls, comes or writes about what the public sees of a gift."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.donations.forms.shared import new_token
from apps.donations.models import Donation
from apps.donations.services import Instruction
from apps.donations.states import Asker, IdentityCheck, NameChoice


class InstructionForm(forms.Form):
    """Begins with what shows now."""

    name_choice = forms.ChoiceField(
        label=_("公示时怎么写"), widget=forms.RadioSelect, choices=NameChoice.choices
    )
    shows_amount = forms.BooleanField(label=_("公示里写出金额"), required=False)
    drops_message = forms.BooleanField(label=_("撤下留言"), required=False)
    hides_dedication = forms.BooleanField(label=_("不再公开献给谁、以谁的名义"), required=False)
    asker = forms.ChoiceField(label=_("谁来说的"), widget=forms.RadioSelect, choices=Asker.choices)
    checked = forms.ChoiceField(
        label=_("怎么核实的身份"), widget=forms.RadioSelect, choices=IdentityCheck.choices
    )
    told_on = forms.DateField(
        label=_("哪天来说的"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    document = forms.FileField(
        label=_("书面材料"),
        help_text=_("PDF 或拍照。要多公开一些，得有捐赠人自己签名的同意；少公开可以不附。"),
        required=False,
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, donation: Donation, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "name_choice": donation.name_choice,
            "shows_amount": donation.shows_amount,
            "told_on": clock.today(),
        }
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = new_token()
        if donation.message:
            self.fields["drops_message"].help_text = donation.message
        else:
            del self.fields["drops_message"]
        if not donation.public_dedication:
            del self.fields["hides_dedication"]

    def told(self) -> Instruction:
        """Return what was filled in, without the paper."""
        return Instruction(**{name: value for name, value in self.cleaned_data.items() if name != "document"})
