"""What is filled in while the work goes on: spending and occasions, notes, and what of a photograph is covered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.core.codes import new_code
from apps.core.forms import AmountField, day_field, file_field
from apps.projects import rules
from apps.projects.models import Ground, Project


class KeyedForm(forms.Form):
    """A form whose key makes sending it twice write one row."""

    prefix_of_key = ""
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = new_code(self.prefix_of_key, rules.CODE_LENGTH)


class ExpenseForm(KeyedForm):
    """One sum that was paid out."""

    prefix_of_key = "X"
    line = forms.TypedChoiceField(label=gettext_lazy("算在哪一行预算"), coerce=int)
    paid_on = day_field(gettext_lazy("付款日期"))
    payee = forms.CharField(
        label=gettext_lazy("付给谁、买了什么"),
        max_length=100,
        help_text=gettext_lazy("只给管委会、慈善会和审计看，不公开。"),
    )
    amount = AmountField(label=gettext_lazy("金额（元）"))
    voucher = file_field(
        gettext_lazy("票据的照片或 PDF"),
        help_text=gettext_lazy(
            "发票、收据、签收单。照片 15 MB 以内，PDF 20 MB 以内；不公开，除非秘书同意公开。"
        ),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [  # type: ignore[attr-defined]  # a choice field
            (row.pk, f"{row.words}（{row.get_cost_type_display()}）")
            for row in project.budget_lines.order_by("id")
        ]


class ActivityForm(KeyedForm):
    """One occasion of the work."""

    prefix_of_key = "A"
    held_on = day_field(gettext_lazy("哪一天"))
    words = forms.CharField(
        label=gettext_lazy("做了什么"),
        max_length=100,
        help_text=gettext_lazy("会公开，请不要写人名、住址和病情。"),
    )
    persons = forms.IntegerField(
        label=gettext_lazy("来了多少人"), min_value=0, max_value=rules.MAX_PERSONS,
        help_text=gettext_lazy("照签到表数，只记人数，不记名字。"),
    )  # fmt: skip
    volunteers = forms.IntegerField(
        label=gettext_lazy("几个志愿者"), min_value=0, max_value=rules.MAX_PERSONS, required=False
    )
    hours = forms.FloatField(
        label=gettext_lazy("志愿者一共多少小时"), min_value=0, max_value=1_000_000, required=False,
        help_text=gettext_lazy("三个人各两小时，写 6。"),
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """The verb's arguments."""
        values = dict(self.cleaned_data)
        hours = values.pop("hours") or 0
        return values | {"volunteers": values["volunteers"] or 0, "minutes": round(hours * 60)}

    def field_of(self, refused: str | None) -> str | None:
        """Return which field shows a refusal of the verb."""
        return refused if refused in self.fields else None


class NoteForm(forms.Form):
    """What somebody saw of the work."""

    seen_on = day_field(gettext_lazy("哪一天去看的"))
    words = forms.CharField(
        label=gettext_lazy("看到了什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("公开"),
        required=False,
        initial=True,
        help_text=gettext_lazy("公开时只写职务，不写姓名；请不要写居民的姓名、住址和病情。"),
    )

    def __init__(self, *args: Any, always_public: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if always_public:
            del self.fields["is_public"]


class GroundForm(forms.Form):
    """What becomes of words somebody wrote: public, or kept back on a ground."""

    ground = forms.ChoiceField(
        label=gettext_lazy("不公开的理由"),
        required=False,
        choices=[("", gettext_lazy("公开，没有不合适的")), *Ground.choices],
    )


class WordsForm(GroundForm):
    """Of which rating."""

    reply = forms.IntegerField(widget=forms.HiddenInput)


class WrittenForm(GroundForm):
    """Of which report or occasion, by its code, or of which visit or comment, by its key."""

    report = forms.CharField(max_length=20, required=False)
    activity = forms.CharField(max_length=20, required=False)
    note = forms.IntegerField(required=False)


class BlurForm(forms.Form):
    """Which rectangles of a photograph are covered."""

    areas = forms.CharField(
        label=gettext_lazy("要遮的地方"),
        widget=forms.Textarea(attrs={"rows": 4, "inputmode": "numeric", "spellcheck": "false"}),
        help_text=gettext_lazy("一行一块：左, 上, 宽, 高，都是占照片的百分比。比如 40, 10, 20, 25。"),
    )
