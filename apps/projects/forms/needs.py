"""What residents ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.codes import new_code
from apps.core.forms import PICTURES, ManyFilesField
from apps.projects import rules
from apps.projects.models import Field, Need


class NeedForm(forms.Form):
    """What a resident asks for, and apart from it what only the secretary may read.

    `website` is for robots: nobody sees it, so whoever fills it in is none of the residents.
    """

    field = forms.ChoiceField(
        label=gettext_lazy("哪方面的事"), choices=Field.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("您想说的"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("照您平时说话写就行，会照原话公开。请不要写姓名、电话和门牌。"),
    )
    place = forms.CharField(
        label=gettext_lazy("在哪里"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("写到小区、楼栋或路口，比如“老厂宿舍区门口”。会公开。"),
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("关系到谁"),
        choices=Need.Group.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    persons = forms.IntegerField(
        label=gettext_lazy("大概多少人"),
        min_value=1,
        max_value=rules.MAX_NEED_PERSONS,
        required=False,
    )
    photos = ManyFilesField(
        label=gettext_lazy("照片"),
        required=False,
        accept=PICTURES,
        help_text=gettext_lazy("最多 3 张。不拍人脸和门牌；位置信息会自动去掉，秘书看过才公开。"),
    )
    facts = forms.CharField(
        label=gettext_lazy("不公开的情况"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "病情、家境、住址写在这里。加密保存，只有本社区基金的主任、秘书能打开，每次打开都有记录。"
        ),
    )
    contact = forms.CharField(
        label=gettext_lazy("怎么联系您"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("可以不留。也加密保存，只用来问清这件事。"),
    )
    teller = forms.ChoiceField(
        label=gettext_lazy("谁说的"),
        choices=Need.Teller.choices,
        initial=Need.Teller.RESIDENT,
        widget=forms.RadioSelect,
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)
    # Handed out with the form: sending it twice makes one need.
    key = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def clean_website(self) -> str:
        """Refuse robots."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("请重新打开这一页再写。"))
        return ""

    def clean_teller(self) -> str:
        """Without a word, it is the resident's own."""
        return self.cleaned_data["teller"] or Need.Teller.RESIDENT

    def __init__(self, *args: Any, for_others: bool = False, **kwargs: Any) -> None:
        """`for_others`: the person writes down what residents tell, which only staff do."""
        super().__init__(*args, **kwargs)
        self.fields["teller"].required = False
        self.fields["key"].initial = new_code("N", rules.CODE_LENGTH)
        if not for_others:
            del self.fields["teller"]

    def facts_of(self) -> dict[str, Any]:
        """The verb's arguments."""
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}


class ReceiptForm(forms.Form):
    """The code on the slip."""

    receipt = forms.CharField(
        label=gettext_lazy("回执码"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=gettext_lazy("提交时给您的 8 个字母和数字。"),
    )
