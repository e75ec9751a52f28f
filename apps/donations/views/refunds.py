"""Staff's pages of what was given back: refunds and disputes of the host, what its own money advanced for them."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.donations import permissions, queries, services
from apps.donations.models import Refund
from apps.funds.models import Fund
from apps.users.models import User

PAGE = 50
BIGGEST_ID = 2**62


@never_cache
@login_required
@require_GET
def refunds(request: HttpRequest) -> HttpResponse:
    """List what was given back, newest first, or only what wants somebody; and what funds owe the host for it."""
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    hosts = list(queries.hosts_seen_by(request.user))
    if not hosts:
        raise Http404
    is_open = "open" in request.GET
    rows = queries.refunds_to_see_to(hosts) if is_open else queries.refunds_of(hosts)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and int(before) < BIGGEST_ID:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows[: PAGE + 1])
    owed = [(host, book, fen) for host in hosts for book, fen in sorted(queries.advanced(host).items())]
    funds = {
        fund.code: fund for fund in Fund.objects.filter(code__in=[book[0] for _host, book, _fen in owed])
    }
    context = {
        "refunds": page[:PAGE],
        "older": page[PAGE - 1].pk if len(page) > PAGE else None,
        "is_open": is_open,
        "open_count": queries.refunds_to_see_to(hosts).count(),
        "owed": [
            (funds[fund], restriction, fen, permissions.may_handle_money(request.user, host))
            for host, (fund, restriction), fen in owed
        ],
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/refunds.html", context)


@login_required
@require_POST
def release(request: HttpRequest, code: str) -> HttpResponse:
    """Let a large refund go."""
    return _decide(request, code, services.release_refund)


@login_required
@require_POST
def reject(request: HttpRequest, code: str) -> HttpResponse:
    """Turn a large refund down, or withdraw it."""
    return _decide(request, code, services.reject_refund)


def _decide(request: HttpRequest, code: str, verb: Callable[..., Refund]) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    rows = queries.refunds_of(queries.hosts_seen_by(request.user))
    refund = get_object_or_404(rows, code=code)
    verb(refund, by=request.user)
    return redirect("donations:gift", code=refund.donation.code)


@login_required
@require_POST
def repay(request: HttpRequest, fund: str, restriction: str) -> HttpResponse:
    """Give the host back what it advanced for a fund's refunds, as far as the fund has money again."""
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    hosts = queries.hosts_seen_by(request.user)
    row = get_object_or_404(Fund.objects.select_related("host"), code=fund, host__in=hosts)
    services.repay_advance(row, restriction=restriction, by=request.user)
    return redirect("donations:refunds")
