"""What residents say of the work that was done for them."""

from django import forms
from django.utils.translation import gettext_lazy


class CodeForm(forms.Form):
    """The code on the card."""

    code = forms.CharField(
        label=gettext_lazy("评价码"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=gettext_lazy("卡片上的 8 个字母和数字，比如 7K3M-Q9WD。"),
    )


class RatingForm(forms.Form):
    """One resident's rating."""

    stars = forms.TypedChoiceField(
        label=gettext_lazy("您满意吗"),
        coerce=int,
        choices=[
            (5, gettext_lazy("5 很满意")),
            (4, gettext_lazy("4 满意")),
            (3, gettext_lazy("3 一般")),
            (2, gettext_lazy("2 不满意")),
            (1, gettext_lazy("1 很不满意")),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("想说的话"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("会公开，不写您是谁。"),
    )
