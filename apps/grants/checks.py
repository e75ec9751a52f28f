"""What must hold of every grant at any moment, checked by `manage.py check_books`."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.core.canonical import fingerprint
from apps.core.checks import Check, Row
from apps.donations.models import Donation
from apps.funds.models import Reservation
from apps.grants.models import (
    Acceptance,
    Clawback,
    ClawbackReturn,
    FinalAccount,
    Grant,
    GrantChange,
    GrantSource,
    Instalment,
    Objection,
    Payment,
    Suspension,
)
from apps.grants.queries import acceptance_hash, proof_of
from apps.grants.states import LIVE, RESERVED_AS
from apps.ledger.queries import amounts_by_source
from apps.ledger.rules import EntryKind
from apps.projects.models import Evidence, Need, Project, Share

UNDER_WAY = frozenset({Project.State.APPROVED, Project.State.RUNNING, Project.State.ACCEPTED})
# The states of a project that go with each state of its grants; several funds may pay it, each at its own step.
GOES_WITH = {
    Grant.State.NOTICE: UNDER_WAY,
    Grant.State.RUNNING: UNDER_WAY - {Project.State.APPROVED},
    Grant.State.CLOSED: {Project.State.ACCEPTED, Project.State.CLOSED},
    Grant.State.TERMINATED: UNDER_WAY | {Project.State.CLOSED},
}


def _sum(rows: QuerySet[GrantSource] | QuerySet[Instalment], key: str, column: str = "amount") -> Coalesce:
    """Return the sum of a column over the rows of the outer row, as a subquery; 0 without rows."""
    sums = rows.filter(**{key: OuterRef("pk")}).order_by().values(key).annotate(total=Sum(column))
    return Coalesce(Subquery(sums.values("total")), 0)


def _amounts() -> Iterator[Row]:
    grants = Grant.objects.annotate(
        from_sources=_sum(GrantSource.objects.all(), "grant"),
        in_instalments=_sum(Instalment.objects.all(), "grant"),
    ).exclude(amount=F("from_sources"), from_sources=F("in_instalments"))
    yield from map(dict, grants.values("code", "amount", "from_sources", "in_instalments"))


def _paid() -> Iterator[Row]:
    """Paid instalments, paid payments and what the sources gave are the same money."""
    settled = Instalment.objects.filter(state=Instalment.State.PAID)
    payments = Payment.objects.filter(state=Payment.State.PAID)
    by_payment = payments.filter(instalment__grant=OuterRef("pk")).order_by().values("instalment__grant")
    grants = Grant.objects.annotate(
        from_sources=_sum(GrantSource.objects.all(), "grant", "paid"),
        in_instalments=_sum(settled, "grant"),
        in_payments=Coalesce(Subquery(by_payment.annotate(total=Sum("amount")).values("total")), 0),
    ).exclude(from_sources=F("in_instalments"), in_instalments=F("in_payments"))
    yield from map(dict, grants.values("code", "from_sources", "in_instalments", "in_payments"))


def _booked() -> Iterator[Row]:
    """Payments and returns on one side, the ledger's entries on the other: the same codes with the same fen."""
    sides = (
        (
            EntryKind.GRANT_PAYMENT,
            1,
            Payment.objects.filter(state=Payment.State.PAID).values_list("code", "amount"),
        ),
        (EntryKind.GRANT_RETURN, -1, ClawbackReturn.objects.values_list("code", "amount")),
    )
    for kind, sign, rows in sides:
        ours = dict(rows)
        booked: dict[str, int] = {}
        for source, amount in amounts_by_source(kind, "programme_expense"):
            booked[source] = booked.get(source, 0) + sign * amount
        for code in sorted(ours.keys() | booked.keys()):
            if ours.get(code) != booked.get(code):
                yield {"kind": kind.value, "code": code, "here": ours.get(code), "booked": booked.get(code)}


def _reserved() -> Iterator[Row]:
    """A live grant holds exactly what it has still to pay, source by source; any other holds nothing."""
    held = {
        (code, restriction): remaining
        for code, restriction, remaining in Reservation.objects.filter(
            source_kind=RESERVED_AS, remaining__gt=0
        ).values_list("source_code", "restriction", "remaining")
    }
    owed = {
        (code, restriction): left
        for code, restriction, left in GrantSource.objects.filter(grant__state__in=LIVE)
        .annotate(left=F("amount") - F("paid"))
        .filter(left__gt=0)
        .values_list("grant__code", "restriction", "left")
    }
    for code, restriction in sorted(held.keys() | owed.keys()):
        here, there = owed.get((code, restriction), 0), held.get((code, restriction), 0)
        if here != there:
            yield {"grant": code, "restriction": restriction, "to_pay": here, "reserved": there}


