"""Months: the balances of every account at a month's end, and the month closed."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.forms import INVALID, done
from apps.finance import permissions, queries, services
from apps.finance.forms.months import CloseMonthForm
from apps.finance.views.hosts import host_for
from apps.ledger import queries as ledger
from apps.ledger.rules import last_day
from apps.users.signed_in import person


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def months(request: HttpRequest, host: str) -> HttpResponse:
    """List the months with their state, show one month's balances, and close the one that is next."""
    found, user = host_for(request, host), person(request)
    form = CloseMonthForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(
        form, lambda: services.close_books(found, month=form.cleaned_data["month"], by=user)
    ):
        messages.success(request, _("结好了。这个月不能再记账；以后发现错，在没结的月份冲销。"))
        return redirect("finance:months", host=found.code)
    every, due = ledger.periods(found.code), queries.month_to_close(found)
    shown = _chosen(request.GET.get("month", ""), [first for first, _closed, _at in every]) or due
    shown = shown or (every[0][0] if every else None)
    rows = ledger.trial_balance(found.code, last_day(shown)) if shown else []
    facts: dict[str, Any] = {
        "host": found,
        "months": every,
        "due": due,
        "shown": shown,
        "until": last_day(shown) if shown else None,
        "rows": rows,
        "debit": sum(row.debit for row in rows),
        "credit": sum(row.credit for row in rows),
        "unsettled": queries.unsettled(found, due) if due else {},
        "conversion": ledger.conversion_proof(found.code),
        "form": form,
        "verdict": permissions.may_close_books(user, found),
        "workbench": _("财务工作台"),
    }
    return render(request, "finance/months.html", facts, status=INVALID if form.errors else 200)


def _chosen(text: str, months: list[date]) -> date | None:
    """Return the month that was asked for as 2026-10, if the books have it."""
    return next((first for first in months if f"{first:%Y-%m}" == text), None)
