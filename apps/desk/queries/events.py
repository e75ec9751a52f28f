"""The audit trail of a host: what was done to what belongs to it. Donors appear as nobody."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core import clock, money
from apps.core.models import AuditEvent
from apps.desk.queries.fact_words import PAGES, SUMS, fact_words
from apps.desk.queries.words import kind_words, verb_words
from apps.finance.queries import hosts_of
from apps.funds.models import Host
from apps.governance.models import Seat
from apps.users.models import Role, User

# How each kind of thing leads to its host; what is not named here belongs to no single host and is not shown.
PATHS: dict[str, str | tuple[str, ...]] = {
    "funds.host": "pk",
    "funds.fund": "host_id",
    "funds.restriction": "fund__host_id",
    "funds.rulebook": "host_id",
    "funds.approval": "host_id",
    "funds.fundapplication": "host_id",
    "funds.succession": "host_id",
    "donations.donation": "host_id",
    "donations.refund": "donation__host_id",
    "donations.fiscalreceipt": "host_id",
    "donations.certificate": "donation__host_id",
    "donations.donationagreement": ("donation__host_id", "pledge__host_id"),
    "donations.inkindgift": "host_id",
    "donations.givingplan": "host_id",
    "donations.pledge": "host_id",
    "donations.donor": tuple(
        f"{kind}__host_id" for kind in ("donations", "in_kind_gifts", "plans", "pledges", "custodies")
    ),
    "donations.fundthanks": "fund__host_id",
    "donations.donormerge": "host_id",
    "donations.donorcontact": "host_id",
    "donations.custody": "host_id",
    "donations.giftbatch": "host_id",
    "donations.cashdeposit": "host_id",
    "donations.collectionbox": "host_id",
    "donations.campaign": "host_id",
    "donations.directedappeal": "host_id",
    "donations.invitee": "appeal__host_id",
    "governance.committee": "fund__host_id",
    "governance.seat": "committee__fund__host_id",
    "governance.appointment": "committee__fund__host_id",
    "governance.handover": "committee__fund__host_id",
    "governance.supervisoropinion": "committee__fund__host_id",
    "governance.motion": "committee__fund__host_id",
    "governance.meeting": "committee__fund__host_id",
    "governance.minutes": "committee__fund__host_id",
    "projects.project": "fund__host_id",
    "projects.need": "division__funds__host_id",
    "projects.call": "host_id",
    "projects.evidence": "project__fund__host_id",
    "projects.expense": "project__fund__host_id",
    "projects.activity": "project__fund__host_id",
    "grants.grant": "fund__host_id",
    "grants.payment": "instalment__grant__fund__host_id",
    "grants.clawback": "grant__fund__host_id",
    "grants.finalaccount": "project__fund__host_id",
    "grants.paymentfile": "host_id",
    "grants.grantagreement": "grant__fund__host_id",
    "grants.objection": "grant__fund__host_id",
    "grants.grantchange": "grant__fund__host_id",
    "seeding.programme": "source__host_id",
    "seeding.award": "fund__host_id",
    "seeding.application": "fund__host_id",
    "finance.bankstatement": "host_id",
    "finance.platformfile": "host_id",
    "finance.statementline": "host_id",
    "finance.exportrun": "host_id",
}
# Whoever does these acts as a donor, whatever office they hold besides.
DONORS_OWN = frozenset(
    {
        "start_gift",
        "choose_name",
        "take_back_words",
        "erase_donor",
        "request_receipt",
        "waive_receipt",
        "make_certificate",
        "draw_donation_agreement",
        *("begin_plan", "pause_plan", "resume_plan", "amount_plan", "day_plan", "stop_plan"),
    }
)
ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
BATCH, MOST_BATCHES = 400, 10


@dataclass(frozen=True)
class Event:
    """One line of the trail."""

    id: int
    at: datetime
    by: str
    verb: str
    kind: str
    code: str
    facts: str

    @property
    def verb_words(self) -> str:
        """What was done, in words."""
        return verb_words(self.verb)

    @property
    def kind_words(self) -> str:
        """To what kind of thing, in words."""
        return kind_words(self.kind)


def hosts_audited_by(user: User) -> QuerySet[Host]:
    """Return the hosts whose trail a person may read."""
    return hosts_of(user, Role.Kind.AUDITOR, Role.Kind.HOST_ADMIN)


def events_of(
    host: Host, *, verb: str = "", before: int | None = None, limit: int = 50
) -> tuple[list[Event], int | None]:
    """Return a host's events, newest first, and where the next page begins (None at the end).

    Events are looked through in batches and kept when their subject belongs to the host, so that the trail needs no
    host of its own.
    """
    rows = AuditEvent.objects.order_by("-pk")
    if verb:
        rows = rows.filter(verb=verb)
    found: list[AuditEvent] = []
    last = before
    for _turn in range(MOST_BATCHES):
        part = list((rows.filter(pk__lt=last) if last is not None else rows)[:BATCH])
        if not part:
            return _named(found[:limit]), None
        mine = _of_host(part, host)
        found += [event for event in part if event.pk in mine]
        last = part[-1].pk
        if len(found) > limit:
            return _named(found[:limit]), found[limit - 1].pk
    return _named(found), last


def _of_host(events: Sequence[AuditEvent], host: Host) -> set[int]:
    """Return the keys of the events whose subject belongs to the host. One query per kind and way to the host."""
    by_kind: defaultdict[str, list[AuditEvent]] = defaultdict(list)
    for event in events:
        by_kind[event.subject_kind].append(event)
    kept: set[int] = set()
    for kind, rows in by_kind.items():
        if kind == "disclosure.periodreport":
            kept |= _reports(rows, host)
        elif kind in PATHS:
            codes = _codes_of_host(kind, {row.subject_code for row in rows}, host)
            kept |= {row.pk for row in rows if row.subject_code in codes}
    return kept


def _codes_of_host(kind: str, codes: set[str], host: Host) -> set[str]:
    model = apps.get_model(kind)
    has_code = any(column.name == "code" for column in model._meta.fields)
    key = "code" if has_code else "pk"
    wanted = codes if has_code else {code for code in codes if code.isascii() and code.isdigit()}
    paths = PATHS[kind]
    found: set[str] = set()
    # One after the other: joined in one query, a donor's gifts would be multiplied with their plans and pledges.
    for path in (paths,) if isinstance(paths, str) else paths:
        rows = model._default_manager.filter(**{path: host.pk, f"{key}__in": wanted})
        found |= {str(value) for value in rows.values_list(key, flat=True).distinct()}
    return found


def _reports(rows: Iterable[AuditEvent], host: Host) -> set[int]:
    funds = set(host.funds.values_list("code", flat=True))
    return {row.pk for row in rows if row.facts.get("fund") in funds}


def _named(events: Sequence[AuditEvent]) -> list[Event]:
    """Name who acted when they acted in an office; a donor's or resident's name is nobody's business here."""
    ids = {event.by_id for event in events if event.by_id is not None and event.verb not in DONORS_OWN}
    officers = set(Role.objects.filter(user__in=ids).values_list("user_id", flat=True))
    officers |= set(Seat.objects.filter(user__in=ids).values_list("user_id", flat=True))
    names = dict(User.objects.filter(pk__in=officers).values_list("pk", "name"))
    return [
        Event(
            event.pk,
            event.at,
            _actor(event, names),
            event.verb,
            event.subject_kind,
            event.subject_code,
            _words(event.facts),
        )
        for event in events
    ]


def _actor(event: AuditEvent, names: dict[int, str]) -> str:
    if event.verb in DONORS_OWN:
        return "—"
    return "" if event.by_id is None else names.get(event.by_id, "—")


def _words(facts: dict[str, Any]) -> str:
    told = [(key, value) for key, value in facts.items() if value not in ("", None)]
    return " · ".join(f"{fact_words(key)}{_('：')}{_spoken(key, value)}" for key, value in told)


def _spoken(key: str, value: object) -> object:
    """Return a fact's value as a person reads it: sums in yuan, yes and no, moments by the clock on the wall."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if key in SUMS and isinstance(value, int):
        return f"¥{money.written(value)}"
    if key == "page":
        return PAGES.get(str(value), value)
    return _local(value)


def _local(value: object) -> object:
    """Return a moment as the clock on the wall shows it; anything else as it is."""
    if not isinstance(value, str) or not ISO_MOMENT.fullmatch(value):
        return value
    return datetime.fromisoformat(value).astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
