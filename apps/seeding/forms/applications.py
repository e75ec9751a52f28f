"""What a committee writes to apply, what reviewers write, and reasons."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.seeding.models import Application
from apps.seeding.services.applications import WORDS_LIMIT
from apps.seeding.services.rewards import WORDS_LIMIT as OPINION_LIMIT


class ApplyForm(forms.Form):
    """An application in words."""

    words = forms.CharField(
        label=gettext_lazy("为什么申请，打算怎么用"),
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ReasonForm(forms.Form):
    """Why a programme ends."""

    reason = forms.CharField(label=gettext_lazy("为什么结束（会公开）"), max_length=200)


class ScoreForm(forms.Form):
    """Points for each criterion of a reward."""

    def __init__(self, *args: Any, application: Application, **options: Any) -> None:
        super().__init__(*args, **options)
        self.criteria: list[dict[str, Any]] = application.programme.reward_terms.criteria
        for one in self.criteria:
            self.fields[one["key"]] = forms.IntegerField(
                label=f"{one['label']}（0–{one['most']}）", min_value=0, max_value=one["most"]
            )
        self.fields["words"] = forms.CharField(
            label=gettext_lazy("意见"),
            max_length=OPINION_LIMIT,
            widget=forms.Textarea(attrs={"rows": 3}),
            required=False,
        )

    def points(self) -> list[int]:
        """Return the points in the criteria's order. Call it only on a valid form."""
        return [self.cleaned_data[one["key"]] for one in self.criteria]
