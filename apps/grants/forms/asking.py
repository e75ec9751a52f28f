"""The questions that a call asks, as rows of the call's form; blank rows are left out."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.projects import rules
from apps.projects.models import Call, Question
from apps.projects.queries import questions_of

PARTS = ("ask_words", "ask_kind", "ask_choices", "ask_limit", "ask_required", "ask_public")
OPEN_QUESTIONS = 2


class QuestionFields(forms.Form):
    """Questions beside the usual application."""

    def add_question_fields(self) -> None:
        """Lay out the rows."""
        kinds = [("", gettext_lazy("请选")), *Question.Kind.choices]
        for number in range(1, rules.MAX_QUESTIONS + 1):
            self.fields[f"ask_words_{number}"] = forms.CharField(
                label=gettext_lazy("问什么"), required=False, max_length=200
            )
            self.fields[f"ask_kind_{number}"] = forms.ChoiceField(
                label=gettext_lazy("怎么回答"), required=False, choices=kinds
            )
            self.fields[f"ask_choices_{number}"] = forms.CharField(
                label=gettext_lazy("选项，一行一个（选一项时写）"),
                required=False,
                max_length=rules.MAX_CHOICES * (rules.MAX_CHOICE_LENGTH + 2),
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"ask_limit_{number}"] = forms.IntegerField(
                label=gettext_lazy("最多多少字，或最大的数"),
                required=False,
                min_value=1,
                max_value=rules.MAX_ANSWER_NUMBER,
            )
            self.fields[f"ask_required_{number}"] = forms.BooleanField(
                label=gettext_lazy("必须回答"), required=False
            )
            self.fields[f"ask_public_{number}"] = forms.BooleanField(
                label=gettext_lazy("回答以后公开"), required=False
            )

    def _question_rows(self, first: int, last: int) -> list[list[BoundField]]:
        return [[self[f"{part}_{number}"] for part in PARTS] for number in range(first, last + 1)]

    def first_questions(self) -> list[list[BoundField]]:
        """The rows that are always open."""
        return self._question_rows(1, OPEN_QUESTIONS)

    def more_questions(self) -> list[list[BoundField]]:
        """The rows behind them."""
        return self._question_rows(OPEN_QUESTIONS + 1, rules.MAX_QUESTIONS)

    def more_questions_are_open(self) -> bool:
        """Whether something is written or wrong there."""
        return any(field.value() or field.errors for row in self.more_questions() for field in row)

    def read_questions(self, values: dict[str, Any]) -> None:
        """Write `questions` to the cleaned values; a row with anything in it must say what and how."""
        found: list[rules.Question] = []
        for number in range(1, rules.MAX_QUESTIONS + 1):
            words, kind, choices, limit, is_required, is_public = (
                values.get(f"{part}_{number}") for part in PARTS
            )
            if not any((words, kind, choices, limit, is_required, is_public)):
                continue
            if not (words and kind):
                self.add_error(f"ask_words_{number}", _("这一行要写全：问什么、怎么回答。"))
                continue
            usual = rules.USUAL_ANSWER if kind == rules.TEXT else rules.MAX_ANSWER_NUMBER
            lines = tuple(line.strip() for line in (choices or "").splitlines() if line.strip())
            found.append(
                rules.Question(
                    len(found) + 1, words, kind, bool(is_required), limit or usual, lines, bool(is_public)
                )
            )
        values["questions"] = found


def filled_questions(call: Call) -> dict[str, Any]:
    """Return a draft's questions as the form's initial values."""
    values: dict[str, Any] = {}
    for one in questions_of(call):
        row = (
            one.words,
            one.kind,
            "\n".join(one.choices),
            one.limit or None,
            one.is_required,
            one.is_public,
        )
        values |= {f"{part}_{one.number}": value for part, value in zip(PARTS, row, strict=True)}
    return values
