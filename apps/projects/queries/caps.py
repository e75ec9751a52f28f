"""How an application's costs stand to the shares its fund's rules allow."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.projects import rules
from apps.projects.models import BudgetLine

CAPPED = (
    ("personnel_cost_max_bp", BudgetLine.CostType.PERSONNEL),
    ("management_cost_max_bp", BudgetLine.CostType.MANAGEMENT),
)


@dataclass(frozen=True)
class Cap:
    """One kind of cost beside what the rules allow: fen of it, its share in basis points, the rule and its source."""

    kind: str
    part: int
    share_bp: int
    words: str
    source: str
    is_over: bool

    @property
    def percent(self) -> str:
        """The share as people write it, rounded down to a tenth of a per cent."""
        return f"{self.share_bp // 100}.{self.share_bp % 100 // 10}%"


def caps_of(fund: Fund, spent: Mapping[str, int]) -> list[Cap]:
    """Return the capped kinds of cost for a budget given as fen by kind of cost; nothing for an empty budget."""
    asked = sum(spent.values())
    if asked <= 0:
        return []
    effective = effective_rules(fund, keys=[key for key, _kind in CAPPED])
    found = []
    for key, kind in CAPPED:
        rule, part = effective[key], spent.get(kind.value, 0)
        most = rule.value if isinstance(rule.value, int) else 0
        found.append(
            Cap(
                kind=str(kind.label),
                part=part,
                share_bp=part * 10_000 // asked,
                words=rule.words,
                source=rule.provenance,
                is_over=rules.is_over(part, asked, most),
            )
        )
    return found
