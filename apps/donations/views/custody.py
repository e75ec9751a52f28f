"""Finance's pages of what is held for others: the register, a new one, one with how it was passed on."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.core.forms import done
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.forms.custody import CustodyForm, HandOverForm, ReleaseForm
from apps.donations.models import Custody, HandOver
from apps.donations.services import Handed
from apps.donations.views.after_gift import kept_file
from apps.donations.views.gifts import money_hosts
from apps.ledger import queries as books
from apps.users.models import User
from apps.users.signed_in import person

PAGE = 50


@never_cache
@login_required
@require_safe
def custodies(request: HttpRequest) -> HttpResponse:
    """The register of what is held for others, what is still held first."""
    user = person(request)
    hosts = list(queries.hosts_seen_by(user))
    if not hosts:
        raise Http404
    rows = queries.custodies_seen_by(user).order_by("state", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    gone = queries.handed_over(list(page))
    held = queries.custody_by_host([host.code for host in hosts])
    facts: dict[str, Any] = {
        "page": page,
        "rows": [(row, row.amount - gone.get(row.pk, 0)) for row in page],
        "held": sum(held.values()),
        "booked": sum(books.balance("custodial_assets", host=host.code) for host in hosts),
        "may_record": bool(money_hosts(user)),
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/custodies.html", facts)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register what is to be passed on."""
    user = person(request)
    seen, hosts = list(queries.hosts_seen_by(user)), money_hosts(user)
    if not seen:
        raise Http404
    form = CustodyForm(request.POST or None, request.FILES or None, hosts=hosts)
    made: list[Custody] = []
    if request.method == "POST" and done(form, lambda: made.append(_take(form, user))):
        return redirect("donations:custody", code=made[0].code)
    facts = {
        "form": form,
        "verdict": None if hosts else permissions.may_handle_money(user, seen[0]),
        "workbench": _("财务工作台"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/custody_new.html", facts, status=status)


def _take(form: CustodyForm, user: User) -> Custody:
    facts = dict(form.cleaned_data)
    agreement = facts.pop("agreement")
    del facts["is_organisation"]
    return services.take_custody(Handed(**facts, kind=form.kind), agreement=agreement, by=user)


def _find(request: HttpRequest, code: str) -> Custody:
    return get_object_or_404(queries.custodies_seen_by(person(request)), code=code)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def custody(request: HttpRequest, code: str) -> HttpResponse:
    """Show one with how it was passed on, and ask to pass on more of it."""
    user, row = person(request), _find(request, code)
    form = HandOverForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and done(
        form, lambda: services.ask_hand_over(row, **form.cleaned_data, by=user)
    ):
        return redirect("donations:custody", code=code)
    sees_names = permissions.may_see_donor(user, row.host)
    if sees_names:
        services.note_look(row, by=user)
    facts = {
        "custody": row,
        "left": queries.custody_left(row, waiting_counts=False),
        "sees_names": sees_names,
        "principal": queries.donor_name(row.principal) if sees_names else "",
        "contact": queries.donor_contact(row.principal) if sees_names else "",
        "receiver": row.receiver if sees_names else "",
        "hand_overs": [
            (one, permissions.may_release_hand_over(user, one), one.account if sees_names else "")
            for one in queries.hand_overs_of(row)
        ],
        "may_handle": permissions.may_handle_money(user, row.host),
        "verdict": permissions.may_hand_over(user, row),
        "entry": books.entry_of("custodial_in", row.code),
        "form": form,
        "today": clock.today(),
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/custody.html", facts, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def decide(request: HttpRequest, code: str, decision: str) -> HttpResponse:
    """Release a hand-over as the second person, or turn it down."""
    user = person(request)
    rows = HandOver.objects.filter(custody__host__in=queries.hosts_seen_by(user))
    row = get_object_or_404(rows.select_related("custody__host"), code=code)
    if decision == "release":
        form = ReleaseForm(request.POST)
        if not form.is_valid():
            raise Refused(_("请写转交日期。"), "day")
        services.release_hand_over(row, day=form.cleaned_data["day"], by=user)
    elif decision == "reject":
        services.reject_hand_over(row, by=user)
    else:
        raise Http404
    return redirect("donations:custody", code=row.custody.code)


@never_cache
@login_required
@require_safe
def paper(request: HttpRequest, code: str, which: str) -> HttpResponse:
    """Hand out the agreement, or the proof of a hand-over, to who may see the names in it."""
    user = person(request)
    if which == "agreement":
        row = _find(request, code)
        host, file = row.host, row.agreement
    else:
        rows = HandOver.objects.filter(custody__host__in=queries.hosts_seen_by(user))
        out = get_object_or_404(rows.select_related("custody__host", "proof"), code=code)
        host, file = out.custody.host, out.proof
    if file is None or not permissions.may_see_donor(user, host):
        raise Http404
    return kept_file(file, f"custody-{code}")
