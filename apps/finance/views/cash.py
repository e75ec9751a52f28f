"""Cash: what is in the drawer, and paying it into the bank."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import clock
from apps.core.forms import INVALID, done
from apps.donations import queries as donations
from apps.donations import services as gifts
from apps.donations.models import Donation
from apps.finance import permissions, queries, services
from apps.finance.forms.cash import DepositForm
from apps.finance.views.hosts import host_for
from apps.users.signed_in import person

AT_ONCE, SHOWN = 500, 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cash(request: HttpRequest, host: str) -> HttpResponse:
    """List the cash in hand and the deposits, and write down another deposit."""
    found = host_for(request, host)
    user = person(request)
    form = DepositForm(request.POST or None, initial={"handler": user.name})
    ticked, sold = request.POST.getlist("gift"), request.POST.getlist("sale")
    if request.method == "POST" and done(
        form,
        lambda: gifts.deposit_cash(
            found,
            gifts=ticked,
            sales=sold,
            total=form.cleaned_data["fen"],
            slip=form.cleaned_data["slip"],
            day=form.cleaned_data["day"],
            handler=form.cleaned_data["handler"],
            token=form.cleaned_data["token"],
            by=user,
        ),
    ):
        return redirect("finance:cash", host=found.code)
    rows, sales = donations.cash_in_hand(found), donations.sales_in_hand(found)
    days, today = donations.deposit_days(found), clock.today()
    deposits = list(donations.deposits_of(found)[:SHOWN])
    proved = queries.proved_deposits(found, [row.code for row in deposits])
    facts: dict[str, Any] = {
        "host": found,
        "form": form,
        "days": days,
        "rows": [_row(row, days, today, ticked) for row in rows[:AT_ONCE]],
        "sales": [
            {
                "sale": sale,
                "is_late": donations.deposit_due(sale.day, days) < today,
                "is_ticked": sale.code in sold,
            }
            for sale in sales[:AT_ONCE]
        ],
        "count": rows.count() + sales.count(),
        "sum": sum(rows.order_by().values_list("amount", flat=True))
        - sum(rows.order_by().values_list("refunded", flat=True))
        + sum(sales.order_by().values_list("proceeds", flat=True)),
        "deposits": [(row, row.code in proved) for row in deposits],
        "verdict": permissions.may_reconcile(user, found),
        "workbench": _("财务工作台"),
    }
    status = INVALID if request.method == "POST" else 200
    return render(request, "finance/cash.html", facts, status=status)


def _row(row: Donation, days: int, today: Any, ticked: list[str]) -> dict[str, Any]:
    box, line = getattr(row, "box_count", None), getattr(row, "batch_line", None)
    return {
        "gift": row,
        "of": box.box.place if box else line.batch.name if line else "",
        "is_late": row.day is not None and donations.deposit_due(row.day, days) < today,
        "is_ticked": row.code in ticked,
    }


@login_required
@require_POST
def undo_cash(request: HttpRequest, host: str, code: str) -> HttpResponse:
    """Take a deposit back that no bank line proves yet."""
    found = host_for(request, host)
    deposit = get_object_or_404(donations.deposits_of(found), code=code)
    services.undo_deposit(deposit, by=person(request))
    return redirect("finance:cash", host=found.code)
