"""A project's final account: worked out from its records, and what has to hold of it against the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum

from apps.core import clock
from apps.core.canonical import fingerprint
from apps.funds.queries import effective_rules
from apps.governance.models import Motion
from apps.governance.queries import whole
from apps.grants.models import Clawback, ClawbackReturn, FinalAccount, Grant, Instalment, Payment
from apps.grants.queries.changes import budget_now, first_budget
from apps.grants.queries.checklist import tolerance_of
from apps.grants.queries.money import figures, paid_by
from apps.grants.rules.final_account import LineIn, PayerIn, PayerOut, Settled, settle
from apps.grants.states import LIVE
from apps.ledger.queries import amounts_of
from apps.ledger.rules import EntryKind
from apps.projects.models import BudgetLine, Expense, FundingLine, Project
from apps.projects.queries import of_organisations
from apps.projects.states import CLOSED
from apps.users.models import User

KEEP = "keep"


def pinned_choice(motion: Motion, key: str) -> str:
    """Return a clause's choice as a motion pinned it when its vote opened; one that is younger, as it holds now."""
    clause = motion.rules.get(key)
    return str(clause["value"] if clause else effective_rules(motion.committee.fund)[key].value)


def grants_of(project: Project) -> list[Grant]:
    """Return every fund's grant of a project, in the order they were made."""
    found = Grant.objects.filter(project=project).select_related("fund__host", "motion__committee__fund")
    return list(found.order_by("pk"))


@dataclass(frozen=True)
class Worked:
    """An account as the records give it, before anybody handed it in."""

    settled: Settled
    facts: dict[str, object]

    @property
    def hash(self) -> str:
        """The fingerprint of everything it says."""
        return fingerprint(self.facts)


def work_out(
    project: Project,
    *,
    other: Mapping[int, int] | None = None,
    keep: bool = False,
    words: str = "",
    kept_for: str = "",
) -> Worked:
    """Return the account of a project from its budget, vouchers, payments and returns.

    `other` is what came in of the other money by the numbers of its lines, in fen; what is not named came as planned.
    """
    grants = grants_of(project)
    payers = [_payer(grant) for grant in grants]
    settled = settle(_lines(project, grants), payers, tolerance_bp=tolerance_of(project), keep=keep)
    facts: dict[str, object] = {
        "project": project.code,
        "title": project.title,
        "organisation": project.organisation.name,
        "lines": _line_facts(project, settled),
        "funds": [_fund_facts(grant, row) for grant, row in zip(grants, settled.payers, strict=True)],
        "other": _other_facts(project, other or {}),
        "words": words,
        "kept_for": kept_for if settled.kept else "",
    }
    return Worked(settled, facts)


def _lines(project: Project, grants: list[Grant]) -> list[LineIn]:
    """Return the budget's lines. A budget is the project's, whichever grant it is asked of."""
    first = first_budget(grants[0]) if grants else {}
    now = budget_now(grants[0]) if grants else {}
    spent = dict(
        Expense.objects.filter(project=project, struck_at=None)
        .order_by()
        .values_list("line_id")
        .annotate(total=Sum("amount"))
    )
    return [LineIn(key, first[key], now[key], spent.get(int(key), 0)) for key in first]


def _payer(grant: Grant) -> PayerIn:
    """What was granted is what was not cancelled; the figures are those the ledger holds by payment and return."""
    sums, live = figures(grant), grant.instalments.exclude(state=Instalment.State.CANCELLED)
    granted: int = live.aggregate(total=Sum("amount", default=0))["total"]
    return PayerIn(
        grant=grant.code,
        granted=granted,
        paid=sums.paid,
        returned=sums.returned,
        written_off=sums.written_off,
        may_keep=pinned_choice(grant.motion, "project_surplus") == KEEP,
    )


def _line_facts(project: Project, settled: Settled) -> list[dict[str, object]]:
    vouchers = dict(
        Expense.objects.filter(project=project, struck_at=None)
        .order_by()
        .values_list("line_id")
        .annotate(how_many=Count("pk"))
    )
    rows = {str(row.pk): row for row in project.budget_lines.order_by("pk")}
    return [
        {
            "line": line.key,
            "words": rows[line.key].words,
            "cost_type": rows[line.key].cost_type,
            "planned": line.planned,
            "changed": line.changed,
            "granted": line.granted,
            "spent": line.spent,
            "vouchers": vouchers.get(int(line.key), 0),
            "borne": line.borne,
            "own": line.own,
            "left": line.left,
        }
        for line in settled.lines
    ]


def _fund_facts(grant: Grant, row: PayerOut) -> dict[str, object]:
    return {
        "fund": grant.fund.code,
        "name": grant.fund.name,
        "grant": grant.code,
        "granted": row.payer.granted,
        "paid": row.payer.paid,
        "returned": row.payer.returned,
        "written_off": row.payer.written_off,
        "spent": row.spent,
        "surplus": row.surplus,
        "kept": row.kept,
        "to_return": row.to_return,
    }


def _other_facts(project: Project, actual: Mapping[int, int]) -> list[dict[str, object]]:
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "source": row.source,
            "planned": row.amount,
            "actual": actual.get(row.number, row.amount),
        }
        for row in project.funding_lines.order_by("number")
    ]


# --- what was handed in ---------------------------------------------------------------------------------------------


