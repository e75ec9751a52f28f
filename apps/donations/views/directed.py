"""Staff's pages of directed fundraising: the appeals, their audiences, who gave."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.core.forms import INVALID, done
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules, services
from apps.donations.forms.directed import AppealForm, InviteForm, ReceivedForm, RosterForm, TellForm
from apps.donations.models import DirectedAppeal, Donor, Invitee
from apps.donations.notices.texts import is_address
from apps.donations.roster import RosterFault, read_roster
from apps.donations.services.directed import audience, giving, links, telling, writing
from apps.donations.states import NameChoice
from apps.funds.models import Host
from apps.users.signed_in import person

PAGE = 100


def _hosts(request: HttpRequest) -> list[Host]:
    found = list(queries.hosts_seen_by(person(request)))
    if not found:
        raise Http404
    return found


def _appeal(request: HttpRequest, code: str) -> DirectedAppeal:
    return get_object_or_404(queries.directed.appeals_seen_by(person(request)), code=code)


def _invitee(request: HttpRequest, code: str) -> Invitee:
    """Somebody on an audience whose names the person may see; 404 else."""
    rows = Invitee.objects.select_related("appeal__host", "appeal__fund__host", "donor")
    row = get_object_or_404(rows, code=code, appeal__host__in=_hosts(request))
    if not permissions.directed.may_see_audience(person(request), row.appeal.host):
        raise Http404
    return row


@never_cache
@login_required
@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """List the appeals, and what this year's gifts of each host came by."""
    user, today = person(request), clock.today()
    hosts = _hosts(request)
    facts = {
        "appeals": [
            (row, queries.directed.answers(row)) for row in queries.directed.appeals_seen_by(user)[:PAGE]
        ],
        "hosts": [
            (
                host,
                permissions.directed.may_write_appeals(user, host),
                queries.directed.sources(host, date(today.year, 1, 1), today),
            )
            for host in hosts
        ],
        "year": today.year,
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/appeals.html", facts)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, host: str) -> HttpResponse:
    """Write down a new appeal."""
    found = next((row for row in _hosts(request) if row.code == host), None)
    if found is None:
        raise Http404
    form = AppealForm(request.POST or None, host=found)
    made: list[DirectedAppeal] = []

    def write() -> None:
        facts = dict(form.cleaned_data)
        token, chosen = facts.pop("token"), facts.pop("restriction")
        text = writing.AppealText(restriction=chosen.code, **facts)
        made.append(writing.write_appeal(chosen.fund, text, token=token, by=person(request)))

    if request.method == "POST" and done(form, write):
        return redirect("donations:audience", code=made[0].code)
    verdict = permissions.directed.may_write_appeals(request.user, found)
    return _edit_page(request, {"form": form, "host": found, "verdict": verdict})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change a draft."""
    row = _appeal(request, code)
    form = AppealForm(request.POST or None, host=row.host, appeal=row)

    def write() -> None:
        facts = dict(form.cleaned_data)
        del facts["token"]
        chosen = facts.pop("restriction")
        text = writing.AppealText(restriction=chosen.code, **facts)
        writing.change_appeal(row, chosen.fund, text, by=person(request))

    if request.method == "POST" and done(form, write):
        return redirect("donations:appeal", code=code)
    verdict = permissions.directed.may_change_appeal(request.user, row)
    return _edit_page(request, {"form": form, "host": row.host, "appeal": row, "verdict": verdict})


def _edit_page(request: HttpRequest, facts: dict[str, Any]) -> HttpResponse:
    status = INVALID if request.method == "POST" else 200
    page = facts | {"workbench": _("财务工作台")}
    return render(request, "donations/appeal_edit.html", page, status=status)


@never_cache
@login_required
@require_safe
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Show an appeal: its text, how many it asks, who gave with their name masked, and what the givers were told."""
    return _show(request, _appeal(request, code))


def _show(request: HttpRequest, row: DirectedAppeal, *, status: int = 200, **more: Any) -> HttpResponse:
    user, may = person(request), permissions.directed
    page = Paginator(queries.directed.gifts_for_appeal(row), PAGE).get_page(request.GET.get("page"))
    facts: dict[str, Any] = {
        "appeal": row,
        "restriction": queries.directed.restriction_of(row),
        "answers": queries.directed.answers(row),
        "counts": queries.directed.counts(row),
        "page": page,
        "gifts": [(gift, _masked(gift.invitee)) for gift in page],
        "accounts": row.accounts.order_by("-pk"),
        "unwritten": sum(not is_address(one.contact) for one in queries.directed.givers(row)),
        "tell_form": TellForm(),
        "may_change": may.may_change_appeal(user, row),
        "may_open": may.may_open_appeal(user, row),
        "may_close": may.may_close_appeal(user, row),
        "may_see": may.may_see_audience(user, row.host),
        "may_check": may.may_check_audience(user, row),
        "may_send": may.may_send_links(user, row),
        "may_record": may.may_record_directed(user, row),
        "may_tell": may.may_tell_givers(user, row),
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/appeal.html", facts | more, status=status)


def _masked(row: Invitee) -> str:
    """Return who gave as a list shows it: looking down a list is not looking at everyone."""
    if not row.name_sealed:
        return _("资料已删除")
    is_organisation = row.kind == Donor.Kind.ORGANISATION
    return rules.public_name(row.name, NameChoice.MASKED, is_organisation=is_organisation)


ACTS: dict[str, Callable[..., object]] = {
    "open": writing.open_appeal,
    "close": writing.close_appeal,
    "check": audience.check_audience,
    "send": links.send_links,
}


@login_required
@require_POST
def act(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """Open or end an appeal, say that its audience was checked, or send the links."""
    row = _appeal(request, code)
    if what not in ACTS:
        raise Http404
    try:
        result = ACTS[what](row, by=person(request))
    except Refused as refusal:
        return _show(request, _appeal(request, code), status=INVALID, refusal=str(refusal))
    if isinstance(result, int):
        words = _("给 %(n)d 个人发了链接。") if what == "send" else _("核对了 %(n)d 个人。")
        messages.success(request, words % {"n": result})
    return redirect("donations:audience" if what in {"check", "send"} else "donations:appeal", code=code)


@login_required
@require_POST
def tell(request: HttpRequest, code: str) -> HttpResponse:
    """Tell those who gave what came and what became of it."""
    row = _appeal(request, code)
    form = TellForm(request.POST)
    if done(form, lambda: telling.tell_givers(row, **form.cleaned_data, by=person(request))):
        messages.success(request, _("已经写信告知捐过的人。"))
        return redirect("donations:appeal", code=code)
    return _show(request, row, status=INVALID, tell_form=form)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Show whom an appeal asks, by name, and put one more or a list on it. Looking is written down."""
    row = _appeal(request, code)
    user = person(request)
    verdict = permissions.directed.may_see_audience(user, row.host)
    one, many = InviteForm(None), RosterForm(None)
    faults: tuple[RosterFault, ...] = ()
    if request.method == "POST" and "lines" in request.POST:
        many = RosterForm(request.POST, request.FILES)
        try:
            if many.is_valid():
                lines, found = read_roster(many.cleaned_data["lines"])
                audience.invite_all(row, lines, faults=found, by=user)
                return redirect("donations:audience", code=code)
        except audience.RosterRefused as refusal:
            faults = refusal.faults
            many.add_error(None, str(refusal))
        except Refused as refusal:
            many.add_error("lines" if refusal.field == "lines" else None, str(refusal))
    elif request.method == "POST":
        one = InviteForm(request.POST)
        if done(one, lambda: audience.invite(row, one.line, by=user)):
            return redirect("donations:audience", code=code)
    return _people_page(request, row, verdict=verdict, one=one, many=many, faults=faults)


def _people_page(request: HttpRequest, row: DirectedAppeal, **more: Any) -> HttpResponse:
    user, may = person(request), permissions.directed
    page = None
    if more["verdict"]:
        page = Paginator(queries.directed.audience(row), PAGE).get_page(request.GET.get("page"))
        if page.paginator.count:
            services.note_look(row, by=user)
    facts: dict[str, Any] = {
        "appeal": row,
        "page": page,
        "may_open": may.may_open_appeal(user, row),
        "may_change": may.may_change_audience(user, row),
        "may_check": may.may_check_audience(user, row),
        "may_send": may.may_send_links(user, row),
        "waits_for_link": queries.directed.asked_by(row).filter(link_number=0).exists(),
        "workbench": _("财务工作台"),
    }
    status = INVALID if request.method == "POST" else 200
    return render(request, "donations/audience.html", facts | more, status=status)


@never_cache
@login_required
@require_safe
def invitee(request: HttpRequest, code: str) -> HttpResponse:
    """Show one person of an audience: their link, if one may be handed over, and what they gave."""
    return _person_page(request, _invitee(request, code))


def _person_page(request: HttpRequest, row: Invitee, *, refusal: str = "") -> HttpResponse:
    user = person(request)
    if row.name_sealed:
        services.note_look(row, by=user)
    may_send = permissions.directed.may_send_links(user, row.appeal)
    is_asked = row.removed_at is None and row.checked_at is not None
    facts = {
        "invitee": row,
        "appeal": row.appeal,
        "gifts": queries.directed.gifts_by(row),
        "address": links.address_of(row) if may_send and is_asked and row.link_number else "",
        "may_send": may_send,
        "may_write": permissions.directed.may_write_appeals(user, row.appeal.host),
        "is_asked": is_asked,
        "refusal": refusal,
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/invitee.html", facts, status=INVALID if refusal else 200)


@login_required
@require_POST
def steer(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """Take somebody off an audience, or send them a new link."""
    row = _invitee(request, code)
    verbs = {"take-off": audience.take_off, "link": links.renew_link}
    if what not in verbs:
        raise Http404
    try:
        verbs[what](row, by=person(request))
    except Refused as refusal:
        return _person_page(request, row, refusal=str(refusal))
    return redirect("donations:invitee", code=code)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, code: str) -> HttpResponse:
    """Enter what somebody of the audience gave in cash or by transfer; it is booked at once."""
    row = _appeal(request, code)
    user = person(request)
    verdict = permissions.directed.may_record_directed(user, row)
    asked = queries.directed.audience(row).exclude(checked_at=None).exclude(name_sealed="")
    form = ReceivedForm(request.POST or None, invitees=asked if verdict else asked.none())

    def book() -> None:
        facts = form.cleaned_data
        received = giving.Received(
            amount=facts["amount"],
            channel=facts["channel"],
            day=facts["day"],
            name_choice=facts["name_choice"],
            consents=form.consents,
            message=facts["message"],
            handler=facts["handler"],
        )
        giving.record_directed(facts["invitee"], received, token=facts["token"], by=user)

    if request.method == "POST" and verdict and done(form, book):
        return redirect("donations:appeal", code=code)
    if verdict and asked.exists():
        services.note_look(row, by=user)
    facts = {"appeal": row, "form": form, "verdict": verdict, "workbench": _("财务工作台")}
    status = INVALID if request.method == "POST" else 200
    return render(request, "donations/appeal_record.html", facts, status=status)
