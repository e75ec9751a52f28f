"""Finance's pages of pledges: the list, a new one, one with its instalments and the gifts that came."""

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
from apps.donations import permissions, queries, rules, services
from apps.donations.forms.pledges import ArrivalForm, EndingForm, NewPledgeForm
from apps.donations.models import Donation, Pledge, PledgeGift
from apps.donations.pledging import PledgeEnding, is_binding
from apps.donations.views.after_gift import kept_file
from apps.donations.views.gifts import money_hosts
from apps.users.models import User
from apps.users.signed_in import person

PAGE = 50
TABS = ("waiting", "all")


@never_cache
@login_required
@require_safe
def pledges(request: HttpRequest) -> HttpResponse:
    """List the pledges of which money is still to come, the most urgent first; or all."""
    user = person(request)
    hosts = list(queries.hosts_seen_by(user))
    if not hosts:
        raise Http404
    tab = request.GET.get("tab", "")
    waiting = [one for host in hosts for one in queries.pledges_to_come(host)]
    facts: dict[str, Any] = {
        "tab": tab if tab in TABS else TABS[0],
        "waiting": waiting,
        "missing": sum(one.missing for one in waiting),
        "overdue": sum(one.overdue for one in waiting),
        "may_record": bool(money_hosts(user)),
        "workbench": _("财务工作台"),
    }
    if facts["tab"] == "all":
        rows = queries.with_received(queries.pledges_seen_by(user)).order_by("-pk")
        facts["page"] = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        facts["rows"] = [queries.stand(row) for row in facts["page"]]
    else:
        facts["rows"] = waiting[:PAGE]
    return render(request, "donations/pledges.html", facts)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a pledge down."""
    user = person(request)
    seen, hosts = list(queries.hosts_seen_by(user)), money_hosts(user)
    if not seen:
        raise Http404
    form = NewPledgeForm(request.POST or None, hosts=hosts)
    made: list[Pledge] = []
    if request.method == "POST" and done(
        form, lambda: made.append(services.record_pledge(form.pledge(), by=user))
    ):
        return redirect("donations:pledge", code=made[0].code)
    facts = {
        "form": form,
        "verdict": None if hosts else permissions.may_handle_money(user, seen[0]),
        "workbench": _("财务工作台"),
    }
    return render(
        request, "donations/pledge_new.html", facts, status=422 if request.method == "POST" else 200
    )


def _find(request: HttpRequest, code: str) -> Pledge:
    return get_object_or_404(queries.pledges_seen_by(person(request)), code=code)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request: HttpRequest, code: str) -> HttpResponse:
    """Show one pledge; record money that came for it, or let it go."""
    user, row = person(request), _find(request, code)
    arrival, ending = ArrivalForm(), EndingForm()
    act = request.POST.get("act", "")
    if request.method == "POST" and act == "receive":
        arrival = ArrivalForm(request.POST)
        if done(arrival, lambda: _receive(row, arrival, user)):
            return redirect("donations:pledge", code=code)
    elif request.method == "POST":
        ending = EndingForm(request.POST, request.FILES)
        if done(ending, lambda: services.end_pledge(row, **ending.cleaned_data, by=user)):
            return redirect("donations:pledge", code=code)
    sees_donor = permissions.may_see_donor(user, row.host)
    if sees_donor and row.donor.name_sealed + row.donor.contact_sealed:
        services.note_look(row, by=user)
    receives = permissions.may_receive_pledge(user, row)
    facts = {
        "pledge": row,
        "stand": queries.stand(row),
        "today": clock.today(),
        "is_binding": is_binding(row.form, serves_relief=row.serves_relief),
        "sees_donor": sees_donor,
        "name": queries.donor_name(row.donor) if sees_donor else "",
        "contact": queries.donor_contact(row.donor) if sees_donor else "",
        "purpose": queries.purpose_of(row),
        "agreement": queries.agreement_of(row),
        "gifts": queries.gifts_for(row),
        "offered": queries.gifts_to_match(row) if receives else [],
        "receives": receives,
        "may_handle": permissions.may_handle_money(user, row.host),
        "ends": permissions.may_end_pledge(user, row),
        "waives": permissions.may_end_pledge(user, row, PledgeEnding.WAIVED.value),
        "arrival": arrival,
        "ending": ending,
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/pledge.html", facts, status=422 if request.method == "POST" else 200)


def _receive(row: Pledge, form: ArrivalForm, user: User) -> None:
    facts = form.cleaned_data
    key = rules.gift_key(facts["token"], row.code, facts["amount"], facts["channel"], facts["day"])
    services.receive_pledged(
        row, amount=facts["amount"], channel=facts["channel"], day=facts["day"], key=f"form-{key}", by=user
    )


@login_required
@require_POST
def match(request: HttpRequest, code: str) -> HttpResponse:
    """Count a gift that is booked already for a pledge."""
    user, row = person(request), _find(request, code)
    gift = get_object_or_404(queries.visible_to(user), code=request.POST.get("gift", ""))
    services.match_pledge(row, donation=Donation.objects.get(pk=gift.pk), by=user)
    return redirect("donations:pledge", code=code)


@login_required
@require_POST
def take_off(request: HttpRequest, code: str, gift: str) -> HttpResponse:
    """Count a gift no longer for a pledge."""
    row = _find(request, code)
    matched = get_object_or_404(
        PledgeGift.objects.select_related("pledge", "donation"),
        pledge=row,
        donation__code=gift,
        taken_off_at=None,
    )
    services.take_off_pledge(matched, reason=request.POST.get("reason", ""), by=person(request))
    return redirect("donations:pledge", code=code)


@never_cache
@login_required
@require_safe
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out what was kept when a pledge was let go, to who may see its donor."""
    row = _find(request, code)
    if row.proof is None or not permissions.may_see_donor(person(request), row.host):
        raise Http404
    return kept_file(row.proof, f"pledge-{row.code}")
