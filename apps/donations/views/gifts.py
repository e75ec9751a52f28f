"""Staff's pages: the host's gifts, one gift with its refunds, recording an offline gift, parked events."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.forms import show_refusal
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.forms.gifts import RecordForm, RefundForm
from apps.donations.models import Donation, Donor
from apps.donations.services import OfflineGift
from apps.donations.states import DonationState
from apps.funds.models import Host
from apps.ledger import queries as books
from apps.users.models import Role, User
from apps.users.queries import scope_codes
from apps.users.signed_in import person

PAGE = 50
BIGGEST_ID = 2**62


def _hosts(user: User) -> list[Host]:
    """The hosts whose gifts the person sees; 404 for someone with none."""
    found = list(queries.hosts_seen_by(user))
    if not found:
        raise Http404
    return found


def money_hosts(user: User) -> list[Host]:
    """Return the hosts whose money the person handles."""
    codes = scope_codes(user, Role.Kind.FINANCE, Role.Scope.HOST)
    return list(Host.objects.filter(code__in=codes).order_by("code"))


def _codes(hosts: list[Host]) -> list[str]:
    return [host.code for host in hosts]


@never_cache
@login_required
@require_GET
def gifts(request: HttpRequest) -> HttpResponse:
    """List gifts newest first, of one state if asked."""
    user = person(request)
    hosts = _hosts(user)
    rows = queries.visible_to(user).order_by("-pk")
    state = request.GET.get("state", "")
    if state in DonationState.values:
        rows = rows.filter(state=state)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and int(before) < BIGGEST_ID:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows[: PAGE + 1])
    counts = queries.counts_by_state(queries.hosts_seen_by(user))
    context: dict[str, Any] = {
        "gifts": page[:PAGE],
        "older": page[PAGE - 1].pk if len(page) > PAGE else None,
        "state": state,
        "tabs": [(value, label, counts.get(value, 0)) for value, label in DonationState.choices],
        "may_record": bool(money_hosts(user)),
        "parked": queries.parked(_codes(money_hosts(user))).count(),
        "hosts": hosts,
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/gifts.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def gift(request: HttpRequest, code: str) -> HttpResponse:
    """Show one gift, to finance with its donor's name and contact, and give money back."""
    user = person(request)
    donation = get_object_or_404(queries.visible_to(user), code=code)
    verdict = permissions.may_refund(user, donation)
    form = RefundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            services.refund(
                donation,
                amount=facts["fen"],
                why=facts["why"],
                reason=facts["reason"],
                key=facts["token"],
                by=user,
            )
            return redirect("donations:gift", code=code)
        except Refused as refusal:
            show_refusal(form, refusal)
    entry = books.entry_of("donation", donation.code)
    sees_donor = permissions.may_see_donor(user, donation.host)
    if sees_donor and donation.donor.name_sealed + donation.donor.contact_sealed:
        services.note_look(donation, by=user)
    context = {
        "donation": donation,
        "purpose": queries.purpose_of(donation),
        "wish": queries.wish_of(donation.wish),
        "directed": queries.directed.directed_of(donation),
        "sees_donor": sees_donor,
        "may_instruct": permissions.may_instruct(user, donation),
        "name": queries.donor_name(donation.donor) if sees_donor else "",
        "contact": queries.donor_contact(donation.donor) if sees_donor else "",
        "refunds": [
            (row, permissions.may_decide_refund(user, row), permissions.may_reject_refund(user, row))
            for row in donation.refunds.select_related("donation__host").order_by("pk")
        ],
        "refundable": donation.left - queries.refunds_under_way(donation),
        "limit": queries.refund_limit(donation.fund),
        "verdict": verdict,
        "form": form,
        "entry": entry,
        "agreement": queries.agreement_of(donation),
        "deposit": queries.deposit_with(donation),
        # A gift that was moved keeps its first entry, which stands in the other fund's book.
        "entry_fund": entry.lines[0].fund if entry else "",
        "workbench": _("财务工作台"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/gift.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Record a gift that came by bank or in cash; it is booked at once."""
    user = person(request)
    _hosts(user)
    hosts = money_hosts(user)
    form = RecordForm(request.POST or None, hosts=hosts)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        kind = Donor.Kind.ORGANISATION if facts["is_organisation"] else Donor.Kind.PERSON
        reported = OfflineGift(
            fund=facts["fund"],
            amount=facts["fen"],
            channel=facts["channel"],
            day=facts["day"],
            campaign=facts["campaign"],
            restriction=facts["restriction"] or None,
            wish=facts["wish"],
            dedication=facts["dedication_to"],
            dedication_kind=facts["dedication_kind"],
            key="",
            name=facts["name"],
            contact=facts["contact"],
            name_choice=facts["name_choice"],
            kind=kind.value,
            message=facts["message"],
            handler=facts["handler"],
            is_under_14=facts["is_under_14"],
            consents=form.consents,
        )
        try:
            keyed = services.gift_of_form(reported, token=facts["token"])
            donation = services.record_offline(keyed, by=user)
            return redirect("donations:gift", code=donation.code)
        except Refused as refusal:
            show_refusal(form, refusal)
    verdict = None if hosts else permissions.may_handle_money(user, _hosts(user)[0])
    context = {"form": form, "verdict": verdict, "workbench": _("财务工作台")}
    return render(request, "donations/record.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@login_required
@require_GET
def parked(request: HttpRequest) -> HttpResponse:
    """List what the provider told us and nobody could book, each with its reason."""
    hosts = money_hosts(person(request))
    if not hosts:
        raise Http404
    rows = list(queries.parked(_codes(hosts))[:200])
    known = {
        donation.session_id: donation
        for donation in Donation.objects.filter(
            host__in=hosts,
            channel__in={row.provider for row in rows},
            session_id__in=[row.object_id for row in rows if row.object_id],
        )
    }
    context = {
        "rows": [(row, known.get(row.object_id)) for row in rows],
        "silences": queries.silences(),
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/parked.html", context)


@login_required
@require_POST
def retry(request: HttpRequest, event_id: int) -> HttpResponse:
    """Put a parked event back into the inbox and work through it."""
    user = person(request)
    hosts = money_hosts(user)
    if not hosts or event_id > BIGGEST_ID:
        raise Http404
    event = get_object_or_404(queries.events_seen_by(_codes(hosts)), pk=event_id)
    services.retry(event, host=hosts[0], by=user)
    services.settle()
    return redirect("donations:parked")
