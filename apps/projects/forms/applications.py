"""What applicants fill in."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.codes import new_code
from apps.core.forms import AmountField, day_field
from apps.core.money import parse_amount, written
from apps.core.verdicts import Refused
from apps.funds.models import Fund
from apps.projects import rules
from apps.projects.forms.answers import AnswerFields, filled_answers
from apps.projects.forms.backing import BackingFields, filled_backing
from apps.projects.forms.offers import OfferFields, filled_offers
from apps.projects.forms.plan import PlanFields, filled_plan
from apps.projects.models import BudgetLine, Field, Need, Part, Project
from apps.projects.queries import fingerprint_of, shares_of
from apps.registry.models import Organisation

ROWS, OPEN_ROWS = 8, 3
MOST_PARTNERS = 3


class ApplicationForm(PlanFields, BackingFields, AnswerFields, OfferFields):
    """An application with `rows` lines of budget; blank lines are left out."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("由哪个组织申请"),
        to_field_name="code",
        empty_label=None,
    )
    title = forms.CharField(
        label=gettext_lazy("项目名称"),
        max_length=60,
        help_text=gettext_lazy("一句话说清做什么，居民一看就懂。"),
    )
    field = forms.ChoiceField(label=gettext_lazy("领域"), choices=Field.choices, widget=forms.RadioSelect)
    need = forms.ModelChoiceField(
        Need.objects.none(),
        label=gettext_lazy("回应哪条居民需求"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("没有对应的需求"),
    )
    goal = forms.CharField(
        label=gettext_lazy("做什么、给谁、做到什么样"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    starts_on = day_field(gettext_lazy("开始"))
    ends_on = day_field(gettext_lazy("结束"))
    persons = forms.IntegerField(label=gettext_lazy("预计服务人数"), min_value=1, max_value=rules.MAX_PERSONS)
    person_times = forms.IntegerField(
        label=gettext_lazy("预计服务人次"),
        min_value=1,
        max_value=rules.MAX_PERSONS,
        help_text=gettext_lazy("同一个人来几次算几人次。"),
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    # The fingerprint of the draft as it was shown: a form that another has overtaken changes nothing.
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(
        self,
        *args: Any,
        organisations: Iterable[Organisation],
        needs: Any,
        partners: Any,
        questions: Sequence[rules.Question] = (),
        wanted: Sequence[rules.Item] = (),
        rows: int = ROWS,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.partners = MOST_PARTNERS if partners.exists() else 0
        for number in range(self.partners):
            self.fields[f"partner_{number}"] = forms.ModelChoiceField(
                partners,
                label=gettext_lazy("另一个基金"),
                to_field_name="code",
                required=False,
                empty_label=gettext_lazy("不请别的基金"),
            )
            self.fields[f"partner_amount_{number}"] = AmountField(
                label=gettext_lazy("请它出（元）"), required=False
            )
        # An offer from a list is the budget: no other is asked for.
        self.rows = 0 if wanted else min(max(rows, ROWS), rules.MAX_BUDGET_LINES)
        mine = Organisation.objects.filter(pk__in=[row.pk for row in organisations]).order_by("name")
        self.fields["organisation"].queryset = mine  # type: ignore[attr-defined]
        if mine.count() == 1:
            self.fields["organisation"].initial = mine[0].code
            self.fields["organisation"].widget = forms.HiddenInput()
        self.fields["need"].queryset = needs  # type: ignore[attr-defined]
        if not needs.exists():
            del self.fields["need"]
        self.fields["key"].initial = new_code("P", rules.CODE_LENGTH)
        for number in range(self.rows):
            self._add_row(number)
        self.add_plan_fields()
        self.add_backing_fields()
        self.add_answer_fields(questions)
        self.add_offer_fields(wanted)
        for partner, label in Part.Partner.choices:
            self.fields[f"part_{partner}"] = forms.CharField(label=label, required=False, max_length=200)

    def _add_row(self, number: int) -> None:
        kinds = [("", gettext_lazy("选类别")), *BudgetLine.CostType.choices]
        self.fields[f"cost_type_{number}"] = forms.ChoiceField(
            label=gettext_lazy("类别"), choices=kinds, required=False
        )
        self.fields[f"words_{number}"] = forms.CharField(
            label=gettext_lazy("买什么、做什么"), required=False, max_length=100
        )
        self.fields[f"amount_{number}"] = AmountField(label=gettext_lazy("金额（元）"), required=False)

    def main_fields(self) -> list[BoundField]:
        """The fields before the budget, in their order."""
        names = (
            "organisation",
            "title",
            "field",
            "need",
            "goal",
            "starts_on",
            "ends_on",
            "persons",
            "person_times",
        )
        return [self[name] for name in names if name in self.fields]

    def budget_rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        """The lines of the budget as (what, kind, amount)."""
        return [
            (self[f"words_{number}"], self[f"cost_type_{number}"], self[f"amount_{number}"])
            for number in range(self.rows)
        ]

    def first_rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        """The lines that are always open; a phone shows the others when asked."""
        return self.budget_rows()[:OPEN_ROWS]

    def more_rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        """The lines behind them."""
        return self.budget_rows()[OPEN_ROWS:]

    def more_is_open(self) -> bool:
        """Whether something is written, wrong or asked for in the lines behind."""
        asked_for = self.rows > ROWS
        return asked_for or any(field.value() or field.errors for row in self.more_rows() for field in row)

    def takes_more_rows(self) -> bool:
        """Whether another line may be added."""
        return self.rows < rules.MAX_BUDGET_LINES

    def spent(self) -> dict[str, int]:
        """Return fen by kind of cost as the lines stand, whole or not; what cannot be read is left out."""
        if self.wanted:
            return {BudgetLine.CostType.SERVICES.value: self.offered_so_far()}
        found: dict[str, int] = {}
        for _words, kind, amount in self.budget_rows():
            try:
                fen = parse_amount(str(amount.value() or ""))
            except Refused:
                continue
            found[str(kind.value() or "")] = found.get(str(kind.value() or ""), 0) + fen
        return found

    def part_fields(self) -> list[BoundField]:
        """What each of the five partners does."""
        return [self[f"part_{partner}"] for partner in Part.Partner.values]

    def partner_rows(self) -> list[tuple[BoundField, BoundField]]:
        """The other funds that may be asked, with their amounts."""
        return [
            (self[f"partner_{number}"], self[f"partner_amount_{number}"]) for number in range(self.partners)
        ]

    def partners_are_open(self) -> bool:
        """Whether something is written or wrong there."""
        return any(field.value() or field.errors for row in self.partner_rows() for field in row)

    def clean(self) -> dict[str, Any]:
        """Read the budget; a line with anything in it must be whole."""
        values = super().clean() or self.cleaned_data
        if self.wanted and self._has_lines_beyond():
            self.add_error(None, _("这次按清单报价，预算由报价算出来，不另写。"))
        elif self._has_lines_beyond():
            self.add_error(None, _("预算最多 %(limit)d 行，请把相近的合并。") % {"limit": self.rows})
        values["budget"] = [
            line for number in range(self.rows) if (line := self._line(number, values)) is not None
        ]
        values["parts"] = {
            partner: values[f"part_{partner}"]
            for partner in Part.Partner.values
            if values.get(f"part_{partner}")
        }
        values.setdefault("need", None)
        self.read_plan(values)
        self.read_backing(values)
        self.read_answers(values)
        self.read_offers(values)
        values["partners"] = [
            pair for number in range(self.partners) if (pair := self._partner(number, values)) is not None
        ]
        return values

    def _partner(self, number: int, values: dict[str, Any]) -> tuple[Fund, int] | None:
        names = (f"partner_{number}", f"partner_amount_{number}")
        fund: Any = values.get(names[0])
        amount: Any = values.get(names[1])
        if not (fund or amount) or any(name in self.errors for name in names):
            return None
        if not fund:
            self.add_error(names[0], _("请选这笔钱请哪个基金出。"))
        if not amount:
            self.add_error(names[1], _("请写请它出多少。"))
        return fund, amount

    def _has_lines_beyond(self) -> bool:
        """Whether lines were sent that the page does not have: they are refused, not dropped."""
        beyond = (name.rpartition("_") for name, value in self.data.items() if value)
        return any(
            name in ("cost_type", "words", "amount") and number.isdecimal() and int(number) >= self.rows
            for name, _bar, number in beyond
        )

    def _line(self, number: int, values: dict[str, Any]) -> tuple[str, str, int] | None:
        names = (f"cost_type_{number}", f"words_{number}", f"amount_{number}")
        kind, words, amount = (values.get(name, "") for name in names)
        if not (kind or words or amount) or any(name in self.errors for name in names):
            return None
        if not words:
            self.add_error(names[1], _("请写明这一行是什么。"))
        if not kind:
            self.add_error(names[0], _("请给这一行选一个类别。"))
        if not amount:
            self.add_error(names[2], _("请写这一行的金额。"))
        return kind, words, amount

    def field_of(self, refused: str | None) -> str | None:
        """Return which field on the page shows a refusal of the verb."""
        first = {
            "budget": "amount_0",
            "parts": f"part_{Part.Partner.values[0]}",
            "partners": "partner_amount_0",
            "milestones": "step_words_0",
            "first_share": "first_share",
            "indicators": "count_words_0",
            "funding": "funding_source_0",
            "team": "team_role_0",
        }
        shown = first.get(refused or "", refused)
        if shown and shown.startswith("offer_"):
            names = (shown.replace("offer_", "offer_price_"), shown.replace("offer_", "offer_quantity_"))
            return next((name for name in names if name in self.fields), None)
        return shown if shown in self.fields else None

    def facts(self) -> dict[str, Any]:
        """The verb's arguments."""
        names = (
            "title", "field", "goal", "starts_on", "ends_on", "persons", "person_times", "budget", "parts", "need",
            "partners", "milestones", "indicators", "first_bp", "funding", "team", "conflicts", "answers", "offers",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}


def filled(project: Project) -> dict[str, Any]:
    """Return a draft as the form's initial values."""
    values: dict[str, Any] = {
        "organisation": project.organisation.code,
        "title": project.title,
        "field": project.field,
        "need": project.need.code if project.need else "",
        "goal": project.goal,
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "persons": project.expected_persons,
        "person_times": project.expected_person_times,
    }
    lines: Sequence[BudgetLine] = list(project.budget_lines.order_by("id"))
    for number, line in enumerate(lines):
        values |= {
            f"cost_type_{number}": line.cost_type,
            f"words_{number}": line.words,
            f"amount_{number}": written(line.amount),
        }
    others = [share for share in shares_of(project) if share.fund_id != project.fund_id]
    for number, share in enumerate(others):
        values |= {f"partner_{number}": share.fund.code, f"partner_amount_{number}": written(share.amount)}
    values["seen"] = fingerprint_of(project)
    values |= filled_plan(project)
    values |= filled_backing(project)
    values |= filled_answers(project)
    values |= filled_offers(project)
    return values | {f"part_{part.partner}": part.words for part in project.parts.all()}
