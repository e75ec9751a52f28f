"""The lines of an application about other money and the team, and what is declared about ties."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import AmountField
from apps.core.money import written
from apps.projects import rules
from apps.projects.models import FundingLine, Project
from apps.projects.queries import conflicts_of

FUNDING = ("funding_source", "funding_kind", "funding_amount", "funding_secured")
TEAM = ("team_role", "team_persons")
SECURED, HOPED_FOR = "yes", "no"


class BackingFields(forms.Form):
    """Other money, the team and ties as fields of an application; blank lines are left out."""

    def add_backing_fields(self) -> None:
        """Lay out the lines."""
        for number in range(rules.MAX_FUNDING_LINES):
            self.fields[f"funding_source_{number}"] = forms.CharField(
                label=gettext_lazy("谁出"), max_length=60, required=False
            )
            self.fields[f"funding_kind_{number}"] = forms.ChoiceField(
                label=gettext_lazy("哪一类"),
                choices=[("", gettext_lazy("请选")), *FundingLine.Kind.choices],
                required=False,
            )
            self.fields[f"funding_amount_{number}"] = AmountField(
                label=gettext_lazy("金额（元）"), required=False
            )
            self.fields[f"funding_secured_{number}"] = forms.ChoiceField(
                label=gettext_lazy("落实了没有"),
                choices=[
                    ("", gettext_lazy("请选")),
                    (SECURED, gettext_lazy("已落实")),
                    (HOPED_FOR, gettext_lazy("还没落实")),
                ],
                required=False,
            )
        for number in range(rules.MAX_TEAM_LINES):
            self.fields[f"team_role_{number}"] = forms.CharField(
                label=gettext_lazy("角色"), max_length=40, required=False
            )
            self.fields[f"team_persons_{number}"] = forms.IntegerField(
                label=gettext_lazy("几个人"), required=False, min_value=1, max_value=rules.MAX_TEAM
            )
        self.fields["conflicts"] = forms.CharField(
            label=gettext_lazy("和管委会委员的关系"),
            required=False,
            max_length=rules.MAX_CONFLICTS,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=gettext_lazy(
                "负责人和团队里，有委员的亲属、同事、雇主或雇员，或者和委员有生意往来的，写明是谁、什么关系。"
                "空着就是申明没有。只给管委会和评审看。"
            ),
        )

    def funding_rows(self) -> list[list[BoundField]]:
        """The lines of other money, each as (from whom, kind, amount, certain or not)."""
        return self._backing_rows(FUNDING, rules.MAX_FUNDING_LINES)

    def team_rows(self) -> list[list[BoundField]]:
        """The lines of the team, each as (role, persons)."""
        return self._backing_rows(TEAM, rules.MAX_TEAM_LINES)

    def funding_is_open(self) -> bool:
        """Whether something is written or wrong about other money."""
        return any(field.value() or field.errors for row in self.funding_rows() for field in row)

    def team_is_open(self) -> bool:
        """Whether something is written or wrong about the team."""
        return any(field.value() or field.errors for row in self.team_rows() for field in row)

    def _backing_rows(self, names: tuple[str, ...], count: int) -> list[list[BoundField]]:
        return [[self[f"{name}_{number}"] for name in names] for number in range(count)]

    def read_backing(self, values: dict[str, Any]) -> None:
        """Write `funding` and `team` to the cleaned values; a line with anything in it must be whole."""
        asked = {
            "funding_source": _("请写明这笔钱从哪里来。"),
            "funding_kind": _("请选这笔钱是哪一类。"),
            "funding_amount": _("请写这笔钱的金额。"),
            "funding_secured": _("请选这笔钱落实了没有。"),
            "team_role": _("请写明是什么角色。"),
            "team_persons": _("请写这种角色几个人。"),
        }
        found: dict[str, list[tuple[Any, ...]]] = {"funding": [], "team": []}
        for key, names, count in (
            ("funding", FUNDING, rules.MAX_FUNDING_LINES),
            ("team", TEAM, rules.MAX_TEAM_LINES),
        ):
            for number in range(count):
                line = tuple(values.get(f"{name}_{number}") for name in names)
                if not any(line) or any(f"{name}_{number}" in self.errors for name in names):
                    continue
                for name, value in zip(names, line, strict=True):
                    if not value:
                        self.add_error(f"{name}_{number}", asked[name])
                found[key].append(line)
        values["team"] = found["team"]
        values["funding"] = [
            (kind, source, amount, secured == SECURED) for source, kind, amount, secured in found["funding"]
        ]


def filled_backing(project: Project) -> dict[str, Any]:
    """Return what stands behind a draft as the form's initial values."""
    values: dict[str, Any] = {"conflicts": conflicts_of(project)}
    for number, line in enumerate(project.funding_lines.order_by("number")):
        values |= {
            f"funding_source_{number}": line.source,
            f"funding_kind_{number}": line.kind,
            f"funding_amount_{number}": written(line.amount),
            f"funding_secured_{number}": SECURED if line.is_secured else HOPED_FOR,
        }
    for number, row in enumerate(project.team_lines.order_by("number")):
        values |= {f"team_role_{number}": row.role, f"team_persons_{number}": row.persons}
    return values