def _states() -> Iterator[Row]:
    """A project under way has a grant of each fund that is to pay, and one of them is open until the project closes."""
    wrong = Q()
    for state, projects in GOES_WITH.items():
        wrong |= Q(state=state) & ~Q(project__state__in=projects)
    yield from map(
        dict, Grant.objects.filter(wrong).values("code", "state", "project__code", "project__state")
    )
    given = Grant.objects.filter(project=OuterRef("project"), fund=OuterRef("fund"))
    owed = Share.objects.filter(~Exists(given), project__state__in=UNDER_WAY | {Project.State.CLOSED})
    yield from map(dict, owed.values("project__code", "fund__code"))
    live = Grant.objects.filter(project=OuterRef("pk"), state__in=LIVE)
    yield from map(dict, Project.objects.filter(~Exists(live), state__in=UNDER_WAY).values("code", "state"))


def _waiting() -> Iterator[Row]:
    """An instalment that waits for the work is open once, and only once, its milestone's or the closing report was
    accepted; a prepared one has a prepared payment."""
    closing = Q(condition=Instalment.Condition.EVIDENCE_ACCEPTED, evidence__is_final=True)
    of_milestone = Q(evidence__milestone=F("milestone"))
    early = Instalment.objects.exclude(condition=Instalment.Condition.NOTICE_ENDED).exclude(
        Q(state__in=[Instalment.State.WAITING, Instalment.State.CANCELLED])
        | Q(evidence__state=Evidence.State.ACCEPTED) & (closing | of_milestone)
    )
    yield from map(dict, early.values("grant__code", "number", "state"))
    reports = Evidence.objects.filter(state=Evidence.State.ACCEPTED, project=OuterRef("grant__project"))
    closed = Exists(reports.filter(is_final=True))
    reported = Q(milestone__isnull=False) & Exists(reports.filter(milestone=OuterRef("milestone")))
    waits_on = Instalment.objects.filter(
        reported | Q(condition=Instalment.Condition.EVIDENCE_ACCEPTED) & closed,
        state=Instalment.State.WAITING,
    )
    yield from map(dict, waits_on.values("grant__code", "number", "state"))
    prepared = Payment.objects.filter(state__in=[Payment.State.PREPARED, Payment.State.SENT])
    differ = Instalment.objects.filter(
        Q(state=Instalment.State.PREPARED) & ~Q(pk__in=prepared.values("instalment"))
        | ~Q(state=Instalment.State.PREPARED) & Q(pk__in=prepared.values("instalment"))
    )
    yield from map(dict, differ.values("grant__code", "number", "state"))


def _clawed() -> Iterator[Row]:
    """What came back on a clawback is the sum of its returns, and what the sources got back."""
    sums = ClawbackReturn.objects.filter(clawback=OuterRef("pk")).order_by().values("clawback")
    broken = Clawback.objects.annotate(
        came=Coalesce(Subquery(sums.annotate(total=Sum("amount")).values("total")), 0)
    ).exclude(came=F("returned"))
    yield from map(dict, broken.values("code", "returned", "came"))
    by_grant = Clawback.objects.filter(grant=OuterRef("pk")).order_by().values("grant")
    grants = Grant.objects.annotate(
        to_sources=_sum(GrantSource.objects.all(), "grant", "returned"),
        returned=Coalesce(Subquery(by_grant.annotate(total=Sum("returned")).values("total")), 0),
    ).exclude(to_sources=F("returned"))
    yield from map(dict, grants.values("code", "to_sources", "returned"))


def _objected() -> Iterator[Row]:
    """No grant left its notice, and no payment goes on, over an objection that stops it; a vote about a grant that is
    over was acted on."""
    past = Objection.objects.filter(state=Objection.State.OPEN, holds=True)
    yield from map(
        dict,
        past.filter(grant__state__in=[Grant.State.RUNNING, Grant.State.CLOSED]).values("code", "grant__code"),
    )
    upheld = Objection.objects.filter(state=Objection.State.UPHELD)
    yield from map(
        dict,
        upheld.filter(change=None).exclude(grant__state=Grant.State.TERMINATED).values("code", "grant__code"),
    )
    ended = GrantChange.objects.filter(kind=GrantChange.Kind.RECONSIDER, state=GrantChange.State.LOST)
    yield from map(
        dict,
        ended.exclude(grant__state=Grant.State.TERMINATED).values("code", "grant__code", "grant__state"),
    )


