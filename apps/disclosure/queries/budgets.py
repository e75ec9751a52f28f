"""A fund's plan for the year beside what was spent, field by field."""

from dataclasses import dataclass
from datetime import date

from apps.core import clock
from apps.core.compiled import Compiled, Param
from apps.funds.models import Fund
from apps.funds.states import Field
from apps.governance.models import AdoptedBudget
from apps.ledger import spans
from apps.projects.models import Project

_latest = Compiled(
    lambda: (
        AdoptedBudget.objects.filter(fund=Param("fund"), year=Param("year"))
        .select_related("motion")
        .order_by("-adopted_at", "-pk")
    )
)


@dataclass(frozen=True)
class FieldPlan:
    """One field's plan and what was paid out for it and did not come back, in fen."""

    words: str
    planned: int
    spent: int

    @property
    def is_over(self) -> bool:
        """Whether more was spent than planned."""
        return self.spent > self.planned


@dataclass(frozen=True)
class YearPlan:
    """A year's plan as the committee adopted it."""

    budget: AdoptedBudget
    lines: tuple[FieldPlan, ...]

    @property
    def spent(self) -> int:
        """Everything spent on projects this year."""
        return sum(line.spent for line in self.lines)


def plan_of(fund: Fund) -> YearPlan | None:
    """Return this year's plan beside what was spent so far; None without an adopted budget (one query)."""
    today = clock.today()
    budget = _latest.first(fund=fund.pk, year=today.year)
    if budget is None:
        return None
    paid = spans.spent_by_project(fund.code, host=fund.host.code, since=date(today.year, 1, 1), until=today)
    fields = dict(Project.objects.filter(code__in=paid.keys()).values_list("code", "field"))
    spent = dict.fromkeys(Field.values, 0)
    for code, amount in paid.items():
        if code in fields:
            spent[fields[code]] += amount
    lines = [
        FieldPlan(str(Field(name).label), budget.lines.get(name, 0), spent[name])
        for name in Field.values
        if budget.lines.get(name) or spent[name]
    ]
    return YearPlan(budget, tuple(lines))
