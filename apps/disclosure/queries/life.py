"""How funds began, changed and ended, as everyone may read it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.compiled import Compiled, Param
from apps.core.templatetags.days import spoken_day
from apps.disclosure.models import PeriodReport
from apps.disclosure.queries.overdue import Late
from apps.disclosure.queries.rare import Rare
from apps.finance.models import Cleanup
from apps.finance.queries import sleepers
from apps.finance.rules import proofs
from apps.funds.models import Fund, FundName, FundSuccession, Host, Restriction, Succession
from apps.funds.queries import predecessors_of, successors_of
from apps.funds.rules.moving import spendable

# No clause may call a fund idle earlier.
SHORTEST_SLEEP = 3


@dataclass(frozen=True)
class Moved:
    """One restriction's money of an ended fund: how much it was, and where it went."""

    fund: str
    purpose: str
    amount: int
    to: list[tuple[str, str, int]]


@dataclass(frozen=True)
class Life:
    """What a fund's page says about its life besides its money."""

    former_names: list[FundName]
    predecessors: list[Fund]
    successors: list[Fund]
    end: Succession | None
    inherited: list[Succession]
    reports: list[PeriodReport]
    idle: str
    cleanups: list[Cleanup]

    @property
    def has_something(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.former_names or self.predecessors or self.inherited or self.cleanups or self.idle)


_inherited = Compiled(
    lambda: (
        Succession.objects.filter(parts__in=FundSuccession.objects.filter(successor=Param("fund")))
        .distinct()
        .order_by("pk")
    )
)
_former_names = Compiled(lambda: FundName.objects.filter(fund=Param("fund")).order_by("-until", "-pk"))


def life_of(fund: Fund, *, asleep: bool, has: Rare) -> Life:
    """Return what to say about a fund's life; `asleep` says that it may be idle, which is looked into then."""
    rows = _inherited.rows(fund=fund.pk) if has.predecessors else []
    before = predecessors_of(fund) if rows else []
    end = Succession.objects.filter(parts__predecessor=fund).first() if fund.closed_on else None
    return Life(
        former_names=_former_names.rows(fund=fund.pk) if has.names else [],
        predecessors=before,
        successors=successors_of(fund) if end else [],
        end=end,
        inherited=rows,
        reports=_reports_of(before) if before else [],
        idle=_idle_words(fund) if asleep else "",
        cleanups=list(Cleanup.objects.filter(fund=fund).order_by("-day", "-pk")) if asleep else [],
    )


def _reports_of(funds: Sequence[Fund]) -> list[PeriodReport]:
    """Return the published reports of some funds without their content, the newest quarter first."""
    published = PeriodReport.objects.filter(fund__in=funds, state=PeriodReport.State.PUBLISHED)
    return list(
        published.defer("content").select_related("fund").order_by("-quarter", "fund__name", "-version")
    )


def may_sleep(fund: Fund, months: Iterable[str]) -> bool:
    """Whether it is worth looking if a fund is idle: nothing moved for some months, as far as its totals are folded."""
    if fund.closed_on is not None or fund.kind == Fund.Kind.GENERAL:
        return False
    since = clock.months_later(clock.today(), -SHORTEST_SLEEP)
    return fund.opened_on <= since and max(months, default="") < f"{since:%Y-%m}"


def _idle_words(fund: Fund) -> str:
    found = sleepers(fund.host, Fund.objects.filter(pk=fund.pk))
    if not found:
        return ""
    return _("从 %(day)s起没有捐款、付款和决定，已经算闲置（%(source)s）。") % {
        "day": spoken_day(found[0].last_day),
        "source": found[0].source,
    }


def idle_funds(host: Host, funds: Q) -> list[Late]:
    """Return the idle ones of some of a host's funds by name, the longest asleep first."""
    return [
        Late(one.fund.code, one.fund.name, _("从 %(day)s起没有活动。") % {"day": spoken_day(one.last_day)})
        for one in sleepers(host, Fund.objects.filter(funds))
    ]


def owed_surpluses(host: Host, funds: Q) -> list[Late]:
    """Return the closed ones of some of a host's funds whose final report is late, by name."""
    acts = (
        Succession.objects.filter(parts__predecessor__in=Fund.objects.filter(funds), host=host)
        .filter(kind=Succession.Kind.CLOSING, published_at=None, publish_by__lt=clock.today())
        .distinct()
        .order_by("publish_by")
    )
    found = []
    for act in acts:
        words = _("终止后剩余财产的处理应在 %(day)s前公布，还没公布。") % {"day": spoken_day(act.publish_by)}
        found += [Late(row["code"], row["name"], words) for row in act.facts["funds"] if row["ends"]]
    return found


def find_succession(code: str) -> Succession | None:
    """Return an act with its host, or None."""
    return Succession.objects.select_related("host__division").filter(code=code).first()


def moves_of(act: Succession) -> list[Moved]:
    """Return where each kind of money went, from the act's own rows."""
    rows = (
        FundSuccession.objects.filter(succession=act)
        .select_related("predecessor", "successor")
        .order_by("predecessor__code", "restriction", "-leads", "successor__code")
    )
    codes = {code for row in rows for code in (row.restriction, row.into) if code}
    purposes = dict(Restriction.objects.filter(code__in=codes).values_list("code", "purpose"))
    grouped: defaultdict[tuple[str, str], list[FundSuccession]] = defaultdict(list)
    for row in rows:
        grouped[row.predecessor.name, row.restriction].append(row)
    return [
        Moved(
            fund=name,
            purpose=purposes.get(restriction, restriction) if restriction else _("不限用途"),
            amount=sum(row.amount for row in parts),
            to=[
                (
                    row.successor.name,
                    purposes.get(row.into, row.into) if row.into else _("不限用途"),
                    row.amount,
                )
                for row in parts
            ],
        )
        for (name, restriction), parts in grouped.items()
        if any(row.amount for row in parts)
    ]


def totals_of(act: Succession) -> dict[str, Any]:
    """Return what the proof adds up to: fen that can be spent before and after, by fund."""
    body = act.facts
    names = {row["code"]: row["name"] for row in body["funds"]}
    sums: dict[str, dict[str, int]] = {}
    for side in ("before", "after"):
        by_fund: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for (fund, _restriction, account), amount in proofs.read_rows(body[side]).items():
            by_fund[fund][account] = by_fund[fund].get(account, 0) + amount
        sums[side] = {code: spendable(by_fund[code]) for code in names}
    return {
        "rows": [(names[code], code, sums["before"][code], sums["after"][code]) for code in names],
        "before": sum(sums["before"].values()),
        "after": sum(sums["after"].values()),
        "holds": not proofs.faults(body),
    }
