"""What finance fills in about donors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.donations import rules
from apps.donations.models import Donor


class SearchForm(forms.Form):
    """Looking a donor up. Sent by POST: what is looked for is personal and stays out of addresses and logs."""

    words = forms.CharField(
        label=gettext_lazy("姓名、单位、电话、邮箱或编号"),
        help_text=gettext_lazy("要写完整：资料是加密存的，只能整个对上。"),
        max_length=100,
        required=False,
    )


class SameForm(forms.Form):
    """Which of the donors who look alike are one, or are not."""

    donors = forms.ModelMultipleChoiceField(
        queryset=Donor.objects.none(), to_field_name="code", widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=gettext_lazy("为什么说是同一位"),
        help_text=gettext_lazy("会一直留着，不要写姓名电话。比如：电话里和捐赠人核实过。"),
        required=False,
        max_length=rules.REASON_LIMIT,
    )

    def __init__(self, *args: Any, rows: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["donors"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  (declared above)
        field.queryset = rows


class PartForm(forms.Form):
    """Undoing a merge."""

    reason = forms.CharField(
        label=gettext_lazy("为什么撤销"),
        help_text=gettext_lazy("会一直留着，不要写姓名电话。"),
        max_length=rules.REASON_LIMIT,
    )


class ContactForm(forms.Form):
    """Whom to speak to in an organisation."""

    person = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    role = forms.CharField(label=gettext_lazy("职务"), max_length=40, required=False)
    phone = forms.CharField(
        label=gettext_lazy("电话"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"inputmode": "tel"}),
    )
    email = forms.CharField(
        label=gettext_lazy("电子邮箱"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"inputmode": "email"}),
    )
