"""What finance fills in when a donor calls, comes or writes about what the public sees of a gift."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.donations.forms.shared import new_token
from apps.donations.models import Donation, InKindGift
from apps.donations.services import Instruction
from apps.donations.states import Asker, IdentityCheck, NameChoice


class InstructionForm(forms.Form):
    """Begins with what shows now. `together` is how many gifts an erasure takes with it, 0 where it is not offered."""

    name_choice = forms.ChoiceField(
        label=_("公示时怎么写"), widget=forms.RadioSelect, choices=NameChoice.choices
    )
    shows_amount = forms.BooleanField(label=_("公示里写出金额"), required=False)
    drops_message = forms.BooleanField(label=_("撤下留言"), required=False)
    hides_dedication = forms.BooleanField(label=_("不再公开献给谁、以谁的名义"), required=False)
    erases = forms.BooleanField(
        label=_("捐赠人要求删除全部个人资料"),
        help_text=_("姓名、联系方式、留言和书面材料都删掉，改不回来；账不变，上面几项不用再填。"),
        required=False,
    )
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

    def __init__(self, *args: Any, given: Donation | InKindGift, together: int, **kwargs: Any) -> None:
        money = given if isinstance(given, Donation) else None
        kwargs["initial"] = {
            "name_choice": given.name_choice,
            "shows_amount": money is not None and money.shows_amount,
            "told_on": clock.today(),
        }
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = new_token()
        asked = {
            "shows_amount": money is not None,
            "drops_message": money is not None and bool(money.message),
            "hides_dedication": money is not None and bool(money.public_dedication),
            "erases": together > 0,
        }
        for name in [name for name, is_asked in asked.items() if not is_asked]:
            del self.fields[name]
        if together > 1:
            self.fields["erases"].help_text = _(
                "姓名、联系方式、留言和书面材料都删掉，改不回来；账不变，上面几项不用再填。同一个联系方式、同一个账号、"
                "合并过的一起删，一共 %(count)s 笔，请先问清都是这位捐赠人的。"
            ) % {"count": together}
        if money is not None and money.message:
            self.fields["drops_message"].help_text = money.message

    def told(self) -> Instruction:
        """Return what was filled in, without the paper. Things have no amount to show."""
        facts = {name: value for name, value in self.cleaned_data.items() if name != "document"}
        return Instruction(**{"shows_amount": False} | facts)
