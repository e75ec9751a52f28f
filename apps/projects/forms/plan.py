"""The lines of an application about days and targets: milestones, and what is counted."""

from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import day_field
from apps.projects import rules
from apps.projects.models import Indicator, Project

BP_OF_PERCENT = 100
MILESTONE_ROWS, INDICATOR_ROWS = rules.MAX_MILESTONES, rules.MAX_INDICATORS
MILESTONE, INDICATOR = ("step_words", "step_due", "step_share"), ("count_words", "count_unit", "count_target")


class PlanFields(forms.Form):
    """Milestones and indicators as lines of an application; blank lines are left out."""

    def add_plan_fields(self) -> None:
        """Lay out the lines."""
        for number in range(MILESTONE_ROWS):
            self.fields[f"step_words_{number}"] = forms.CharField(
                label=gettext_lazy("到这一天做到什么"), max_length=100, required=False
            )
            self.fields[f"step_due_{number}"] = day_field(gettext_lazy("哪一天前"), required=False)
            self.fields[f"step_share_{number}"] = forms.IntegerField(
                label=gettext_lazy("报告验收后付（%）"), required=False, min_value=0, max_value=100
            )
        self.fields["first_share"] = forms.IntegerField(
            label=gettext_lazy("公示期满先付（%）"), required=False, min_value=0, max_value=100
        )
        for number in range(INDICATOR_ROWS):
            self.fields[f"count_words_{number}"] = forms.CharField(
                label=gettext_lazy("数什么"), max_length=60, required=False
            )
            self.fields[f"count_unit_{number}"] = forms.ChoiceField(
                label=gettext_lazy("单位"),
                required=False,
                choices=[("", gettext_lazy("请选")), *Indicator.Unit.choices],
            )
            self.fields[f"count_target_{number}"] = forms.IntegerField(
                label=gettext_lazy("目标"), required=False, min_value=1, max_value=rules.MAX_PERSONS
            )

    def milestone_rows(self) -> list[list[BoundField]]:
        """The lines of milestones, each as (what, by which day, what is paid on it)."""
        return self._rows(MILESTONE, MILESTONE_ROWS)

    def first_share_field(self) -> BoundField:
        """The share that is paid after the public notice."""
        return self["first_share"]

    def indicator_rows(self) -> list[list[BoundField]]:
        """The lines of indicators, each as (what, unit, target)."""
        return self._rows(INDICATOR, INDICATOR_ROWS)

    def plan_is_open(self) -> bool:
        """Whether something is written or wrong in these lines."""
        rows = [*self.milestone_rows(), *self.indicator_rows()]
        fields = [self["first_share"], *(field for row in rows for field in row)]
        return any(field.value() not in (None, "") or field.errors for field in fields)

    def _rows(self, names: tuple[str, ...], count: int) -> list[list[BoundField]]:
        return [[self[f"{name}_{number}"] for name in names] for number in range(count)]

    def read_plan(self, values: dict[str, Any]) -> None:
        """Write `milestones`, `first_bp` and `indicators` to the cleaned values; a begun line must be whole."""
        asked = {
            "step_words": _("请写明到这一天做到什么。"),
            "step_due": _("请写这个节点的日期。"),
            "count_words": _("请写明数什么。"),
            "count_unit": _("请选这个指标的单位。"),
            "count_target": _("请写这个指标的目标。"),
        }
        for key, names, count in (
            ("milestones", MILESTONE, MILESTONE_ROWS),
            ("indicators", INDICATOR, INDICATOR_ROWS),
        ):
            values[key] = []
            for number in range(count):
                line = [values.get(f"{name}_{number}") for name in names]
                if not any(line) or any(f"{name}_{number}" in self.errors for name in names):
                    continue
                for name, value in zip(names, line, strict=True):
                    if not value and name in asked:
                        self.add_error(f"{name}_{number}", asked[name])
                values[key].append(tuple(line))
        values["milestones"] = [
            (words, due_on, BP_OF_PERCENT * (share or 0)) for words, due_on, share in values["milestones"]
        ]
        first = values.get("first_share")
        values["first_bp"] = None if first is None else BP_OF_PERCENT * first


def filled_plan(project: Project) -> dict[str, Any]:
    """Return a draft's milestones and indicators as the form's initial values."""
    values: dict[str, str | int | date] = {}
    for number, step in enumerate(project.milestones.order_by("number")[:MILESTONE_ROWS]):
        values |= {f"step_words_{number}": step.words, f"step_due_{number}": step.due_on}
        if step.share_bp:
            values[f"step_share_{number}"] = step.share_bp // BP_OF_PERCENT
    if project.first_bp is not None:
        values["first_share"] = project.first_bp // BP_OF_PERCENT
    for number, row in enumerate(project.indicators.order_by("number")[:INDICATOR_ROWS]):
        values |= {
            f"count_words_{number}": row.words,
            f"count_unit_{number}": row.unit,
            f"count_target_{number}": row.target,
        }
    return values
