"""Moving a gift to another book: staff's page, and the donor's, who is asked about another purpose."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.core.forms import done, show_refusal
from apps.core.models import StoredFile
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.forms.corrections import AnswerForm, CampaignCorrectionForm, CorrectionForm
from apps.donations.models import Donation, InKindGift, PurposeRequest
from apps.donations.states import AnswerWay, CorrectionBasis, PurposeState
from apps.donations.views.after_gift import kept_file
from apps.donations.views.papers import with_paper
from apps.funds.models import Restriction
from apps.users.models import User
from apps.users.signed_in import person, person_or_none


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, code: str) -> HttpResponse:
    """Show where a gift stands and what became of it, and move it or ask its donor."""
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    donation = get_object_or_404(queries.visible_to(request.user), code=code)
    offered = services.books_of(donation.host_id)
    is_campaign = request.POST.get("act") == "campaign"
    form = CorrectionForm(None if is_campaign else request.POST or None, offered=offered)
    campaigns = CampaignCorrectionForm(
        request.POST if is_campaign else None, given=donation, auto_id="campaign_%s"
    )
    if is_campaign:
        if done(campaigns, lambda: _put_right(donation, campaigns, person(request))):
            return redirect("donations:correct", code=code)
    elif request.method == "POST" and form.is_valid():
        target = next(row for row in offered if row.code == form.cleaned_data["restriction"])
        try:
            _carry_out(donation, form, target, request.user)
            return redirect("donations:correct", code=code)
        except Refused as refusal:
            show_refusal(form, refusal)
    context = {
        "donation": donation,
        "now": _now(donation),
        "form": form,
        "verdict": permissions.may_correct(request.user, donation),
        "campaigns": campaigns,
        "campaign_verdict": permissions.may_correct_campaign(request.user, donation),
        "campaign_corrections": queries.campaign_corrections_of(donation),
        "may_handle": permissions.may_handle_money(request.user, donation.host),
        "corrections": queries.corrections_of(donation),
        "requests": queries.purposes_of(donation),
        "workbench": _("财务工作台"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/correct.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_goods(request: HttpRequest, code: str) -> HttpResponse:
    """Put right for which campaign things count."""
    user = person(request)
    gift = get_object_or_404(queries.in_kind_visible_to(user), code=code)
    form = CampaignCorrectionForm(request.POST or None, given=gift)
    if request.method == "POST" and done(form, lambda: _put_right(gift, form, user)):
        return redirect("donations:correct_goods", code=code)
    context = {
        "given": gift,
        "campaigns": form,
        "campaign_verdict": permissions.may_correct_campaign(user, gift),
        "campaign_corrections": queries.campaign_corrections_of(gift),
        "workbench": _("财务工作台"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/goods_correct.html", context, status=status)


def _put_right(given: Donation | InKindGift, form: CampaignCorrectionForm, user: User) -> None:
    facts = form.cleaned_data
    services.correct_campaign(
        given, campaign=facts["campaign"], reason=facts["reason"], key=facts["token"], by=user
    )


def _carry_out(donation: Donation, form: CorrectionForm, target: Restriction, user: User) -> None:
    facts = form.cleaned_data
    if facts["basis"] == CorrectionBasis.CONSENT:
        services.ask_purpose(donation, restriction=target, reason=facts["reason"], by=user)
        return
    services.correct_gift(
        donation,
        restriction=target,
        basis=facts["basis"],
        reason=facts["reason"],
        reference=facts["reference"],
        dated=facts["dated"],
        key=facts["token"],
        by=user,
    )


def _request(request: HttpRequest, code: str) -> PurposeRequest:
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    rows = PurposeRequest.objects.filter(donation__in=queries.visible_to(request.user))
    return get_object_or_404(rows.select_related("donation", "fund"), code=code)


def _now(donation: Donation) -> Restriction | None:
    return Restriction.objects.filter(fund=donation.fund, code=donation.restriction).first()


def _told(asked: PurposeRequest) -> dict[str, Any]:
    """What is asked, as `donations/_asked.html` tells it."""
    donation = asked.donation
    return {
        "asked": asked,
        "donation": donation,
        "now": _now(donation),
        "target": Restriction.objects.get(fund=asked.fund, code=asked.restriction),
    }


@login_required
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take back a question that the donor has not answered."""
    asked = _request(request, code)
    services.withdraw_purpose(asked, by=person_or_none(request))
    return redirect("donations:correct", code=asked.donation.code)


@login_required
@require_POST
def carry_out(request: HttpRequest, code: str) -> HttpResponse:
    """Move a gift whose donor agreed when its money was not free."""
    asked = _request(request, code)
    services.carry_out_purpose(asked, by=person_or_none(request))
    return redirect("donations:correct", code=asked.donation.code)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Write down what a donor answered by telephone or on paper."""
    asked, by = _request(request, code), person(request)
    form = AnswerForm(request.POST or None, request.FILES or None, initial={"answered_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            permissions.may_handle_money(by, asked.donation.host).require()
            with_paper(facts["paper"], partial(_record, asked, facts, by), field="paper", by=by)
            return redirect("donations:correct", code=asked.donation.code)
        except Refused as refusal:
            show_refusal(form, refusal)
    context = _told(asked) | {
        "form": form,
        "verdict": permissions.may_handle_money(by, asked.donation.host),
        "phone": permissions.may_record_answer(by, asked, AnswerWay.PHONE),
        "is_open": asked.state == PurposeState.ASKED,
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/answer.html", context, status=422 if request.method == "POST" else 200)


def _record(asked: PurposeRequest, facts: dict[str, Any], by: User, paper: StoredFile | None) -> int | None:
    told = services.record_purpose_answer(
        asked,
        agrees=facts["agrees"] == "yes",
        way=facts["way"],
        answered_on=facts["answered_on"],
        paper=paper,
        by=by,
    )
    return told.answer_paper_id


@never_cache
@login_required
@require_safe
def answer_paper(request: HttpRequest, code: str) -> HttpResponseBase:
    """Hand out a donor's written answer to who may see the donor."""
    asked, user = _request(request, code), person(request)
    if asked.answer_paper is None or not permissions.may_see_donor(user, asked.donation.host):
        raise Http404
    services.note_look(asked.donation, by=user)
    return kept_file(asked.answer_paper, f"answer-{asked.code}")


@never_cache
@require_http_methods(["GET", "POST"])
def purpose(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the donor, by their letter's link, and record what they say."""
    asked = queries.purpose_of_token(token)
    if asked is None:
        raise Http404
    answer = request.POST.get("answer", "")
    status = 200
    if request.method == "POST":
        if answer in {"yes", "no"}:
            by = person_or_none(request)
            services.answer_purpose(asked, agrees=answer == "yes", by=by)
            return redirect("donations:purpose", token=token)
        status = 422
    context = _told(asked) | {
        "fund": asked.donation.fund,
        "host": asked.donation.host,
        "is_open": asked.state == PurposeState.ASKED and clock.now() <= asked.answer_by,
    }
    return render(request, "donations/purpose.html", context, status=status)
