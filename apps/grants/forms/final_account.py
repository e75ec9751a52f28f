"""What the implementer adds to the figures of a final account."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import AmountField
from apps.core.money import written
from apps.grants.forms.work import KeyedForm
from apps.projects.models import Project


class FinalAccountForm(KeyedForm):
    """An explanation, what came in of the other money, and where the rules allow it what the surplus is kept for."""

    prefix_of_key = "J"
    words = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("和预算差得多的，写为什么。会公开，请不要写人名。"),
    )

    def __init__(self, *args: Any, project: Project, may_keep: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in project.funding_lines.order_by("number"):
            self.fields[f"other_{line.number}"] = AmountField(
                label=_("实际到位：%(source)s（%(kind)s）")
                % {"source": line.source, "kind": line.get_kind_display()},
                zero_allowed=True,
                initial=written(line.amount),
            )
        if may_keep:
            self.fields["keep"] = forms.BooleanField(
                label=_("结余留用"),
                required=False,
                help_text=_("本基金的办法允许结余留给实施方，用于同样的目的。不勾就退回基金。"),
            )
            self.fields["kept_for"] = forms.CharField(
                label=_("留用在什么地方"), max_length=200, required=False
            )

    def facts(self) -> dict[str, Any]:
        """The verb's arguments."""
        given = self.cleaned_data
        other = {int(name[6:]): value for name, value in given.items() if name.startswith("other_")}
        return {
            "words": given["words"],
            "other": other,
            "keep": given.get("keep", False),
            "kept_for": given.get("kept_for", ""),
            "key": given["key"],
        }
