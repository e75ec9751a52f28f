"""What a fund's public page shows: what there is and what it may be used for, how it came and went, whose it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from apps.core.compiled import Compiled, Param, Params
from apps.core.templatetags.charts import Slice
from apps.disclosure.queries.totals import Flows, of_months
from apps.donations.models import Donation, Refund
from apps.donations.rules import ANONYMOUS_NAME, spoken_name
from apps.funds.models import Fund, Restriction
from apps.funds.queries import promised
from apps.grants.models import Payment
from apps.ledger import queries as ledger
from apps.ledger.flow_lines import FlowLine, flow_lines
from apps.ledger.queries import BookLine
from apps.ledger.rules import EntryKind
from apps.projects.models import Project
from apps.seeding.models import Programme
from apps.seeding.states import ProgrammeKind

_by_code = Compiled(lambda: Fund.objects.select_related("host", "division").filter(code=Param("code")))
_purposes = Compiled(lambda: Restriction.objects.filter(fund=Param("fund")).order_by("-is_general", "code"))


@dataclass(frozen=True)
class Standing:
    """What a fund has now: by how it came and went, and by what it may be used for; both add up to `now`.

    `by_month` goes as far as the totals are folded (all time under the empty month); `is_folded` when that is all.
    """

    flows: Flows
    slices: tuple[Slice, ...]
    reserved: int
    by_month: Mapping[str, Flows]
    is_folded: bool

    @property
    def now(self) -> int:
        """What there is now, in fen."""
        return self.flows.now


def find_fund(code: str) -> Fund | None:
    """Return a fund with its host and division, or None."""
    return _by_code.first(code=code)


def standing(fund: Fund) -> Standing:
    """Return what a fund has now. Its parts add up: what the books hold that is no money (things, claims) is a part of
    its own."""
    position = ledger.position(fund.code, host=fund.host.code)
    flows, open_promises = Flows(position.flows), promised(fund)
    slices = _slices(position.spendable, open_promises, _purposes.rows(fund=fund.pk))
    rest = flows.now - sum(part.fen for part in slices)
    if rest:
        slices.append(Slice(_("应收款，不是现钱"), rest, "other"))
    return Standing(
        flows=flows,
        slices=tuple(slices),
        reserved=sum(open_promises.values()),
        by_month=of_months(position.months),
        is_folded=position.is_folded,
    )


def _slices(
    money: dict[str, int], open_promises: dict[str, int], purposes: Sequence[Restriction]
) -> list[Slice]:
    free = money.get("", 0) - open_promises.get("", 0)
    found = [Slice(_("可以安排，不限用途"), free, "free")] if free or not purposes else []
    for purpose in purposes:
        left = money.get(purpose.code, 0) - open_promises.get(purpose.code, 0)
        if purpose.is_general:
            if left:
                found.append(Slice(_("可以安排，用于本基金宗旨"), left, "own"))
        elif left:
            words = _("可以安排，只能用于%(purpose)s") % {"purpose": purpose.purpose}
            found.append(Slice(words, left, "bound"))
    known = {"", *(purpose.code for purpose in purposes)}
    stray = sum(amount for code, amount in money.items() if code not in known)
    if stray:
        found.append(Slice(_("可以安排，限定用途"), stray, "bound"))
    waiting = sum(open_promises.values())
    if waiting:
        found.append(Slice(_("已批准，等着付"), waiting, "reserved"))
    return found


@dataclass(frozen=True)
class Line:
    """One line of the public book: the day, what happened in words, fen with the sign of its effect."""

    entry_id: int
    day: date
    what: str
    detail: str
    amount: int
    balance: int | None
    project: str

    @property
    def year(self) -> str:
        """The year of its day."""
        return f"{self.day:%Y}"

    @property
    def month_and_day(self) -> str:
        """Its day without the year: 11-21."""
        return f"{self.day:%m-%d}"


def book(fund: Fund, *, before: int | None, limit: int) -> list[Line]:
    """Return a fund's book, newest first, with the balance after each entry."""
    return _told(ledger.fund_lines(fund.code, host=fund.host.code, before_id=before, limit=limit))


