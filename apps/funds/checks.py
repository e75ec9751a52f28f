"""Live invariants of funds, each as a query for the rows that break it."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.divisions.rules import lineage
from apps.funds import rules
from apps.funds.models import (
    Approval,
    ApprovalParty,
    ApprovalStep,
    DivisionTotal,
    FoldMark,
    Fund,
    Reservation,
    Rulebook,
)
from apps.funds.queries.rulebooks import combined, settings_of
from apps.funds.queries.totals import widened
from apps.funds.states import ApprovalState, StepState
from apps.ledger import queries as ledger
from apps.ledger.rules import Flow


def overdrawn() -> Iterator[Row]:
    """Funds that have spent more of a restriction than they had."""
    for code, host in Fund.objects.values_list("code", "host__code"):
        for restriction, amount in ledger.spendable(code, host=host).items():
            if amount < 0:
                yield {"fund": code, "restriction": restriction, "spendable": amount}


def overpromised() -> Iterator[Row]:
    """Open reservations above what the fund can spend of a restriction."""
    promises: dict[tuple[str, str], dict[str, int]] = {}
    rows = Reservation.objects.filter(remaining__gt=0).values_list(
        "fund__code", "fund__host__code", "restriction"
    )
    for code, host, restriction, promised in rows.annotate(promised=Sum("remaining")).order_by():
        if (code, host) not in promises:
            promises[code, host] = ledger.spendable(code, host=host)
        spendable = promises[code, host].get(restriction, 0)
        if promised > spendable:
            yield {"fund": code, "restriction": restriction, "promised": promised, "spendable": spendable}


def stray_totals() -> Iterator[Row]:
    """Division totals that differ from the funds' folded flows, compared while no fold runs."""
    with transaction.atomic():
        list(FoldMark.objects.select_for_update(no_key=True))
        expected = {key: sums for key, sums in widened(ledger.flow_totals()).items() if any(sums)}
        fields = ("division", "parent", "host", "month", "flow")
        for *key, amount, count in DivisionTotal.objects.values_list(*fields, "amount", "count").iterator():
            wanted = expected.pop((key[0], key[1], key[2], key[3], key[4]), (0, 0))
            if wanted != (amount, count):
                yield {**dict(zip(fields, key, strict=True)), "total": [amount, count], "flows": list(wanted)}
        for missing, wanted in expected.items():
            yield {**dict(zip(fields, missing, strict=True)), "total": None, "flows": list(wanted)}


def one_sided_transfers() -> Iterator[Row]:
    """Hosts whose transfers between their own funds don't add up to zero."""
    rows = DivisionTotal.objects.filter(flow=Flow.SEED).exclude(host="").exclude(amount=0)
    for host, month, amount in rows.values_list("host", "month", "amount"):
        yield {"host": host, "month": month, "seed": amount}


def loosened_rules() -> Iterator[Row]:
    """Clauses adopted although the rules then known above them were tighter for their first day."""
    by_host: dict[int, list[Rulebook]] = {}
    for book in Rulebook.objects.prefetch_related("clauses").order_by("effective_from", "version"):
        by_host.setdefault(book.host_id, []).append(book)
    for books in by_host.values():
        for book in books:
            above = lineage(book.division_id)
            known = {
                (upper.level, upper.division_id): upper
                for upper in books
                if upper.level < book.level
                and upper.division_id in above
                and upper.effective_from <= book.effective_from
                and upper.adopted_at <= book.adopted_at
                and (upper.withdrawn_at is None or upper.withdrawn_at >= book.adopted_at)
            }
            upper_rules = combined(settings_of(known.values())) if book.level > rules.HOST_LEVEL else {}
            for clause in book.clauses.all():
                upper_rule = upper_rules.get(clause.key)
                if upper_rule and not rules.fits(clause.key, clause.value, upper_rule.value):
                    yield {"rulebook": book.pk, "clause": clause.key, "upper": upper_rule.rulebook_id}


def stray_steps() -> Iterator[Row]:
    """Approvals whose steps don't tell what their state tells: one waits while open, all agreed when passed."""
    for approval in Approval.objects.prefetch_related("steps"):
        states = [step.state for step in approval.steps.all() if step.round == approval.round]
        agreed = [state == StepState.PASSED for state in states]
        right = {
            ApprovalState.OPEN: states.count(StepState.CURRENT) == 1,
            ApprovalState.PASSED: bool(states) and all(agreed),
            ApprovalState.RETURNED: states.count(StepState.RETURNED) == 1,
            ApprovalState.REFUSED: states.count(StepState.REFUSED) == 1,
            ApprovalState.WITHDRAWN: StepState.CURRENT not in states,
        }[ApprovalState(approval.state)]
        if not right:
            yield {"approval": approval.code, "state": approval.state, "steps": states}


def own_judges() -> Iterator[Row]:
    """Steps decided by who opened or handed in the round, and rounds where one person decided twice."""
    decided: set[tuple[int, int, int]] = set()
    steps = ApprovalStep.objects.exclude(decided_by_id=None).select_related("approval").order_by("pk")
    for step in steps:
        key = (step.approval_id, step.round, step.decided_by_id or 0)
        # Who handed in is known for the present round only.
        submitter = step.approval.submitted_by_id if step.round == step.approval.round else None
        if key in decided or step.decided_by_id in {step.approval.opened_by_id, submitter}:
            yield {"approval": step.approval.code, "round": step.round, "step": step.number}
        decided.add(key)


def party_judges() -> Iterator[Row]:
    """Steps decided by who was a party to what was asked."""
    parties = {
        (party.approval_id, party.user_id): party.since for party in ApprovalParty.objects.order_by("pk")
    }
    for step in ApprovalStep.objects.exclude(decided_by_id=None).select_related("approval").order_by("pk"):
        since = parties.get((step.approval_id, step.decided_by_id or 0))
        if since is not None and step.decided_at is not None and since <= step.decided_at:
            yield {"approval": step.approval.code, "round": step.round, "step": step.number}


CHECKS = [
    Check("funds.overdrawn", _("没有一个基金的一种钱花成负数。"), overdrawn),
    Check("funds.overpromised", _("预留的钱不超过基金可以安排的钱。"), overpromised),
    Check("funds.stray_totals", _("各级区划的合计等于基金流水之和。"), stray_totals),
    Check("funds.one_sided_transfers", _("慈善会内部的划拨加起来是零。"), one_sided_transfers),
    Check("funds.stray_steps", _("每件审批的各步与它的状态一致。"), stray_steps),
    Check("funds.own_judges", _("没有人审批自己提出的事，一轮里一个人只办一步。"), own_judges),
    Check("funds.party_judges", _("没有人审批自己任职的基金或和自己有关系的事。"), party_judges),
    Check("funds.loosened_rules", _("下级的规则在通过时不比上级松。"), loosened_rules),
]
