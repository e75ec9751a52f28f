"""The rows behind every figure of a project's public page; each list adds up to the figure it was opened from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.money import written
from apps.core.templatetags.parts import grouped
from apps.grants.models import ClawbackReturn, Grant, Payment
from apps.ledger.flow_lines import entry_ids
from apps.ledger.rules import EntryKind
from apps.projects.models import Activity, Project
from apps.projects.queries import (
    accepted_evidence,
    activities_of,
    attendance_of,
    expenses_of,
    replies,
    satisfaction_of,
    work_done,
)


@dataclass(frozen=True)
class Row:
    """One row: what it is, its part of the figure as it is written, when, and where it opens."""

    title: str
    figure: str
    note: str = ""
    day: date | None = None
    url: str = ""
    word: str = ""


@dataclass(frozen=True)
class Rows:
    """A figure with its rows; `how` says how they come to the figure where they are not simply added."""

    title: str
    figure: str
    rows: tuple[Row, ...]
    how: str = ""


def _yuan(fen: int) -> str:
    return f"{'−' if fen < 0 else ''}¥{written(abs(fen))}"


def _entry(fund: str, entry: int | None) -> str:
    return reverse("disclosure:entry", args=[fund, entry]) if entry else ""


def granted(project: Project) -> Rows:
    """Return each fund's grant with the vote that made it."""
    grants = Grant.objects.filter(project=project).select_related("fund", "motion").order_by("pk")
    return Rows(
        _("批准的"),
        _yuan(sum(row.amount for row in grants)),
        tuple(
            Row(
                row.fund.name,
                _yuan(row.amount),
                str(row.get_state_display()),
                clock.day_of(row.awarded_at),
                reverse("disclosure:motion", args=[row.motion.code]),
                _("议案 %(number)s") % {"number": row.motion.number},
            )
            for row in grants
        ),
    )


def paid(project: Project) -> Rows:
    """Return each payment and, taken off, each sum that came back, with the entries that booked them."""
    payments = list(
        Payment.objects.filter(instalment__grant__project=project, state=Payment.State.PAID)
        .select_related("instalment__grant__fund")
        .order_by("paid_on", "pk")
    )
    entries = entry_ids(EntryKind.GRANT_PAYMENT, [row.code for row in payments])
    rows = [
        Row(
            _("第 %(number)d 期") % {"number": row.instalment.number},
            _yuan(row.amount),
            row.instalment.grant.fund.name,
            row.paid_on,
            _entry(row.instalment.grant.fund.code, entries.get(row.code)),
            _("凭证"),
        )
        for row in payments
    ]
    back = returned(project)
    came: int = _returns(project).aggregate(total=Sum("amount", default=0))["total"]
    total = sum(row.amount for row in payments) - came
    return Rows(_("已付，减去退回的"), _yuan(total), (*rows, *back.rows))


def _returns(project: Project) -> QuerySet[ClawbackReturn]:
    return ClawbackReturn.objects.filter(clawback__grant__project=project)


def returned(project: Project) -> Rows:
    """Return each sum that came back on a clawback, with the entry that booked it."""
    found = list(_returns(project).select_related("clawback__grant__fund").order_by("received_on", "pk"))
    entries = entry_ids(EntryKind.GRANT_RETURN, [row.code for row in found])
    return Rows(
        _("退回的"),
        _yuan(sum(row.amount for row in found)),
        tuple(
            Row(
                _("退回"),
                _yuan(-row.amount),
                row.clawback.reason,
                row.received_on,
                _entry(row.clawback.grant.fund.code, entries.get(row.code)),
                _("凭证"),
            )
            for row in found
        ),
    )


def spent(project: Project) -> Rows:
    """Return each sum the implementer wrote down, without whom it was paid to."""
    found = list(expenses_of(project).filter(struck_at=None))
    return Rows(
        _("实施方花了"),
        _yuan(sum(row.amount for row in found)),
        tuple(
            Row(
                row.line.words,
                _yuan(row.amount),
                _("有票据，管委会看得到") if not row.voucher.is_public else "",
                row.paid_on,
                reverse("core:document", args=[row.voucher.code]) if row.voucher.is_public else "",
                _("票据"),
            )
            for row in found
        ),
    )


def _report_rows(project: Project, figure: Callable[[int, int], str]) -> tuple[Row, ...]:
    return tuple(
        Row(
            row.milestone.words if row.milestone else (_("结项成果") if row.is_final else _("进展")),
            figure(row.persons, row.person_times),
            row.words,
            clock.day_of(row.filed_at),
        )
        for row in accepted_evidence(project)
    )


def person_times(project: Project) -> Rows:
    """Return the person-times of each accepted report."""
    return Rows(
        _("服务，人次不是人数"),
        _("%(n)s 人次") % {"n": grouped(work_done(project).person_times)},
        _report_rows(project, lambda _persons, times: _("%(n)s 人次") % {"n": grouped(times)}),
    )


def persons(project: Project) -> Rows:
    """Return the persons of each accepted report; the figure is the last one's."""
    return Rows(
        _("服务到的人"),
        _("%(n)s 人") % {"n": grouped(work_done(project).persons)},
        _report_rows(project, lambda people, _times: _("%(n)s 人") % {"n": grouped(people)}),
        _("同一个人会来很多次，人数不能相加，以结项或最后一份报告的为准。"),
    )


def _activity(row: Activity) -> Row:
    figure = _("%(hours)s 小时") % {"hours": row.hours}
    note = _("%(persons)s 人次，%(volunteers)s 个志愿者") % {
        "persons": grouped(row.persons),
        "volunteers": grouped(row.volunteers),
    }
    return Row(row.words, figure, note, row.held_on)


def hours(project: Project) -> Rows:
    """Return each occasion with the volunteers' hours."""
    return Rows(
        _("志愿时长"),
        _("%(hours)s 小时") % {"hours": attendance_of(project).hours},
        tuple(map(_activity, activities_of(project).filter(struck_at=None))),
    )


def rating(project: Project) -> Rows:
    """Return every single reply with its stars; without a day, so that few replies name nobody."""
    found = satisfaction_of(project)
    return Rows(
        _("受益人打分"),
        f"{found.average} / 5",
        tuple(Row(row.words or _("没有写话"), f"{row.stars} / 5") for row in replies(project)),
        found.sentence,
    )


ROWS: dict[str, Callable[[Project], Rows]] = {
    "granted": granted,
    "paid": paid,
    "returned": returned,
    "spent": spent,
    "person-times": person_times,
    "persons": persons,
    "hours": hours,
    "rating": rating,
}
