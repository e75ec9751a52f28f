"""The questions of a call as fields of an application."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.projects import rules
from apps.projects.models import Project

ONE_LINE = 60


class AnswerFields(forms.Form):
    """What the call asks, one field each; what is read is checked again by the verb."""

    asked: Sequence[rules.Question] = ()

    def add_answer_fields(self, asked: Sequence[rules.Question]) -> None:
        """Lay out the questions."""
        self.asked = asked
        for one in asked:
            self.fields[f"answer_{one.number}"] = _field(one)

    def answer_fields(self) -> list[BoundField]:
        """The questions in their order."""
        return [self[f"answer_{one.number}"] for one in self.asked]

    def read_answers(self, values: dict[str, Any]) -> None:
        """Write `answers`, by number of question, to the cleaned values."""
        given = {one.number: values.get(f"answer_{one.number}") for one in self.asked}
        values["answers"] = {
            number: str(value) for number, value in given.items() if value is not None and value != ""
        }


def _field(one: rules.Question) -> forms.Field:
    note = _("会公开。") if one.is_public else _("只给管委会和评审看，不公开。")
    options: dict[str, Any] = {"label": one.words, "required": one.is_required, "help_text": note}
    if one.kind == rules.CHOICE:
        return forms.ChoiceField(
            choices=[(choice, choice) for choice in one.choices], widget=forms.RadioSelect, **options
        )
    if one.kind == rules.YES_NO:
        yes_no = [(rules.YES, gettext_lazy("是")), (rules.NO, gettext_lazy("否"))]
        return forms.ChoiceField(choices=yes_no, widget=forms.RadioSelect, **options)
    if one.kind == rules.NUMBER:
        return forms.IntegerField(min_value=0, max_value=one.limit, **options)
    if one.limit > ONE_LINE:
        return forms.CharField(max_length=one.limit, widget=forms.Textarea(attrs={"rows": 3}), **options)
    return forms.CharField(max_length=one.limit, **options)


def filled_answers(project: Project) -> dict[str, Any]:
    """Return the answers of a draft as the form's initial values."""
    rows = project.answers.select_related("question")
    return {f"answer_{row.question.number}": row.text for row in rows}
