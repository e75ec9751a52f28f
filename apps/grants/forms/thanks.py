"""What a committee's officer writes to those who gave."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


class ThanksForm(forms.Form):
    """Words of thanks. For which gifts is said by boxes beside them."""

    words = forms.CharField(
        label=gettext_lazy("感谢的话"),
        help_text=gettext_lazy("捐赠人在“我的捐赠”里看到，不公开。不要写别人的姓名电话。"),
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
    )
    token = forms.CharField(widget=forms.HiddenInput, min_length=16, max_length=64)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["token"].initial = secrets.token_urlsafe(16)
