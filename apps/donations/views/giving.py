"""The public's pages: giving, coming back from the payment, instructions for a bank transfer."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.forms import show_refusal
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.forms.giving import GiveForm, NameForm
from apps.donations.models import Donation, Donor
from apps.donations.providers import registry
from apps.donations.providers.base import Way
from apps.donations.queries import Target
from apps.donations.states import Channel, DonationState
from apps.donations.views.after_gift import own_key, remember
from apps.donations.views.own import donors_only, giver
from apps.donations.views.wechat import in_wechat
from apps.funds.models import Fund, Restriction
from apps.funds.queries import gifts_refused, takes_gifts
from apps.users.signed_in import person_or_none

MAX_TURNS = 40
# From how many funds on a campaign shows them by town, folded.
MANY_FUNDS = 12


@never_cache
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, code: str) -> HttpResponse:
    """Show the gift form of a fund, a purpose, a campaign, a project or a need with the filed plan, or say why no gift
    can be taken.

    A campaign of several funds asks first which one. A form that is sent begins a gift.
    """
    target = queries.target_of(code, fund=request.GET.get("fund", "")[:20])
    if target is None:
        raise Http404
    fund, campaign = target.fund, target.filed
    if fund is None:
        return choose_fund(request, target)
    context: dict[str, Any] = {
        "target": target,
        "fund": fund,
        "host": fund.host,
        "campaign": campaign,
    }
    if target.wish is not None and not target.wish.is_open:
        context["refusal"] = _("“%(name)s”不再收捐款了。") % {"name": target.wish.name}
    if not takes_gifts(fund):
        context["refusal"] = gifts_refused(fund)
    if campaign is None or "refusal" in context:
        return render(
            request, "donations/closed.html", context, status=200 if request.method == "GET" else 422
        )
    form = GiveForm(
        request.POST or None,
        offered=_offered(target, fund),
        ways=registry.open_ways(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _begin(request, fund, form, target)
        except Refused as refusal:
            show_refusal(form, refusal)
    context["form"] = form
    context["wechat"] = in_wechat(request, registry.open_ways())
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/give.html", context, status=status)


def choose_fund(request: HttpRequest, target: Target) -> HttpResponse:
    """Ask which fund of a campaign a gift is for, or say that the campaign takes none now."""
    found = queries.open_funds(target.campaign) if target.campaign else []
    context = {"target": target, "host": target.host, "campaign": target.campaign, "towns": []}
    if target.filed is not None:
        context["towns"] = queries.funds_by_town(found)
        context["is_long"] = len(found) > MANY_FUNDS
    return render(request, "donations/choose_fund.html", context)


def _offered(target: Target, fund: Fund) -> list[Restriction]:
    """Return what a gift may be for here: a wish without a restriction of its own leaves the general purpose alone."""
    if target.restriction is not None:
        return [target.restriction]
    found = queries.restrictions_open(fund)
    return [row for row in found if row.is_general] if target.wish else found


def _begin(request: HttpRequest, fund: Fund, form: GiveForm, target: Target) -> HttpResponse:
    facts = form.cleaned_data
    kind = Donor.Kind.ORGANISATION if facts["is_organisation"] else Donor.Kind.PERSON
    donation = services.start_gift(
        fund,
        amount=facts["fen"],
        channel=facts["channel"],
        restriction=facts["restriction"],
        name=facts["name"],
        contact=facts["contact"],
        name_choice=facts["name_choice"],
        message=facts["message"],
        kind=kind.value,
        shown=form.shown,
        is_under_14=facts["is_under_14"],
        consents=form.consents,
        form_token=facts["token"],
        campaign=target.campaign,
        wish=target.wish.code if target.wish else "",
        by=person_or_none(request),
    )
    remember(request, donation)
    if donation.state != DonationState.STARTED:
        return redirect("donations:done", code=donation.code)
    return HttpResponseRedirect(services.open_payment(donation, locale=get_language() or "zh-hans"))


@never_cache
@require_POST
def again(request: HttpRequest, code: str) -> HttpResponse:
    """Try a gift again that was not paid, with the same facts and the way of paying that was pressed."""
    donation = get_object_or_404(
        Donation.objects.select_related("fund", "host", "donor", "campaign"), code=code
    )
    donation = services.settle_session(donation)
    try:
        renewed = services.give_again(donation, channel=request.POST.get("channel", ""))
        if own_key(request, donation):
            remember(request, renewed)
        if renewed.state != DonationState.STARTED:
            return redirect("donations:done", code=renewed.code)
        address = services.open_payment(renewed, locale=get_language() or "zh-hans")
    except Refused as refusal:
        return _done_page(request, donation, refusal=str(refusal), status=422)
    return HttpResponseRedirect(address)


def _ways_left(donation: Donation) -> list[Way]:
    """Return by what a gift can be tried again: what needs no consent that was not given for it."""
    standing = services.standing_consents(donation)
    return [way for way in registry.open_ways() if standing.issuperset(way.consents)]


@never_cache
@require_GET
def done(request: HttpRequest, code: str) -> HttpResponse:
    """Say where a gift is. Coming back from the payment page books it, whether or not the webhook was here first."""
    donation = get_object_or_404(Donation.objects.select_related("fund", "host", "donor"), code=code)
    if donation.channel == Channel.BANK and donation.state == DonationState.STARTED:
        return redirect("donations:transfer", code=code)
    donation = services.settle_session(donation)
    return _done_page(request, donation)


def _done_page(
    request: HttpRequest, donation: Donation, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    turn = request.GET.get("turn", "0")
    turns = int(turn) if turn.isascii() and turn.isdigit() and len(turn) < 4 else 0
    waiting = donation.state in {DonationState.STARTED, DonationState.PENDING}
    came_back = "cancelled" in request.GET or bool(refusal)
    cancelled = waiting and donation.state == DonationState.STARTED and came_back
    directed = queries.directed.directed_of(donation)
    is_over = cancelled or donation.state in {DonationState.FAILED, DonationState.EXPIRED}
    may_go_on = is_over and permissions.directed.may_go_on_paying(donation)
    ways_left = _ways_left(donation) if may_go_on else []
    is_own = bool(giver(request)) and bool(permissions.is_own(giver(request), donation.donor))
    key = own_key(request, donation)
    context = {
        "donation": donation,
        "fund": donation.fund,
        "host": donation.host,
        # The address may be passed on, so a hidden amount is for the donor alone.
        "sees_amount": donation.shows_amount or is_own or bool(key),
        "waiting": waiting and not cancelled,
        "cancelled": cancelled,
        "is_own": is_own,
        "own_key": key,
        "purpose": queries.purpose_of(donation),
        "wish": queries.wish_of(donation.wish),
        # What only some people were asked for is not passed on (Charity Law, article 30).
        "share_url": ""
        if directed
        else settings.SITE_URL + reverse("disclosure:fund", args=[donation.fund.code]),
        "is_directed": directed is not None,
        "appeal": directed.invitee.appeal if directed else None,
        "refusal": refusal,
        "ways_left": ways_left,
        "wechat": in_wechat(request, ways_left),
        "next_turn": turns + 1 if waiting and not cancelled and turns < MAX_TURNS else None,
    }
    return render(request, "donations/done.html", context, status=status)


@never_cache
@require_GET
def transfer(request: HttpRequest, code: str) -> HttpResponse:
    """Show where to transfer an announced gift, and the reference code that lets the host find it."""
    donation = get_object_or_404(
        Donation.objects.select_related("fund", "host", "campaign"), code=code, channel=Channel.BANK
    )
    directed = queries.directed.directed_of(donation)
    # Whoever was taken off an audience is not told where to pay any more.
    is_over = directed is not None and directed.invitee.removed_at is not None
    if donation.state == DonationState.BOOKED or is_over:
        return redirect("donations:done", code=code)
    asked_for = directed.invitee.appeal if directed else donation.campaign
    context = {
        "donation": donation,
        "appeal": directed.invitee.appeal if directed else None,
        "bank_account": asked_for.bank_account if asked_for else "",
        "fund": donation.fund,
        "host": donation.host,
        "wish": queries.wish_of(donation.wish),
    }
    return render(request, "donations/transfer.html", context)


@never_cache
@donors_only
@require_http_methods(["GET", "POST"])
def name(request: HttpRequest, code: str) -> HttpResponse:
    """Let a donor change what the public sees of their gift, and take a consent back."""
    by = giver(request)
    donation = get_object_or_404(queries.gifts_of(by), code=code)
    form = NameForm(request.POST or None, donation=donation)
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_name(donation, **form.chosen, by=by)
            return redirect("donations:done", code=code)
        except Refused as refusal:
            show_refusal(form, refusal)
    context = {
        "form": form,
        "fund": donation.fund,
        "host": donation.host,
        "back": reverse("donations:done", args=[code]),
        "place": _("这笔捐款"),
        "shown": donation.spoken_name,
        "is_month": donation.plan_id is not None,
    }
    return render(request, "donations/name.html", context, status=422 if request.method == "POST" else 200)
