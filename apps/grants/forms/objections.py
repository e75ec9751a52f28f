"""What residents fill in about a grant in its notice, and what the committee answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.grants.models import Objection

DISMISS, REVOTE, END = "dismiss", "revote", "end"


class ObjectionForm(forms.Form):
    """An objection; nobody has to sign in or say who they are."""

    ground = forms.ChoiceField(
        label=gettext_lazy("哪方面"), choices=Objection.Ground.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("哪里不对，有什么依据"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("原话只给答复的人看，公开的是整理过的要点，不带人名。"),
    )
    contact = forms.CharField(
        label=gettext_lazy("怎么找到您"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("加密保存，只有答复的人能看，不会公开，也不会告诉承办方。"),
    )


class ReceiptForm(forms.Form):
    """The receipt of an objection, typed from a note."""

    code = forms.CharField(
        label=gettext_lazy("收件码"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class AnswerForm(forms.Form):
    """The answer to an objection; both texts are public."""

    public_words = forms.CharField(
        label=gettext_lazy("公开的异议要点"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("照原意写，不写人名、住址、电话。"),
    )
    answer = forms.CharField(
        label=gettext_lazy("答复和理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5})
    )
    decision = forms.ChoiceField(label=gettext_lazy("结论"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, may_vote: bool, may_end: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(DISMISS, gettext_lazy("不成立：资助照旧"))]
        if may_vote:
            choices.append((REVOTE, gettext_lazy("成立：管委会重新表决，表决以前不付款")))
        if may_end:
            choices.append((END, gettext_lazy("成立：终止这笔资助")))
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def field_of(name: str | None) -> str | None:
        """Return the field that a verb's argument stands in."""
        return "decision" if name == "remedy" else name
