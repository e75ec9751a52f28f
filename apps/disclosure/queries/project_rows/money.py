"""Rows of what was granted, paid, asked back and given for a project. Fen."""

from dataclasses import replace

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.disclosure.queries.project_rows.shape import Row, Rows, counted, entry_url, yuan
from apps.donations.models import Donation
from apps.donations.states import DonationState
from apps.grants.models import Clawback, ClawbackReturn, Grant, GrantChange, Payment
from apps.ledger.flow_lines import entry_ids
from apps.ledger.rules import EntryKind
from apps.projects.models import Project, Share
from apps.projects.queries import backing_of, shares_of


def granted(project: Project) -> Rows:
    """Return each fund's grant with the vote that made it."""
    grants = Grant.objects.filter(project=project).select_related("fund", "motion").order_by("pk")
    rows = tuple(
        Row(
            row.fund.name,
            row.amount,
            str(row.get_state_display()),
            clock.day_of(row.awarded_at),
            reverse("disclosure:motion", args=[row.motion.code]),
            _("议案 %(number)s") % {"number": row.motion.number},
        )
        for row in grants
    )
    return Rows(_("批准的"), sum(row.value for row in rows), rows, yuan)


def granted_by(project: Project, number: int) -> Rows | None:
    """Return the instalments of one fund's grant."""
    found = Grant.objects.filter(project=project).select_related("fund").order_by("pk")[number - 1 : number]
    for grant in found:
        rows = tuple(
            Row(_("第 %(number)d 期") % {"number": row.number}, row.amount, str(row.get_state_display()))
            for row in grant.instalments.order_by("number")
        )
        title = _("%(fund)s：批准的") % {"fund": grant.fund.name}
        return Rows(title, grant.amount, rows, yuan)
    return None


def payment_rows(payments: QuerySet[Payment]) -> tuple[Row, ...]:
    """Return each payment with the entry that booked it."""
    found = list(payments.select_related("instalment__grant__fund"))
    entries = entry_ids(EntryKind.GRANT_PAYMENT, [row.code for row in found])
    return tuple(
        Row(
            _("第 %(number)d 期") % {"number": row.instalment.number},
            row.amount,
            row.instalment.grant.fund.name,
            row.paid_on,
            entry_url(row.instalment.grant.fund.code, entries.get(row.code)),
            _("凭证"),
        )
        for row in found
    )


def return_rows(returns: QuerySet[ClawbackReturn]) -> tuple[Row, ...]:
    """Return each sum that came back with the entry that booked it."""
    found = list(returns.select_related("clawback__grant__fund").order_by("received_on", "pk"))
    entries = entry_ids(EntryKind.GRANT_RETURN, [row.code for row in found])
    return tuple(
        Row(
            _("退回"),
            row.amount,
            row.clawback.reason,
            row.received_on,
            entry_url(row.clawback.grant.fund.code, entries.get(row.code)),
            _("凭证"),
        )
        for row in found
    )


def write_off_rows(changes: QuerySet[GrantChange]) -> tuple[Row, ...]:
    """Return each sum given up by a vote with its motion."""
    done = changes.filter(kind=GrantChange.Kind.WRITE_OFF, state=GrantChange.State.DONE)
    return tuple(
        Row(
            _("表决核销"),
            row.details["written_off"],
            row.reason,
            clock.day_of(row.decided_at) if row.decided_at else None,
            reverse("disclosure:motion", args=[row.motion.code]) if row.motion else "",
            _("议案 %(number)s") % {"number": row.motion.number} if row.motion else "",
        )
        for row in done.select_related("motion").order_by("decided_at", "pk")
    )


def taken_off(row: Row) -> Row:
    """Return a row that lowers its figure."""
    return replace(row, value=-row.value)


def paid(project: Project) -> Rows:
    """Return each payment and, taken off, each sum that came back, with the entries that booked them."""
    stood = Payment.objects.filter(instalment__grant__project=project, state=Payment.State.PAID)
    out = payment_rows(stood.order_by("paid_on", "pk"))
    rows = (*out, *map(taken_off, returned(project).rows))
    return Rows(_("已付，减去退回的"), sum(row.value for row in rows), rows, yuan)


