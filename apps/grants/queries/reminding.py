"""What is due and was not done, for the reminders that go out by the clock."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from apps.core import clock
from apps.funds.models import Fund, Host
from apps.funds.queries import rules_of_each
from apps.governance.queries import whole
from apps.grants.models import Grant, Instalment, Payment
from apps.grants.queries.final_account import account_due, without_account
from apps.grants.queries.unproven import BARE, GAP, TOLERANCE, Unproven, unproven
from apps.grants.states import DUE, NOTICE_ENDED, RUNNING
from apps.projects.models import Project
from apps.projects.queries import closing_reported
from apps.projects.states import RUNNING as AT_WORK

# The rules let at most two years pass before a surplus has to be published; what is older has been spoken of.
LONGEST = timedelta(days=800)


def closing_reports_awaited(*, first: date, last: date) -> QuerySet[Project]:
    """Return the projects at work whose last day lies in a span, without a closing report that stands."""
    found = Project.objects.filter(~closing_reported(), state=AT_WORK, ends_on__gte=first, ends_on__lte=last)
    return found.select_related("organisation").order_by("ends_on", "pk")


def unpaid_since(*, first: datetime, last: datetime) -> QuerySet[Instalment]:
    """Return the instalments whose notice ended in a span and that nobody has prepared."""
    found = Instalment.objects.filter(
        condition=NOTICE_ENDED, state=DUE, grant__state=RUNNING,
        grant__notice_until__gte=first, grant__notice_until__lte=last,
    )  # fmt: skip
    return found.select_related("grant__project", "grant__fund__host").order_by("pk")


def unsigned_since(*, first: datetime, last: datetime) -> QuerySet[Grant]:
    """Return the grants whose notice ended in a span and that have no signed agreement, whether or not the rules make
    the payment wait for it."""
    found = Grant.objects.filter(state=RUNNING, notice_until__gte=first, notice_until__lte=last)
    unsigned = found.exclude(agreements__signed_on__isnull=False).order_by("pk")
    return unsigned.select_related("project__organisation", "fund__host", "motion__committee__fund")


def accounts_awaited(*, first: date, last: date) -> list[tuple[Project, date]]:
    """Return the closed projects without a final account that stands whose day for it lies in a span."""
    found = without_account(Project.objects.filter(grants__closed_at__gte=clock.now() - LONGEST))
    rows = found.select_related("fund__host", "organisation").order_by("pk")
    due = ((project, account_due(project)) for project in rows)
    return [(project, day) for project, day in due if first <= day <= last]


def evidence_awaited(today: date, *, patience: timedelta) -> Iterator[Unproven]:
    """Return the grants that lack evidence for a while already: nothing came since a payment, or vouchers are missing
    after the last day. Late milestones are spoken of by themselves."""
    for host in Host.objects.order_by("pk"):
        funds = list(Fund.objects.filter(host=host).select_related("host"))
        rules = rules_of_each(funds, (TOLERANCE,)) if funds else {}
        tolerances = {pk: whole(one[TOLERANCE]) for pk, one in rules.items()}
        paid = Payment.objects.filter(state=Payment.State.PAID, instalment__grant=OuterRef("pk"))
        long_ago = Exists(paid.filter(paid_on__lte=today - patience))
        grants = Grant.objects.filter(long_ago, fund__in=funds)
        ended = dict(grants.values_list("code", "project__ends_on"))
        for one in unproven(grants, tolerances=tolerances, today=today):
            if one.kind == BARE or (one.kind == GAP and ended[one.grant] <= today - patience):
                yield one
