"""What people write about reports."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CorrectionForm(forms.Form):
    """Why a published report is corrected; the words are published with it."""

    explanation = forms.CharField(
        label=_("更正了什么、为什么"),
        help_text=_("这段话会和新版一起公开，旧版仍可下载。"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
