"""What is filled in before the vote: a call with its sheet, a review, a point looked into. Nothing is preselected."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.codes import new_code
from apps.core.forms import AmountField, moment_field
from apps.core.money import written
from apps.funds.models import Fund
from apps.grants.forms.asking import QuestionFields, filled_questions
from apps.grants.forms.listing import ItemFields, filled_items
from apps.projects.models import Call, Field
from apps.projects.queries import sheet_of
from apps.projects.rules import CODE_LENGTH, MAX_CRITERIA, Criterion, Sheet

SHOWN_ROWS = 6


class CallForm(QuestionFields, ItemFields):
    """A call for applications with its sheet; blank rows of the sheet are left out."""

    kind = forms.ChoiceField(
        label=gettext_lazy("哪一种"), choices=Call.Kind.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    words = forms.CharField(
        label=gettext_lazy("征集什么、给谁、有什么要求"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    funds = forms.ModelMultipleChoiceField(
        Fund.objects.none(),
        label=gettext_lazy("由哪些基金出钱"),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只能选同一个慈善会的基金。"),
    )
    fields_ = forms.MultipleChoiceField(
        label=gettext_lazy("限哪些领域"),
        choices=Field.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("一个都不选就是不限。"),
    )
    pot = AmountField(label=gettext_lazy("一共多少钱（元）"))
    smallest = AmountField(label=gettext_lazy("一个项目最少（元）"))
    largest = AmountField(label=gettext_lazy("一个项目最多（元）"))
    opens_at = moment_field(gettext_lazy("开始申请"))
    closes_at = moment_field(gettext_lazy("申请截止"))
    review_until = moment_field(
        gettext_lazy("评审截止"),
        required=False,
        help_text=gettext_lazy("到这时分数定住，管委会才看得到。开放申请可以不写，随到随评。"),
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(self, *args: Any, funds: QuerySet[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["funds"].queryset = funds  # type: ignore[attr-defined]
        self.fields["key"].initial = new_code("C", CODE_LENGTH)
        for number in range(1, MAX_CRITERIA + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=gettext_lazy("看什么"), required=False, max_length=30
            )
            self.fields[f"note_{number}"] = forms.CharField(
                label=gettext_lazy("怎么看"), required=False, max_length=200
            )
            self.fields[f"weight_{number}"] = forms.IntegerField(
                label=gettext_lazy("权重"), required=False, min_value=1, max_value=100
            )
            self.fields[f"most_{number}"] = forms.IntegerField(
                label=gettext_lazy("满分"), required=False, min_value=1, max_value=100
            )

        self.add_question_fields()
        self.add_item_fields()

    def main_fields(self) -> list[BoundField]:
        """The fields before the sheet."""
        names = (
            "kind", "title", "words", "funds", "fields_", "pot", "smallest", "largest", "opens_at", "closes_at",
            "review_until",
        )  # fmt: skip
        return [self[name] for name in names]

    def _rows(self, first: int, last: int) -> list[tuple[BoundField, ...]]:
        return [
            tuple(self[f"{name}_{number}"] for name in ("name", "note", "weight", "most"))
            for number in range(first, last + 1)
        ]

    def first_rows(self) -> list[tuple[BoundField, ...]]:
        """The rows of the sheet that are always open."""
        return self._rows(1, SHOWN_ROWS)

    def more_rows(self) -> list[tuple[BoundField, ...]]:
        """The rows behind them."""
        return self._rows(SHOWN_ROWS + 1, MAX_CRITERIA)

    def clean(self) -> dict[str, Any]:
        """Read the sheet; a row with anything in it must be whole. The funds must be one host's."""
        values = super().clean() or self.cleaned_data
        sheet: list[Criterion] = []
        for number in range(1, MAX_CRITERIA + 1):
            name, note, weight, most = (
                values.get(f"{part}_{number}") for part in ("name", "note", "weight", "most")
            )
            if not (name or note or weight or most):
                continue
            if not (name and weight and most):
                self.add_error(f"name_{number}", _("这一行要写全：看什么、权重、满分。"))
                continue
            sheet.append(Criterion(len(sheet) + 1, name, weight, most, note or ""))
        values["sheet"] = sheet
        self.read_questions(values)
        self.read_items(values)
        if len({fund.host_id for fund in values.get("funds") or ()}) > 1:
            self.add_error("funds", _("只能选同一个慈善会的基金。"))
        return values

    def field_of(self, refused: str | None) -> str | None:
        """Return which field on the page shows a refusal of the verb."""
        shown = {
            "criteria": "name_1",
            "fields": "fields_",
            "questions": "ask_words_1",
            "items": "item_service_1",
        }.get(refused or "", refused)
        return shown if shown in self.fields else None

    def facts(self) -> dict[str, Any]:
        """The verb's arguments."""
        names = (
            "kind", "title", "words", "pot", "smallest", "largest", "opens_at", "closes_at", "review_until", "sheet",
            "questions", "items",
        )  # fmt: skip
        facts = {name: self.cleaned_data[name] for name in names}
        return facts | {"funds": list(self.cleaned_data["funds"]), "fields": self.cleaned_data["fields_"]}


def filled_sheet(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as the form's initial values."""
    values: dict[str, Any] = {}
    for one in sheet:
        values |= {
            f"name_{one.number}": one.name,
            f"note_{one.number}": one.words,
            f"weight_{one.number}": one.weight,
            f"most_{one.number}": one.most,
        }
    return values


def filled_call(call: Call) -> dict[str, Any]:
    """Return a draft as the form's initial values."""
    return {
        "kind": call.kind,
        "title": call.title,
        "words": call.words,
        "funds": list(call.funds.values_list("code", flat=True)),
        "fields_": call.fields,
        "pot": written(call.pot),
        "smallest": written(call.smallest),
        "largest": written(call.largest),
        "opens_at": call.opens_at,
        "closes_at": call.closes_at,
        "review_until": call.review_until,
        **filled_sheet(sheet_of(call)),
        **filled_questions(call),
        **filled_items(call),
    }


class ReviewForm(forms.Form):
    """Points by criterion and a written opinion."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        for one in sheet:
            weight = _("0 到 %(most)d 分，占 %(weight)d%%。") % {"most": one.most, "weight": one.weight}
            self.fields[f"points_{one.number}"] = forms.IntegerField(
                label=str(one.name),
                min_value=0,
                max_value=one.most,
                help_text=f"{weight} {one.words}".strip(),
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        self.fields["opinion"] = forms.CharField(
            label=gettext_lazy("意见"),
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=gettext_lazy("评审结束以后给管委会看，申请方看不到是谁写的，也看不到分数。"),
        )

    def facts(self) -> dict[str, Any]:
        """The verb's arguments."""
        points = {one.number: self.cleaned_data[f"points_{one.number}"] for one in self.sheet}
        return {"points": points, "opinion": self.cleaned_data["opinion"], "seen": self.cleaned_data["seen"]}


class ConfirmForm(forms.Form):
    """How a point was looked into."""

    words = forms.CharField(label=gettext_lazy("怎么核对的"), max_length=200)


class ExpertForm(forms.Form):
    """Whom to ask for a score."""

    email = forms.EmailField(label=gettext_lazy("邮箱"))
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)


class ExtendForm(forms.Form):
    """Until when reviewers have time."""

    until = moment_field(gettext_lazy("评审延长到"))
