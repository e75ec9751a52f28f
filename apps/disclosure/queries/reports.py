"""Period reports: what they say, computed from the books, and which are out, waiting or late."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from apps.core import clock
from apps.core.canonical import canonical_json
from apps.core.compiled import Compiled, Param, Params
from apps.disclosure.models import PeriodReport
from apps.disclosure.rules import FORMAT, Quarter, days_late, ended_quarters, read_quarter
from apps.donations.models import Donation
from apps.funds.models import Fund, Host, Restriction
from apps.governance.models import Motion
from apps.governance.states import DECIDED
from apps.ledger import queries as books
from apps.ledger import spans
from apps.projects.models import Evidence, Project

PUBLISHED = PeriodReport.State.PUBLISHED
_DECIDED_WITHIN = {"decided_at__gte": Param("start"), "decided_at__lt": Param("end")}
_purposes = Compiled(
    lambda: Restriction.objects.filter(code__in=Params("codes", "text")).values_list("code", "purpose")
)
_booked = Compiled(
    lambda: (
        Donation.objects.filter(
            fund=Param("fund"),
            state=Donation.State.BOOKED,
            day__gte=Param("since"),
            day__lte=Param("until"),
        )
        .values_list("fund")
        .annotate(count=Count("pk"), total=Sum("amount"))
        .values_list("count", "total")
    )
)
_accepted = Compiled(
    lambda: Evidence.objects.filter(
        **_DECIDED_WITHIN, project__fund=Param("fund"), state=Evidence.State.ACCEPTED
    ).values_list("project__code", "person_times")
)
_at_work = Compiled(
    lambda: (
        Project.objects.filter(code__in=Params("codes", "text"))
        .order_by("code")
        .values_list("code", "title", "organisation__name")
    )
)
_decided = Compiled(
    lambda: Motion.objects.filter(
        **_DECIDED_WITHIN, committee__fund=Param("fund"), state__in=DECIDED
    ).order_by("decided_at", "code")
)


def facts_of(fund: Fund, quarter: Quarter) -> dict[str, Any]:
    """Return what the books and the record say about a fund's quarter, as plain values; fen, ISO days, codes.

    The same books give the same facts, whenever they are asked.
    """
    host = fund.host
    return {
        "format": FORMAT,
        "host": {"code": host.code, "name": host.name, "uscc": host.uscc},
        "fund": {"code": fund.code, "name": fund.name, "kind": fund.kind, "division": fund.division_id},
        "quarter": str(quarter),
        "first_day": quarter.first_day.isoformat(),
        "last_day": quarter.last_day.isoformat(),
        "currency": "CNY",
        "unit": "fen",
        "money": _money(fund, quarter),
        "gifts": _gifts(fund, quarter),
        "projects": _projects(fund, quarter),
        "motions": _motions(fund, quarter),
        "entries": _entries(fund, quarter),
    }


def content_of(facts: dict[str, Any], *, version: int, explanation: str, corrects: str) -> str:
    """Return the canonical JSON of one version; `corrects` is the hash of the version before it, if any."""
    return canonical_json({**facts, "version": version, "explanation": explanation, "corrects": corrects})


def _money(fund: Fund, quarter: Quarter) -> dict[str, Any]:
    span = {"host": fund.host.code, "since": quarter.first_day, "until": quarter.last_day}
    before = spans.spendable_on(fund.code, host=fund.host.code, day=quarter.first_day - timedelta(days=1))
    after = spans.spendable_on(fund.code, host=fund.host.code, day=quarter.last_day)
    flows = spans.flows_between(fund.code, **span)  # type: ignore[arg-type]
    opening, closing = sum(before.values()), sum(after.values())
    # Not by fund: an ended fund's purposes stand in its heir's book, code and all.
    purposes = dict(_purposes(codes=before.keys() | after.keys()))
    return {
        "opening": opening,
        "flows": {flow: amount for flow, amount in flows.items() if amount},
        # Gifts in kind and receivables: part of a flow, but not money to spend.
        "not_money": closing - opening - sum(flows.values()),
        "closing": closing,
        "restrictions": [
            {
                "code": code,
                "purpose": purposes.get(code, ""),
                "opening": before.get(code, 0),
                "closing": after.get(code, 0),
            }
            for code in sorted(before.keys() | after.keys())
        ],
    }


def _gifts(fund: Fund, quarter: Quarter) -> dict[str, int]:
    found = _booked.first(fund=fund.pk, since=quarter.first_day, until=quarter.last_day)
    count, amount = found or (0, 0)
    return {"count": count, "amount": amount}


def _projects(fund: Fund, quarter: Quarter) -> list[dict[str, Any]]:
    """Return each project that was paid or whose work was accepted in the quarter. Person-times are no people."""
    paid = spans.spent_by_project(
        fund.code, host=fund.host.code, since=quarter.first_day, until=quarter.last_day
    )
    times: defaultdict[str, int] = defaultdict(int)
    for code, count in _accepted(fund=fund.pk, **_moments(quarter)):
        times[code] += count
    return [
        {
            "code": code,
            "title": title,
            "organisation": organisation,
            "paid": paid.get(code, 0),
            "person_times": times.get(code, 0),
        }
        for code, title, organisation in _at_work(codes=paid.keys() | times.keys())
    ]


def _motions(fund: Fund, quarter: Quarter) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "number": row.number,
            "title": row.title,
            "amount": row.amount,
            "result": _outcome(row),
            "decided_on": clock.day_of(row.decided_at).isoformat() if row.decided_at else "",
        }
        for row in _decided(fund=fund.pk, **_moments(quarter))
    ]


def _outcome(motion: Motion) -> str:
    """Return how the vote ended; a decision that was sent back from above is neither carried nor lost."""
    return Motion.State.CARRIED.value if motion.state == Motion.State.IN_FORCE else motion.state


def _entries(fund: Fund, quarter: Quarter) -> dict[str, int | None]:
    found = spans.entries_between(
        fund.code, host=fund.host.code, since=quarter.first_day, until=quarter.last_day
    )
    return {"count": found.count, "first": found.first, "last": found.last}


def _moments(quarter: Quarter) -> dict[str, datetime]:
    """Return the first moment of a quarter, and that of the next."""
    return {"start": clock.midnight(quarter.first_day), "end": clock.midnight(quarter.next.first_day)}


def read_content(report: PeriodReport) -> dict[str, Any]:
    """Return a report's content as plain values."""
    values: dict[str, Any] = json.loads(report.content)
    return values


