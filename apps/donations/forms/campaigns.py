"""The filed fundraising plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.donations.models import Campaign
from apps.funds.models import Fund, Host


class CampaignForm(forms.ModelForm):  # type: ignore[type-arg]
    """A filed fundraising plan; the verb judges the number and the days."""

    class Meta:
        model = Campaign
        fields = (
            *("name", "filing_number", "starts_on", "ends_on", "purpose", "use_of_money", "beneficiaries"),
            *("cost", "surplus", "responsible", "contact", "bank_account", "platform", "funds"),
        )
        labels = {"starts_on": _("开始日期"), "ends_on": _("结束日期"), "funds": _("只为这些基金募捐")}
        help_texts = {
            "filing_number": _("18 位统一社会信用代码 + A + 5 位数字，照备案回执填。"),
            "funds": _("一个都不选，就是慈善会的所有基金。"),
        }
        widgets = {
            "starts_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "purpose": forms.Textarea({"rows": 3}),
            "use_of_money": forms.Textarea({"rows": 3}),
            "funds": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, host: Host, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["funds"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            # By code: a number too large for a key would reach the database.
            field.to_field_name = "code"
            field.queryset = Fund.objects.filter(host=host).order_by("division_id", "code")

    def _post_clean(self) -> None:
        """The verb writes the row, not the form."""
