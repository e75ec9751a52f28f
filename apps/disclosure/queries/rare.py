"""What most funds have none of, asked in one question, so that a fund's page asks further only where there is some."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from apps.core.compiled import Compiled, Param
from apps.donations.models import Custody, Pledge
from apps.funds.models import Fund, FundName, FundSuccession
from apps.governance.models import AdoptedBudget
from apps.grants.models import Clawback


class Rare(NamedTuple):
    """Whether a fund has former names, predecessors, pledges, things held for others, money asked back, and adopted
    budgets."""

    names: bool
    predecessors: bool
    pledges: bool
    custody: bool
    clawbacks: bool
    budgets: bool


def _question() -> QuerySet[Fund, tuple[bool, ...]]:
    fund = OuterRef("pk")
    return Fund.objects.filter(pk=Param("fund")).values_list(
        Exists(FundName.objects.filter(fund=fund)),
        Exists(FundSuccession.objects.filter(successor=fund)),
        Exists(Pledge.objects.filter(fund=fund)),
        Exists(Custody.objects.filter(fund=fund)),
        Exists(Clawback.objects.filter(grant__fund=fund)),
        Exists(AdoptedBudget.objects.filter(fund=fund)),
    )


_rare = Compiled(_question)


def rare(fund: Fund) -> Rare:
    """Return what a fund has that most have none of."""
    (found,) = _rare.rows(fund=fund.pk)
    return Rare(*map(bool, found))