def newest(fund: Fund, quarter: Quarter) -> PeriodReport | None:
    """Return the newest published version of a quarter's report."""
    return (
        PeriodReport.objects.filter(fund=fund, quarter=str(quarter), state=PUBLISHED)
        .order_by("-version")
        .first()
    )


def draft_of(fund: Fund, quarter: Quarter) -> PeriodReport | None:
    """Return the draft of a quarter's report."""
    return PeriodReport.objects.filter(
        fund=fund, quarter=str(quarter), state=PeriodReport.State.DRAFT
    ).first()


def versions(fund: Fund, quarter: Quarter) -> list[PeriodReport]:
    """Return every published version of a quarter's report, newest first."""
    rows = PeriodReport.objects.filter(fund=fund, quarter=str(quarter), state=PUBLISHED)
    return list(rows.select_related("fund__host").order_by("-version"))


def current_reports(*, fund: Fund | None = None, host: Host | None = None) -> QuerySet[PeriodReport]:
    """Return published reports in their newest versions, newest quarter first."""
    later = PeriodReport.objects.filter(
        fund=OuterRef("fund"),
        quarter=OuterRef("quarter"),
        state=PUBLISHED,
        version__gt=OuterRef("version"),
    )
    rows = PeriodReport.objects.filter(~Exists(later), state=PUBLISHED)
    if fund is not None:
        rows = rows.filter(fund=fund)
    if host is not None:
        rows = rows.filter(fund__host=host)
    return rows.select_related("fund__host").order_by("-quarter", "fund__name", "pk")


@dataclass(frozen=True)
class OwedReport:
    """A quarter of a fund without a published report."""

    fund: Fund
    quarter: Quarter
    due_on: date
    days_late: int
    draft: PeriodReport | None = None

    @property
    def is_late(self) -> bool:
        """Whether it should be out by now."""
        return self.days_late > 0


def owed_reports(host: Host, funds: QuerySet[Fund] | None = None) -> list[OwedReport]:
    """Return every ended quarter of a host's special funds (or of `funds`) without a published report, oldest first.

    A fund owes reports from the quarter it opened in, but none from before the host's books begin. Three queries.
    """
    span = books.first_and_last_day(host.code)
    if span is None:
        return []
    today = clock.today()
    rows = (funds if funds is not None else Fund.objects.all()).filter(host=host)
    special = list(rows.exclude(kind=Fund.Kind.GENERAL).select_related("host").order_by("name", "pk"))
    states: dict[tuple[int, str], PeriodReport] = {
        (row.fund_id, row.quarter): row
        for row in PeriodReport.objects.filter(fund__in=special).defer("content").order_by("state")
    }
    owed = []
    for fund in special:
        for quarter in _owing(fund, span[0], today):
            row = states.get((fund.pk, str(quarter)))
            if row is None or row.state != PUBLISHED:
                owed.append(OwedReport(fund, quarter, quarter.due_on, days_late(quarter, today), row))
    return sorted(owed, key=lambda one: (one.quarter, one.fund.name))


def owed_by(fund: Fund) -> list[tuple[Quarter, int]]:
    """Return the quarters that `owed_reports` finds for one fund, oldest first, each with the days it is late."""
    span = books.first_and_last_day(fund.host.code)
    if span is None or fund.kind == Fund.Kind.GENERAL:
        return []
    today, published = clock.today(), set(_published(fund=fund.pk))
    owing = _owing(fund, span[0], today)
    return [(quarter, days_late(quarter, today)) for quarter in owing if str(quarter) not in published]


def _owing(fund: Fund, books_begin: date, today: date) -> Iterator[Quarter]:
    """Yield the quarters for which a fund owes a report: from its opening to today, or to the one in which it ended."""
    for quarter in ended_quarters(max(fund.opened_on, books_begin), today):
        if fund.closed_on is None or quarter.first_day <= fund.closed_on:
            yield quarter


_published = Compiled(
    lambda: PeriodReport.objects.filter(fund=Param("fund"), state=PUBLISHED).values_list("quarter", flat=True)
)


def overdue_reports(host: Host) -> list[OwedReport]:
    """Return the reports that are late, oldest first, for the public to see by name."""
    return [one for one in owed_reports(host) if one.is_late]


def drafts(host: Host) -> QuerySet[PeriodReport]:
    """Return a host's reports that wait to be published, oldest quarter first."""
    return (
        PeriodReport.objects.filter(fund__host=host, state=PeriodReport.State.DRAFT)
        .select_related("fund__host")
        .order_by("quarter", "fund__name")
    )


def find_report(fund: Fund, quarter: str, version: int | None = None) -> PeriodReport | None:
    """Return a published report by its address, the newest version unless one is named; None for anything else."""
    known = read_quarter(quarter)
    if known is None:
        return None
    rows = [row for row in versions(fund, known) if version in (None, row.version)]
    return rows[0] if rows else None
