"""Drafting a level's rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.funds.forms import RulebookForm


class DraftRulesForm(RulebookForm):
    """A draft of a level's rules; where a committee adopts them, with the reason it is to read."""

    reason = forms.CharField(
        label=gettext_lazy("为什么改"),
        help_text=gettext_lazy("提交管委会表决时，委员会看到。"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, is_tabled: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_tabled:
            # The motion is the document, unless the committee names another.
            self.fields["document"].required = False
        else:
            del self.fields["reason"]
