"""The public's pages of monthly gifts: beginning one, and steering it by its link, signed in or not."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import money
from apps.core.forms import show_refusal
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules, services
from apps.donations.forms.giving import NameForm
from apps.donations.forms.plans import PlanForm, SteerForm
from apps.donations.models import Donor, GivingPlan
from apps.donations.providers import registry
from apps.donations.queries.targets import Target
from apps.donations.states import DonationState, PlanRail
from apps.donations.views.giving import choose_fund
from apps.donations.views.wechat import InWechat, in_wechat
from apps.funds.models import Fund
from apps.funds.queries import gifts_refused, takes_gifts
from apps.users.signed_in import person_or_none

MONTHS = 36


def _plan(token: str) -> GivingPlan:
    """Return the plan that a link opens; 404 for any other."""
    plan = queries.plan_of_token(token)
    if plan is None:
        raise Http404
    return plan


def _in_wechat(request: HttpRequest, channel: str) -> InWechat | None:
    """Return what to say of the way by which a monthly gift is paid."""
    return in_wechat(request, [registry.way_of(channel)])


@never_cache
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form of a monthly gift with the filed plan above it, or say why none can begin; begin one."""
    target = queries.target_of(code, fund=request.GET.get("fund", "")[:20])
    if target is None or target.wish is not None or target.restriction is not None:
        raise Http404
    if target.fund is None:
        return choose_fund(request, target)
    fund, campaign = target.fund, target.filed
    is_open = takes_gifts(fund)
    context: dict[str, Any] = {"target": target, "fund": fund, "host": fund.host, "campaign": campaign}
    if campaign is None or not is_open:
        context |= {} if is_open else {"refusal": gifts_refused(fund)}
        status = 200 if request.method == "GET" else 422
        return render(request, "donations/closed.html", context, status=status)
    channel = registry.reminder_channel()
    if not channel:
        return render(request, "donations/plan_offline.html", context)
    form = PlanForm(
        request.POST or None,
        offered=queries.restrictions_open(fund),
        takes_cards=bool(registry.monthly_channel()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _begin(request, fund, form, target)
        except Refused as refusal:
            show_refusal(form, refusal)
    context |= {"form": form, "wechat": _in_wechat(request, channel)}
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/plan_begin.html", context, status=status)


def _begin(request: HttpRequest, fund: Fund, form: PlanForm, target: Target) -> HttpResponse:
    facts = form.cleaned_data
    kind = Donor.Kind.ORGANISATION if facts["is_organisation"] else Donor.Kind.PERSON
    plan = services.begin_plan(
        fund,
        amount=facts["fen"],
        day=facts["day"],
        rail=facts["rail"],
        restriction=facts["restriction"],
        name=facts["name"],
        contact=facts["contact"],
        name_choice=facts["name_choice"],
        kind=kind.value,
        is_under_14=facts["is_under_14"],
        message=facts["message"],
        shown=form.shown,
        consents=form.consents,
        campaign=target.campaign,
        form_token=facts["token"],
        by=person_or_none(request),
    )
    if plan.rail == PlanRail.REMINDER:
        # Whoever left a phone number alone is texted once a first month was paid.
        is_texted = rules.is_phone(rules.normal_contact(facts["contact"]))
        return redirect("donations:plan_pay" if is_texted else "donations:plan", token=plan.token)
    return HttpResponseRedirect(services.open_plan(plan, locale=get_language() or "zh-hans"))


@never_cache
@require_GET
def plan(request: HttpRequest, token: str) -> HttpResponse:
    """Show a monthly gift: how it stands, what it gave, and everything that can be changed."""
    row = services.settle_plan(_plan(token))
    return _show(request, row, _steer_form(row))


def _steer_form(row: GivingPlan) -> SteerForm:
    return SteerForm(initial={"amount": money.written(row.amount).replace(",", ""), "day": row.day})


def _show(request: HttpRequest, row: GivingPlan, form: SteerForm, status: int = 200) -> HttpResponse:
    count, fen = queries.given_by(row)
    context = {
        "plan": row,
        "fund": row.fund,
        "host": row.host,
        "form": form,
        "verdict": permissions.may_steer_plan(row),
        "name_verdict": permissions.may_choose_of_plan(row),
        "pay_verdict": permissions.may_pay_month(row),
        "fund_verdict": permissions.may_give_each_month(row.fund),
        "count": count,
        "given": fen,
        "gifts": row.donations.filter(state=DonationState.BOOKED).order_by("-pk")[:MONTHS],
        "is_cancelled": "cancelled" in request.GET,
    }
    return render(request, "donations/plan_page.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Show the one button that pays for this month, and go to the payment page when it is pressed."""
    row = _plan(token)
    verdict = permissions.may_pay_month(row)
    if request.method == "POST" and verdict:
        donation = services.pay_month(row)
        if donation.state != DonationState.STARTED:
            return redirect("donations:done", code=donation.code)
        return HttpResponseRedirect(services.open_payment(donation, locale=get_language() or "zh-hans"))
    context = {"plan": row, "fund": row.fund, "host": row.host, "verdict": verdict}
    context["campaign"] = queries.campaign_of_month(row)
    context["wechat"] = _in_wechat(request, row.channel)
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/plan_pay.html", context, status=status)


@require_POST
def pause(request: HttpRequest, token: str) -> HttpResponse:
    """Pause a monthly gift."""
    services.pause_plan(_plan(token), by=person_or_none(request))
    return redirect("donations:plan", token=token)


@require_POST
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Go on with a monthly gift."""
    services.resume_plan(_plan(token), by=person_or_none(request))
    return redirect("donations:plan", token=token)


@require_POST
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Change how much and on which day."""
    row = _plan(token)
    form = SteerForm(request.POST)
    if form.is_valid() and form.cleaned_data["fen"] is not None:
        facts = form.cleaned_data
        try:
            services.change_plan(row, amount=facts["fen"], day=facts["day"], by=person_or_none(request))
            return redirect("donations:plan", token=token)
        except Refused as refusal:
            show_refusal(form, refusal)
    return _show(request, row, form, 422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest, token: str) -> HttpResponse:
    """Let a donor change what the public sees of a monthly gift."""
    row = _plan(token)
    if not permissions.may_choose_of_plan(row):
        raise Http404
    form = NameForm(request.POST or None, donation=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_name_of_plan(row, **form.chosen, by=person_or_none(request))
            return redirect("donations:plan", token=token)
        except Refused as refusal:
            show_refusal(form, refusal)
    context = {
        "form": form,
        "fund": row.fund,
        "host": row.host,
        "back": reverse("donations:plan", args=[token]),
        "place": _("我的月捐"),
        "shown": row.get_name_choice_display(),
        "is_plan": True,
    }
    return render(request, "donations/name.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a monthly gift for good."""
    services.stop_plan(_plan(token), by=person_or_none(request))
    return redirect("donations:plan", token=token)
