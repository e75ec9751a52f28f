"""Funds: the list of one's own, opening one, and one fund as its staff see it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock
from apps.core.forms import INVALID, done
from apps.funds import permissions, queries, services
from apps.funds.forms import OpenFundForm, ReasonForm, RenameForm, RestrictionForm, SuspendForm
from apps.funds.models import Fund, Restriction
from apps.funds.states import FundState
from apps.funds.views.common import host_or_404, staff

PAGE = 25


@login_required
@require_GET
def fund_list(request: HttpRequest) -> HttpResponse:
    """List the funds a person works for, with what each has to spend now; `q` searches names."""
    user = staff(request)
    funds = queries.in_scope(user)
    words = request.GET.get("q", "").strip()[:60]
    if words:
        funds = funds.filter(queries.named(words))
    page = Paginator(funds, PAGE).get_page(request.GET.get("page"))
    balances = queries.balances(list(page.object_list))
    hosts = [(host, permissions.may_open_fund(user, host)) for host in queries.hosts_in_scope(user)]
    context = {
        "rows": [(fund, balances[fund.code]) for fund in page.object_list],
        "page": page,
        "words": words,
        "hosts": hosts,
        "as_of": clock.now(),
        "workbench": _("基金"),
    }
    return render(request, "funds/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def open_fund(request: HttpRequest, host: str) -> HttpResponse:
    """Open a fund of a host."""
    user, found = staff(request), host_or_404(request, host)
    verdict = permissions.may_open_fund(user, found)
    form = OpenFundForm(request.POST or None, host=found, initial={"day": clock.today()})
    status = 200
    if request.method == "POST":
        verdict.require()
        opened: list[Fund] = []
        if done(form, lambda: opened.append(services.open_fund(found, by=user, **form.cleaned_data))):
            return redirect("funds:fund", code=opened[0].code)
        status = INVALID
    context = {"form": form, "host": found, "verdict": verdict, "workbench": _("基金")}
    return render(request, "funds/open.html", context, status=status)


@login_required
@require_GET
def fund(request: HttpRequest, code: str) -> HttpResponse:
    """Show one fund to its staff: its money by restriction, its rules, and what may be done."""
    return _fund_page(request, _own_fund(request, code))


@login_required
@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Suspend an open fund or resume a suspended one, with a reason."""
    found = _own_fund(request, code)
    is_open = found.state == FundState.OPEN
    form = SuspendForm(request.POST) if is_open else ReasonForm(request.POST)
    verb: Callable[..., Fund] = services.suspend_fund if is_open else services.resume_fund
    if done(form, lambda: verb(found, by=staff(request), **form.cleaned_data)):
        return redirect("funds:fund", code=code)
    return _fund_page(request, found, reason=form)


@login_required
@require_POST
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Give a fund another name."""
    found, form = _own_fund(request, code), RenameForm(request.POST)
    if done(form, lambda: services.rename_fund(found, by=staff(request), **form.cleaned_data)):
        return redirect("funds:fund", code=code)
    return _fund_page(request, found, renaming=form)


@login_required
@require_POST
def open_restriction(request: HttpRequest, code: str) -> HttpResponse:
    """Open a narrower purpose of the fund."""
    found = _own_fund(request, code)
    form = RestrictionForm(request.POST)
    if done(form, lambda: services.open_restriction(found, by=staff(request), **form.cleaned_data)):
        return redirect("funds:fund", code=code)
    return _fund_page(request, found, restriction=form)


def _own_fund(request: HttpRequest, code: str) -> Fund:
    return get_object_or_404(queries.in_scope(staff(request)), code=code)


def _fund_page(
    request: HttpRequest,
    found: Fund,
    *,
    reason: forms.Form | None = None,
    restriction: forms.Form | None = None,
    renaming: forms.Form | None = None,
) -> HttpResponse:
    effective = queries.effective_rules(found).values()
    context: dict[str, Any] = {
        "fund": found,
        "books": _books(found),
        "own_rules": [rule for rule in effective if not rule.default],
        "default_rules": [rule for rule in effective if rule.default],
        "verdict": permissions.may_change_fund(staff(request), found),
        "reason": reason or (SuspendForm() if found.state == FundState.OPEN else ReasonForm()),
        "renaming": renaming or RenameForm(),
        "former_names": queries.former_names(found),
        "successors": queries.successors_of(found),
        "predecessors": queries.predecessors_of(found),
        "successions": queries.successions_of(found),
        "restriction": restriction or RestrictionForm(),
        "is_open": found.state == FundState.OPEN,
        "as_of": clock.now(),
        "workbench": _("基金"),
    }
    return render(
        request, "funds/fund.html", context, status=INVALID if reason or restriction or renaming else 200
    )


def _books(found: Fund) -> list[tuple[str, int, int, int]]:
    """Return (purpose, spendable, promised, available) of each kind of money, the unrestricted first."""
    free, promised = queries.available(found), queries.promised(found)
    purposes = dict(Restriction.objects.filter(fund=found).order_by("pk").values_list("code", "purpose"))
    return [
        (words, free.get(code, 0) + promised.get(code, 0), promised.get(code, 0), free.get(code, 0))
        for code, words in {"": _("非限定资金"), **purposes}.items()
    ]