def asked_back_of(project: Project) -> list[Clawback]:
    """Return everything asked back of a project, the first first; its place in this list is its number on pages."""
    return list(
        Clawback.objects.filter(grant__project=project)
        .select_related("grant__fund")
        .order_by("asked_at", "pk")
    )


def _one(project: Project, number: int) -> list[Clawback]:
    return asked_back_of(project)[number - 1 : number]


def _returned(returns: QuerySet[ClawbackReturn]) -> Rows:
    rows = return_rows(returns)
    return Rows(_("退回的"), sum(row.value for row in rows), rows, yuan)


def returned(project: Project) -> Rows:
    """Return each sum that came back on a clawback, with the entry that booked it."""
    return _returned(ClawbackReturn.objects.filter(clawback__grant__project=project))


def returned_on(project: Project, number: int) -> Rows | None:
    """Return what came back on one clawback."""
    found = _one(project, number)
    return _returned(ClawbackReturn.objects.filter(clawback__in=found)) if found else None


def _asked(found: list[Clawback]) -> tuple[Row, ...]:
    return tuple(Row(row.grant.fund.name, row.asked, row.reason, clock.day_of(row.asked_at)) for row in found)


def _given_up(found: list[Clawback]) -> tuple[Row, ...]:
    return write_off_rows(GrantChange.objects.filter(clawback__in=found))


def asked_back_on(project: Project, number: int) -> Rows | None:
    """Return one sum that was asked back."""
    found = _one(project, number)
    return Rows(_("要求退回"), found[0].asked, _asked(found), yuan) if found else None


def written_off(project: Project) -> Rows:
    """Return what was given up by a vote."""
    found = asked_back_of(project)
    return Rows(_("表决核销"), sum(row.written_off for row in found), _given_up(found), yuan)


def written_off_on(project: Project, number: int) -> Rows | None:
    """Return what was given up by a vote of one clawback."""
    found = _one(project, number)
    return Rows(_("表决核销"), found[0].written_off, _given_up(found), yuan) if found else None


def outstanding_on(project: Project, number: int) -> Rows | None:
    """Return what was asked and, taken off, each sum that came back or was given up."""
    found, back = _one(project, number), returned_on(project, number)
    if not found or back is None:
        return None
    gone = map(taken_off, (*back.rows, *_given_up(found)))
    return Rows(_("还没退回"), found[0].outstanding, (*_asked(found), *gone), yuan)


def whole_cost(project: Project) -> Rows:
    """Return what is asked of the funds and the other money that the applicant names."""
    told = backing_of(project)
    other = (Row(line.source, line.amount, str(line.get_kind_display())) for line in told.funding)
    return Rows(_("整件事一共"), told.total, (Row(_("向基金申请"), told.asked), *other), yuan)


def _share(share: Share) -> Row:
    fund = share.fund
    return Row(fund.name, share.amount, "", None, reverse("disclosure:fund", args=[fund.code]), _("基金"))


def shares(project: Project) -> Rows:
    """Return what each fund is asked to pay; together what the project asks."""
    return Rows(_("向几个基金一共申请"), project.asked, tuple(map(_share, shares_of(project))), yuan)


def share_of(project: Project, number: int) -> Rows | None:
    """Return what one fund is asked to pay."""
    for share in shares_of(project)[number - 1 : number]:
        return Rows(_("%(fund)s：申请的") % {"fund": share.fund.name}, share.amount, (_share(share),), yuan)
    return None


def wishes(project: Project) -> Rows:
    """Return by month how many gifts name the project: neither givers nor amounts, which may be hidden."""
    months = (
        Donation.objects.filter(wish=project.code, state=DonationState.BOOKED)
        .annotate(month=TruncMonth("booked_at", tzinfo=clock.SHANGHAI))
        .order_by("month")
        .values("month")
        .annotate(how_many=Count("pk"))
    )
    rows = tuple(Row(f"{row['month']:%Y-%m}", row["how_many"]) for row in months)
    return Rows(
        _("写明为了它的捐款"),
        sum(row.value for row in rows),
        rows,
        counted(_("笔")),
        _("按月数笔数。捐款人和金额按本人的意愿公开，在基金的捐款名单里。"),
    )
