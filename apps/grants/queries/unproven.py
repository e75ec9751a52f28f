"""Which grants were paid and lack evidence: no report at all, a milestone's report overdue, or, once the work is over,
spending of which vouchers are missing beyond what the rules let pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.core.money import written
from apps.grants.models import Clawback, FinalAccount, Grant, GrantSource
from apps.grants.rules.boards import voucher_gap
from apps.projects.models import Evidence, Expense, Milestone
from apps.projects.queries import reported
from apps.projects.states import ACCEPTED, CLOSED, FILED, RUNNING

TOLERANCE = "budget_shift_max_bp"
BARE, MISSED, GAP = "bare", "missed", "gap"
NET = F("paid") - F("returned")
GIVEN_UP = F("written_off")


@dataclass(frozen=True)
class Unproven:
    """A grant with money (fen) for which something is missing, and what: `kind` is one of the three in a word."""

    kind: str
    grant: str
    fund: int
    fund_name: str
    title: str
    organisation: str
    amount: int
    words: str


def overdue_on(today: date) -> Subquery:
    """Return, for a grant, the day of the earliest milestone that is past and has no report that stands."""
    missed = Milestone.objects.filter(~reported(), project=OuterRef("project"), due_on__lt=today)
    return Subquery(missed.order_by("due_on").values("due_on")[:1])


def unproven(grants: QuerySet[Grant], *, tolerances: Mapping[int, int], today: date) -> list[Unproven]:
    """Return the grants that lack evidence, the most money first; one query. `tolerances` are basis points by fund.

    Vouchers are asked for once the project's days are over or its work is accepted. A final account that was checked
    says what became of all the money, and a write-off that nobody looks for it any more: after them no evidence is
    missing. Of a project that several funds pay, vouchers prove the whole.
    """
    shown = Evidence.objects.filter(project=OuterRef("project"), state__in=[FILED, ACCEPTED])
    own = GrantSource.objects.filter(grant=OuterRef("pk")).order_by().values("grant")
    all_of_it = GrantSource.objects.filter(grant__project=OuterRef("project")).order_by()
    given_up = Clawback.objects.filter(grant=OuterRef("pk")).order_by().values("grant")
    all_given_up = (
        Clawback.objects.filter(grant__project=OuterRef("project")).order_by().values("grant__project")
    )
    vouchers = Expense.objects.filter(project=OuterRef("project"), struck_at=None).order_by()
    checked = FinalAccount.objects.filter(project=OuterRef("project"), state=FinalAccount.State.CHECKED)
    is_over = Q(project__ends_on__lt=today) | Q(project__state__in=(ACCEPTED, CLOSED))
    found = grants.annotate(
        net=_sum(own, NET) - _sum(given_up, GIVEN_UP),
        together=_sum(all_of_it.values("grant__project"), NET) - _sum(all_given_up, GIVEN_UP),
        proved=_sum(vouchers.values("project"), F("amount")),
        is_bare=~Exists(shown) & ~Exists(checked),
        overdue=overdue_on(today),
    ).filter(
        Q(is_bare=True)
        | Q(overdue__isnull=False, project__state=RUNNING)
        | is_over & ~Exists(checked) & Q(together__gt=F("proved")),
        net__gt=0,
    )
    rows = found.order_by("code").values(
        "code", "fund", "fund__name", "project__title", "project__organisation__name", "project__state",
        "net", "together", "proved", "is_bare", "overdue",
    )  # fmt: skip
    told = (_told(row, tolerances.get(row["fund"], 0)) for row in rows)
    return sorted((one for one in told if one is not None), key=lambda one: (-one.amount, one.grant))


def _sum(rows: QuerySet[Any, Any], amount: Combinable) -> Coalesce:
    """Return the sum over rows that are grouped already, 0 where there are none."""
    return Coalesce(Subquery(rows.annotate(total=Sum(amount)).values("total")), 0)


def _told(row: Mapping[str, Any], tolerance_bp: int) -> Unproven | None:
    kind, amount, words = "", row["net"], ""
    if row["is_bare"]:
        kind, words = BARE, _("已付，还没有一份成果")
    elif row["overdue"] and row["project__state"] == RUNNING:
        kind = MISSED
        words = _("已付，应在 %(day)s 交的节点成果没有交") % {"day": row["overdue"].isoformat()}
    elif gap := voucher_gap(row["together"], row["proved"], tolerance_bp):
        kind, amount = GAP, min(amount, gap)
        facts = {"paid": written(row["together"]), "proved": written(row["proved"])}
        words = _("付了 ¥%(paid)s，有票据的支出只有 ¥%(proved)s") % facts
    if not kind:
        return None
    return Unproven(
        kind,
        row["code"],
        row["fund"],
        row["fund__name"],
        row["project__title"],
        row["project__organisation__name"],
        amount,
        words,
    )
