"""What residents ask for."""

from django import forms
from django.utils.translation import gettext_lazy

from apps.projects.models import Field


class NeedForm(forms.Form):
    """What a resident asks for."""

    field = forms.ChoiceField(
        label=gettext_lazy("哪方面的事"), choices=Field.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("您想说的"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("照您平时说话写就行。请不要写别人的姓名和住址。"),
    )
