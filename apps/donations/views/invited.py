"""The page of somebody whom an appeal asks: theirs alone, by their link, in no list and no search engine."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.forms import INVALID, show_refusal
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules, services
from apps.donations.forms.directed import AnswerForm
from apps.donations.models import Donor
from apps.donations.providers import registry
from apps.donations.queries.directed import Link
from apps.donations.services.directed import audience, giving
from apps.donations.states import DonationState, NameChoice
from apps.donations.views.after_gift import remember
from apps.donations.views.wechat import in_wechat

NOT_FOUND, GONE = 404, 410


def _private(answer: HttpResponse) -> HttpResponse:
    """Keep the page out of search engines and its address out of the next page's log."""
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _shut(request: HttpRequest, reason: str, link: Link | None = None) -> HttpResponse:
    """Say in one sentence why a link opens nothing, with whom to ask where the link was ours."""
    context = {"reason": reason, "appeal": link.invitee.appeal if link else None}
    status = GONE if link else NOT_FOUND
    return _private(render(request, "donations/invited_shut.html", context, status=status))


def _unknown(request: HttpRequest) -> HttpResponse:
    return _shut(request, _("这个链接不对，请从收到的邮件或短信里原样打开。"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Tell somebody who was asked what for, by whom and in which capacity, and take their gift."""
    link = queries.directed.link_of(token)
    if link is None:
        return _unknown(request)
    verdict = permissions.directed.may_open_link(link)
    if not verdict:
        return _shut(request, str(verdict.reason), link)
    form = AnswerForm(request.POST or None, ways=registry.open_ways())
    if request.method == "POST" and form.is_valid():
        try:
            return _private(_begin(request, link, form))
        except Refused as refusal:
            show_refusal(form, refusal)
    invitee = link.invitee
    appeal = invitee.appeal
    context: dict[str, Any] = {
        "appeal": appeal,
        "fund": appeal.fund,
        "host": appeal.host,
        "invitee": invitee,
        # A link may be passed on, so its page does not spell out whose it is.
        "name": rules.public_name(
            invitee.name, NameChoice.MASKED, is_organisation=invitee.kind == Donor.Kind.ORGANISATION
        ),
        "restriction": queries.directed.restriction_of(appeal),
        "accounts": queries.directed.told_to(invitee),
        "form": form,
        "wechat": in_wechat(request, registry.open_ways()),
        "token": token,
    }
    status = INVALID if request.method == "POST" else 200
    return _private(render(request, "donations/invited.html", context, status=status))


def _begin(request: HttpRequest, link: Link, form: AnswerForm) -> HttpResponse:
    facts = form.cleaned_data
    donation = giving.answer_appeal(
        link,
        giving.Answer(
            amount=facts["fen"],
            channel=facts["channel"],
            name_choice=facts["name_choice"],
            contact=facts["contact"],
            message=facts["message"],
            shown=services.Shown(amount=facts["publish_amount"]),
            consents=frozenset(form.consents),
        ),
        form_token=facts["token"],
    )
    remember(request, donation)
    if donation.state != DonationState.STARTED:
        return redirect("donations:done", code=donation.code)
    return HttpResponseRedirect(services.open_payment(donation, locale=get_language() or "zh-hans"))


@never_cache
@require_POST
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """Take somebody off the audience who does not want to be asked."""
    link = queries.directed.link_of(token)
    if link is None:
        return _unknown(request)
    verdict = permissions.directed.may_open_link(link)
    if not verdict:
        return _shut(request, str(verdict.reason), link)
    audience.decline(link.invitee)
    context = {
        "reason": _("已经把您移出名单，不会再为这件事找您。"),
        "appeal": link.invitee.appeal,
        "is_done": True,
    }
    return _private(render(request, "donations/invited_shut.html", context))
