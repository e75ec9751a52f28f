"""Moving whole funds: their books, promises, grants, applications, needs, campaigns and committee, with a proof.

The callers have judged who may and what stands in the way, and hold the locks of all funds in the order of their codes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.core import audit, clock, codes, jobs, versions
from apps.core.canonical import canonical_json, sha256_hex
from apps.core.verdicts import Refused
from apps.donations import services as donations
from apps.finance.rules import proofs
from apps.finance.services.life.plans import Plan
from apps.funds import services as funds
from apps.funds.models import Fund, FundSuccession, Host, Reservation, Restriction, Succession
from apps.funds.rules.moving import shared, spendable, transfer_lines
from apps.governance import services as governance
from apps.grants import services as grants
from apps.grants.models import Grant, GrantSource
from apps.grants.states import LIVE, RESERVED_AS
from apps.ledger import queries as books
from apps.ledger import services as ledger
from apps.ledger.rules import Draft, EntryKind, Line
from apps.projects import services as projects
from apps.projects.models import Project
from apps.projects.states import DRAFT, SUBMITTED
from apps.users.models import User


@dataclass(frozen=True)
class Act:
    """What is done on which paper."""

    kind: str
    document: str
    reason: str = ""
    motion_code: str = ""
    publish_by: date | None = None


# Restriction in the ended fund → heir's key → restriction there.
Into = dict[str, dict[int, str]]


def move_funds(host: Host, plans: Sequence[Plan], act: Act, *, by: User | None) -> Succession:
    """Move everything the ending funds hold to their heirs in one transaction, and keep the proof.

    Raises `Refused` when more is promised than a fund can spend.
    """
    code, today = codes.new_code("U", 8), clock.today()
    live = {plan.fund.pk: _live_grants(plan.fund) for plan in plans}
    ledger.hold_books(host.code)
    involved = sorted({fund.code for plan in plans for fund in (plan.fund, *plan.heirs)})
    before = _balances(involved, host)
    drafts: list[Draft] = []
    parts: list[FundSuccession] = []
    for plan in plans:
        into = _restrictions(plan, live[plan.fund.pk], host)
        lines, rows = _shares_out(plan, into, live[plan.fund.pk], host)
        parts += rows
        drafts += [
            Draft(
                EntryKind.TRANSFER.value,
                f"{code}:{plan.fund.code}:{heir}",
                host.code,
                today,
                of_heir,
                act.document,
            )
            for heir, of_heir in sorted(lines.items())
            if of_heir
        ]
        _hand_over(plan, into, live[plan.fund.pk], by)
        funds.end_fund(plan.fund, day=today, by=by)
    ledger.post_many(drafts, by=by)
    body = _proof(code, host, act, plans, drafts, before, _balances(involved, host), today)
    return _keep(code, host, act, parts, body, today, by)


def _live_grants(fund: Fund) -> list[Grant]:
    rows = Grant.objects.select_for_update(no_key=True, of=("self",)).filter(fund=fund, state__in=LIVE)
    return list(rows.select_related("project", "fund").order_by("pk"))


def _balances(codes_of_funds: Sequence[str], host: Host) -> proofs.Balances:
    return {
        (fund, restriction, account): amount
        for fund in codes_of_funds
        for restriction, account, amount in books.whole_book(fund, host=host.code)
    }


def _promises(plan: Plan) -> dict[tuple[str, str], dict[str, int]]:
    """Return what is still promised, by source and restriction."""
    found: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in Reservation.objects.filter(fund=plan.fund, remaining__gt=0):
        found[row.source_kind, row.source_code][row.restriction] = row.remaining
    return dict(found)


def _heir_of_promise(plan: Plan, source: tuple[str, str]) -> Fund:
    return plan.heir_of_grant(source[1]) if source[0] == RESERVED_AS else plan.leader()


def _restrictions(plan: Plan, live: Sequence[Grant], host: Host) -> Into:
    """Give every heir the restrictions it needs: those it has a share in, and those its grants are paid from."""
    needed: defaultdict[str, set[int]] = defaultdict(set)
    known = set(Restriction.objects.filter(fund=plan.fund).values_list("code", flat=True))
    for restriction in {"", *known, *books.standing(plan.fund.code, host=host.code)}:
        weights = plan.weights(restriction)
        needed[restriction] = {heir.pk for heir, weight in zip(plan.heirs, weights, strict=True) if weight}
    for grant in live:
        for restriction in GrantSource.objects.filter(grant=grant).values_list("restriction", flat=True):
            needed[restriction].add(plan.heir_of_grant(grant.code).pk)
    for source, amounts in _promises(plan).items():
        for restriction in amounts:
            needed[restriction].add(_heir_of_promise(plan, source).pk)
    found: Into = {}
    for restriction, heirs in sorted(needed.items()):
        leader = plan.leader(restriction)
        # The leading heir comes last: it takes the restriction's own row along.
        chosen = sorted((heir for heir in plan.heirs if heir.pk in heirs), key=lambda heir: heir == leader)
        found[restriction] = {
            heir.pk: funds.hand_over_restriction(
                restriction, of=plan.fund, to=heir, leads=heir == leader, joined=plan.joined
            )
            if restriction
            else ""
            for heir in chosen
        }
    return found


def _shares_out(
    plan: Plan, into: Into, live: Sequence[Grant], host: Host
) -> tuple[dict[str, list[Line]], list[FundSuccession]]:
    """Return the lines by heir's code, and the rows that say where every restriction went (unsaved)."""
    standing = books.standing(plan.fund.code, host=host.code)
    reserved: defaultdict[tuple[str, int], int] = defaultdict(int)
    for source, amounts in _promises(plan).items():
        for restriction, amount in amounts.items():
            reserved[restriction, _heir_of_promise(plan, source).pk] += amount
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    rows = []
    for restriction, codes_there in into.items():
        weights = plan.weights(restriction)
        kept = [reserved[restriction, heir.pk] for heir in plan.heirs]
        try:
            moves = shared(standing.get(restriction, {}), weights=weights, reserved=kept)
        except ValueError:
            raise Refused(
                _("%(fund)s答应付出的比账上能用的多。请先补足，再来办理。") % {"fund": plan.fund.name}
            ) from None
        leader = plan.leader(restriction)
        for heir, weight, moved in zip(plan.heirs, weights, moves, strict=True):
            if heir.pk not in codes_there:
                continue
            target = (heir.code, codes_there[heir.pk])
            lines[heir.code] += transfer_lines((plan.fund.code, restriction), target, moved)
            rows.append(
                FundSuccession(
                    predecessor=plan.fund,
                    successor=heir,
                    restriction=restriction,
                    into=target[1],
                    weight=weight,
                    amount=spendable(moved),
                    leads=heir == leader,
                )
            )
    return dict(lines), rows


