"""What a level says about what it is asked."""

from django import forms
from django.utils.translation import gettext_lazy

from apps.funds.services.approvals import WORDS_LIMIT


class DecisionForm(forms.Form):
    """Pass, return or refuse the step one saw; returning and refusing need reasons."""

    CHOICES = (
        ("pass", gettext_lazy("同意")),
        ("return", gettext_lazy("退回修改")),
        ("refuse", gettext_lazy("不同意")),
    )
    decision = forms.ChoiceField(label=gettext_lazy("您的意见"), choices=CHOICES, widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("说明"),
        help_text=gettext_lazy("退回和不同意要写原因。会写进审批记录，请不要写私人信息。"),
        required=False,
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    step = forms.IntegerField(widget=forms.HiddenInput)