def account_of(project: Project) -> FinalAccount | None:
    """Return the account of a project that stands, handed in or checked; None before, and while one is returned."""
    found = FinalAccount.objects.filter(project=project).exclude(state=FinalAccount.State.RETURNED)
    return found.select_related("project__organisation").first()


def checked_account(project: Project) -> FinalAccount | None:
    """Return the account of a project that everyone may read: checked and frozen."""
    return FinalAccount.objects.filter(project=project, state=FinalAccount.State.CHECKED).first()


def accounts_to_check(user: User) -> QuerySet[FinalAccount]:
    """Return the accounts that wait for finance of the hosts this person handles money for, the oldest first."""
    found = FinalAccount.objects.filter(
        state=FinalAccount.State.FILED, project__grants__in=paid_by(user)
    ).select_related("project__organisation", "project__fund__host")
    return found.distinct().order_by("filed_at", "pk")


def accounts_owed(user: User) -> list[tuple[Project, datetime]]:
    """Return the closed projects of a person's organisations without an account that stands, with the day by which the
    rules want the surplus published (慈善法第五十八条), the earliest first."""
    found = without_account(of_organisations(user).filter(grants__isnull=False))
    owed = [(project, clock.midnight(account_due(project) + timedelta(days=1))) for project in found]
    return sorted(owed, key=lambda row: row[1])


def without_account(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Return which of the projects are closed and have no account that stands, with their grants."""
    live = FinalAccount.objects.exclude(state=FinalAccount.State.RETURNED)
    found = projects.filter(state=CLOSED).exclude(pk__in=live.values("project"))
    return found.distinct().prefetch_related("grants")


def account_due(project: Project) -> date:
    """Return the last day by which a closed project's surplus has to be published, as its fund's rules want it."""
    ended = max(clock.day_of(grant.closed_at) for grant in project.grants.all() if grant.closed_at)
    return clock.months_later(ended, whole(effective_rules(project.fund)["surplus_months"]))


def is_settled(project: Project) -> bool:
    """Tell whether nothing of a project's money moves any more: no live grant, nothing asked back and outstanding."""
    grants = grants_of(project)
    if not grants or any(grant.state in LIVE for grant in grants):
        return False
    return not any(row.outstanding for row in Clawback.objects.filter(grant__in=grants))


@dataclass(frozen=True)
class Proof:
    """A checked account against the ledger as it is now: `booked` is what the project cost all funds by the books."""

    account: FinalAccount
    booked: int
    came_after: int
    # What came back from the bank and is to be paid again.
    owed_again: int
    asked: int
    outstanding: int

    @property
    def at_check(self) -> int:
        """What was paid less what had come back when the account was checked."""
        return self.account.paid - self.account.returned

    @property
    def expected(self) -> int:
        """What the books must say by now: that less what came back since, from the payee or from the bank."""
        return self.at_check - self.came_after - self.owed_again

    @property
    def holds(self) -> bool:
        """Whether books and account say the same, and the surplus was asked back in full."""
        return self.booked == self.expected and self.asked == self.account.to_return


def booked_for(project: Project) -> int:
    """Return what a project cost all funds by the books: the payments booked for it less the returns, in fen."""
    payments = Payment.objects.filter(instalment__grant__project=project).values_list("code", flat=True)
    back = ClawbackReturn.objects.filter(clawback__grant__project=project).values_list("code", flat=True)
    out = amounts_of(EntryKind.GRANT_PAYMENT, "programme_expense", list(payments))
    came = amounts_of(EntryKind.GRANT_RETURN, "programme_expense", list(back))
    return sum(out.values()) + sum(came.values())


def proof_of(account: FinalAccount) -> Proof:
    """Return a checked account against the ledger."""
    back = Clawback.objects.filter(surplus_return__account=account)
    came: int = Clawback.objects.filter(grant__project=account.project_id).aggregate(
        total=Sum("returned", default=0)
    )["total"]
    settled = (Instalment.State.PAID, Instalment.State.CANCELLED)
    live = Instalment.objects.filter(grant__project=account.project_id).exclude(state__in=settled)
    owed: int = live.aggregate(total=Sum("amount", default=0))["total"]
    return Proof(
        account=account,
        booked=booked_for(account.project),
        came_after=came - account.returned,
        owed_again=owed,
        asked=sum(row.asked for row in back),
        outstanding=sum(row.outstanding for row in back),
    )


# --- shown ----------------------------------------------------------------------------------------------------------

COLUMNS = ("planned", "changed", "granted", "spent", "borne", "own", "left")
MONEY = ("granted", "paid", "returned", "written_off", "spent", "surplus", "kept", "to_return")


def shown_account(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return an account's plain values with names for what is a choice, and the sums of its columns."""
    lines, funds, other = facts["lines"], facts["funds"], facts["other"]
    return {
        **facts,
        "lines": [row | {"kind": BudgetLine.CostType(row["cost_type"]).label} for row in lines],
        "other": [row | {"label": FundingLine.Kind(row["kind"]).label} for row in other],
        "sums": {name: sum(row[name] for row in lines) for name in COLUMNS}
        | {"vouchers": sum(row["vouchers"] for row in lines)},
        "money": {name: sum(row[name] for row in funds) for name in MONEY},
        "others": {name: sum(row[name] for row in other) for name in ("planned", "actual")},
    }