def _hand_over(plan: Plan, into: Into, live: Sequence[Grant], by: User | None) -> None:
    """Let everything that is not money go on with the heirs."""

    def there(heir: Fund) -> Mapping[str, str]:
        return {restriction: heirs[heir.pk] for restriction, heirs in into.items() if heir.pk in heirs}

    for grant in live:
        heir = plan.heir_of_grant(grant.code)
        grants.hand_over(grant, to=heir, into=there(heir), by=by)
    for source in _promises(plan):
        heir = _heir_of_promise(plan, source)
        funds.hand_over_promise(*source, to=heir, into=there(heir))
    leader = plan.leader()
    for project in Project.objects.filter(shares__fund=plan.fund, state__in=[DRAFT, SUBMITTED]).order_by(
        "pk"
    ):
        projects.hand_over(project, of=plan.fund, to=leader, by=by)
    others = Fund.objects.filter(division=plan.fund.division, state=Fund.State.OPEN).exclude(pk=plan.fund.pk)
    if plan.fund.kind == Fund.Kind.COMMUNITY and not others.exists():
        projects.hand_over_needs(plan.fund.division, to=leader.division, by=by)
    donations.hand_over_campaigns(plan.fund, to=plan.heirs, by=by)
    governance.end_committee(plan.fund, by=by)


def _proof(
    code: str,
    host: Host,
    act: Act,
    plans: Sequence[Plan],
    drafts: Sequence[Draft],
    before: proofs.Balances,
    after: proofs.Balances,
    day: date,
) -> dict[str, Any]:
    """Return the proof as plain values. Raises AssertionError when it does not hold, so that nothing is committed."""
    ending = {plan.fund.code: plan.fund for plan in plans}
    heirs = {heir.code: heir for plan in plans for heir in plan.heirs}
    body: dict[str, Any] = {
        "format": proofs.FORMAT,
        "code": code,
        "kind": str(act.kind),
        "host": {"code": host.code, "name": host.name},
        "day": day.isoformat(),
        "document": act.document,
        "funds": [
            {"code": fund.code, "name": fund.name, "division": fund.division_id, "ends": fund.code in ending}
            for fund in [*ending.values(), *(heirs[key] for key in sorted(heirs))]
        ],
        "before": proofs.rows_of(before),
        "entries": [
            {
                "source": draft.source,
                "lines": [[row.fund, row.restriction, row.account, row.amount] for row in draft.lines],
            }
            for draft in drafts
        ],
        "after": proofs.rows_of(after),
        "last_entry": books.last_entry(host.code),
    }
    found = proofs.faults(body)
    if found:
        raise AssertionError(f"the proof of {code} does not hold: {found}")
    return body


def _keep(
    code: str,
    host: Host,
    act: Act,
    parts: Sequence[FundSuccession],
    body: Mapping[str, Any],
    day: date,
    by: User | None,
) -> Succession:
    text = canonical_json(body)
    made = Succession.objects.create(
        code=code,
        kind=act.kind,
        host=host,
        day=day,
        document=act.document,
        reason=act.reason,
        motion_code=act.motion_code,
        body=text,
        sha256=sha256_hex(text),
        made_at=clock.now(),
        made_by_id=getattr(by, "pk", None),
        publish_by=act.publish_by,
    )
    for part in parts:
        part.succession = made
    FundSuccession.objects.bulk_create(parts)
    touched = {fund for part in parts for fund in (part.predecessor, part.successor)}
    audit.record(
        by,
        "move_funds",
        made,
        kind=str(act.kind),
        funds=sorted({fund.code for fund in touched}),
        sha256=made.sha256,
        motion=act.motion_code,
    )
    versions.bump(
        "site", *(f"fund:{one.code}" for one in touched), *(f"division:{one.division_id}" for one in touched)
    )
    jobs.kick("funds.fold_totals")
    return made