def book_of_flow(fund: Fund, flow: str, *, before: int | None, limit: int) -> list[Line]:
    """Return the entries one figure of a fund is made of, newest first."""
    return _told(flow_lines(fund.code, host=fund.host.code, flow=flow, before_id=before, limit=limit))


def _told(lines: Sequence[BookLine] | Sequence[FlowLine]) -> list[Line]:
    """Say what each line is, with the name a donor chose to show. One query."""
    codes = {_about(line.source) for line in lines} | {line.project for line in lines if line.project}
    words = _words(codes)
    told = []
    for line in lines:
        what, detail = str(EntryKind(line.kind).label), words.get(("project", line.project), "")
        if line.kind in {EntryKind.DONATION, EntryKind.REFUND}:
            detail = words.get((line.kind, line.source), "") or _("爱心人士")
        elif line.kind == EntryKind.GRANT_PAYMENT:
            detail = f"{detail} {words.get((line.kind, line.source), '')}".strip()
        elif line.kind == EntryKind.SEED:
            what = words.get((line.kind, _about(line.source)), what)
        told.append(
            Line(
                entry_id=line.entry_id,
                day=line.day,
                what=what,
                detail=detail,
                amount=line.amount,
                balance=getattr(line, "balance", None),
                project=line.project,
            )
        )
    return told


def _about(source: str) -> str:
    """Return the code of what an entry is about: of a programme's moves, the programme's."""
    return source.partition(":")[0]


def _words(codes: Collection[str]) -> dict[tuple[str, str], str]:
    """Return what to call the things that entries are about, by (kind of entry or `project`, code): whose gift, whose
    refund, which instalment, which kind of programme, which project. One query."""
    found = {}
    for what, code, text in _names(codes=codes) if codes else ():
        if what in {EntryKind.DONATION, EntryKind.REFUND}:
            found[what, code] = spoken_name(text)
        elif what == EntryKind.GRANT_PAYMENT:
            found[what, code] = _("第 %(number)d 期") % {"number": int(text)}
        elif what == EntryKind.SEED:
            found[what, code] = str(ProgrammeKind(text).label)
        else:
            found[what, code] = text
    return found


def _all_names() -> QuerySet[Donation, tuple[str, str, str]]:
    """Return (kind, code, name) of gifts, refunds, payments, programmes and projects by their codes."""

    def shown(gift: str) -> Case:
        """A donor who hides the amount is not named where the books show it."""
        return Case(
            When(**{f"{gift}shows_amount": True}, then=F(f"{gift}public_name")), default=Value(ANONYMOUS_NAME)
        )

    def called(rows: QuerySet[Any], what: str, name: str | Case) -> QuerySet[Any, Any]:
        text = Cast(name, TextField())
        named: QuerySet[Any, Any] = rows.filter(code__in=Params("codes", "text")).annotate(
            what=Value(what), text=text
        )
        return named.order_by().values_list("what", "code", "text")

    return called(Donation.objects.all(), EntryKind.DONATION.value, shown("")).union(
        called(Refund.objects.all(), EntryKind.REFUND.value, shown("donation__")),
        called(Payment.objects.all(), EntryKind.GRANT_PAYMENT.value, "instalment__number"),
        called(Programme.objects.all(), EntryKind.SEED.value, "kind"),
        called(Project.objects.all(), "project", "title"),
        all=True,
    )


_names = Compiled(_all_names)


def public_giver(kind: str, source: str) -> str:
    """Return the name that whoever gave (or got back) chose to show; empty for entries that book no gift."""
    return _words([source]).get((kind, source), "") if kind in {EntryKind.DONATION, EntryKind.REFUND} else ""


def programme_kind(kind: str, source: str) -> str:
    """Return which kind of programme an entry moved money of, in words; empty where its own kind says so already, and
    for other entries."""
    if kind != EntryKind.SEED:
        return ""
    words = _words([_about(source)]).get((kind, _about(source)), "")
    return "" if words == str(EntryKind.SEED.label) else words


def titles(codes: Collection[str]) -> dict[str, str]:
    """Return the titles of projects by their codes. One query."""
    return {code: text for (what, code), text in _words(codes).items() if what == "project"}