def _written_off() -> Iterator[Row]:
    """What was written off of a clawback is what votes in force gave up; no payment waits under a suspension."""
    voted: dict[str, int] = {}
    done = GrantChange.objects.filter(kind=GrantChange.Kind.WRITE_OFF, state=GrantChange.State.DONE)
    for code, details in done.values_list("clawback__code", "details"):
        voted[code] = voted.get(code, 0) + int(details["written_off"])
    for code, given_up in Clawback.objects.filter(written_off__gt=0).values_list("code", "written_off"):
        if voted.pop(code, 0) != given_up:
            yield {"clawback": code, "written_off": given_up}
    yield from ({"clawback": code, "voted": sum_} for code, sum_ in voted.items() if sum_)
    stopped = Payment.objects.filter(
        state=Payment.State.PREPARED,
        instalment__grant__in=Suspension.objects.filter(ended_at=None).values("grant"),
    )
    yield from map(dict, stopped.values("code", "instalment__grant__code"))


def _judged() -> Iterator[Row]:
    """A round says what its report's state says, under its fingerprint; an accepted one has judged every item.

    Closing reports decided before checklists were kept have none.
    """
    first = Acceptance.objects.order_by("judged_at").values_list("judged_at", flat=True).first()
    if first is not None:
        decided = Evidence.objects.filter(is_final=True, decided_at__gte=first, acceptance=None)
        yield from map(dict, decided.exclude(state=Evidence.State.FILED).values("code", "state"))
    rounds = Acceptance.objects.select_related("evidence").prefetch_related("items")
    for row in rounds.iterator(chunk_size=200):
        items = list(row.items.all())
        unjudged = [item.key for item in items if not item.verdict]
        if row.outcome != row.evidence.state or (row.outcome == Acceptance.Outcome.ACCEPTED and unjudged):
            yield {"evidence": row.evidence.code, "outcome": row.outcome, "unjudged": len(unjudged)}
        if acceptance_hash(row, items) != row.content_hash:
            yield {"evidence": row.evidence.code, "round": row.number, "hash": row.content_hash}


def _accounted() -> Iterator[Row]:
    """A checked account says what the books say, asked its whole surplus back, and is as it was handed in."""
    checked = FinalAccount.objects.filter(state=FinalAccount.State.CHECKED).select_related("project")
    for account in checked.iterator(chunk_size=200):
        proof = proof_of(account)
        if not proof.holds:
            yield {
                "account": account.code,
                "booked": proof.booked,
                "expected": proof.expected,
                "asked": proof.asked,
                "to_return": account.to_return,
            }
    for account in FinalAccount.objects.iterator(chunk_size=200):
        if fingerprint(account.facts) != account.content_hash:
            yield {"account": account.code, "hash": account.content_hash}
    live = FinalAccount.objects.exclude(state=FinalAccount.State.RETURNED)
    open_ = live.filter(project__records_closed_at=None)
    yield from map(dict, open_.values("code", "project__code"))


def _wished() -> Iterator[Row]:
    """A gift names a project or a need that is there, or none."""
    named = Donation.objects.exclude(wish="")
    known = Q(wish__in=Project.objects.values("code")) | Q(wish__in=Need.objects.values("code"))
    yield from map(dict, named.exclude(known).values("code", "wish"))


CHECKS = [
    Check("grants.amounts", _("资助金额等于各来源之和，也等于各期之和"), _amounts),
    Check("grants.paid", _("已付各期、付款单和各来源已付是同一笔钱"), _paid),
    Check("grants.booked", _("每笔付款和退回都记了账，账上没有多出来的"), _booked),
    Check("grants.reserved", _("预留的钱等于还没付的"), _reserved),
    Check("grants.states", _("项目和资助的状态一致"), _states),
    Check("grants.instalments", _("等验收的分期在验收以后才能付，待复核的分期有一张付款单"), _waiting),
    Check("grants.objections", _("公示没有越过还没答复的异议，成立的异议有结果"), _objected),
    Check("grants.write_offs", _("核销的追回都有表决，暂停的资助没有等付的款"), _written_off),
    Check("grants.acceptances", _("每轮验收的清单都在、没有改过，通过的每项都判了"), _judged),
    Check("grants.accounts", _("核对过的决算等于账上的付款减退回，没有改过"), _accounted),
    Check("grants.wishes", _("捐款写明的项目或需求都在"), _wished),
    Check("grants.returns", _("追回到账等于各笔到账之和"), _clawed),
]
