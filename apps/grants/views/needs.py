"""The workbench of residents' needs: read, sort, show, merge, answer, and look for who could help."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.forms import INVALID, done
from apps.grants import permissions, queries, services
from apps.grants.forms.needs import AnswerNeedForm, AsideForm, MergeForm, SortForm
from apps.grants.queries.matching import matches
from apps.grants.views.common import cover
from apps.projects.models import Need, NeedPhoto
from apps.projects.queries import answering
from apps.projects.rules import names_a_door, names_a_number
from apps.projects.services.sorting import Opened
from apps.projects.states import CLOSED, MERGED, MET, NEED_MOVES, PUBLISHED, SET_ASIDE
from apps.projects.views.common import private_file
from apps.users.signed_in import person


@login_required
@require_GET
def needs(request: HttpRequest) -> HttpResponse:
    """List what residents voiced: what nobody has looked at yet, and what is open."""
    who = person(request)
    context = {
        "needs": queries.needs_for(who)[:200],
        "open_needs": queries.needs_seen_by(who).filter(state=PUBLISHED).order_by("-voiced_at", "-pk")[:100],
        "funds": queries.funds_run_by(who),
        "workbench": _("管委会工作台"),
    }
    return render(request, "grants/needs.html", context)


def _need(request: HttpRequest, code: str) -> Need:
    return get_object_or_404(queries.needs_seen_by(person(request)), code=code)


def _show(
    request: HttpRequest,
    found: Need,
    *,
    status: int = 200,
    opened: Opened | None = None,
    **given: forms.Form,
) -> HttpResponse:
    moves = NEED_MOVES[found.state]
    private = getattr(found, "private", None)
    shown: dict[str, forms.Form] = {
        "sort": SortForm(initial={"field": found.field, "urgency": found.urgency}, auto_id="id_sort_%s"),
        "merge": MergeForm(need=found, auto_id="id_merge_%s"),
        "answer": AnswerNeedForm(need=found, auto_id="id_answer_%s"),
        "aside": AsideForm(auto_id="id_aside_%s"),
    } | given
    context = {
        "need": found,
        "photos": found.photos.select_related("file").order_by("pk"),
        "names_someone": names_a_door(found.words) or names_a_number(found.words),
        "has_private": private is not None and bool(private.facts or private.contact or private.volunteer),
        "alone": private is not None and bool(private.volunteer) and found.state == MET,
        "opened": opened,
        "seconds": found.seconds.count(),
        "with_account": found.seconds.filter(has_account=True).count(),
        "projects": answering(found),
        "matches": matches(found) if found.state != MERGED else None,
        "verdict": permissions.may_decide_need(person(request), found),
        "forms": shown,
        "may": {
            name: state in moves
            for name, state in (
                ("publish", PUBLISHED), ("set_aside", SET_ASIDE), ("merge", MERGED), ("met", MET), ("close", CLOSED)
            )
        },
        "workbench": _("管委会工作台"),
    }  # fmt: skip
    response = render(request, "grants/need.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_GET
def need(request: HttpRequest, code: str) -> HttpResponse:
    """Show one need to those who look after it, with who and what could answer it."""
    return _show(request, _need(request, code))


@login_required
@require_POST
def decide_need(request: HttpRequest, code: str) -> HttpResponse:
    """Publish a need, with the photographs that were ticked, or set it aside."""
    found, who = _need(request, code), person(request)
    if request.POST.get("decision") == "publish":
        services.publish_need(found, photos=_picked(request), by=who)
    elif request.POST.get("decision") == "set_aside":
        form = AsideForm(request.POST, auto_id="id_aside_%s")
        if not done(form, lambda: services.set_need_aside(found, **form.cleaned_data, by=who)):
            return _show(request, found, aside=form, status=INVALID)
    return redirect("grants:need", code=code)


def _picked(request: HttpRequest) -> list[int]:
    """Return the keys of the photographs that were ticked."""
    return [int(key) for key in request.POST.getlist("photo") if key.isdecimal() and len(key) < 18]


@login_required
@require_POST
def show_need_photos(request: HttpRequest, code: str) -> HttpResponse:
    """Show the photographs of a public need that were ticked, and withdraw the others."""
    services.show_need_photos(_need(request, code), photos=_picked(request), by=person(request))
    return redirect("grants:need", code=code)


@login_required
@require_POST
def sort_need(request: HttpRequest, code: str) -> HttpResponse:
    """Set the field and the urgency of a need."""
    found, who = _need(request, code), person(request)
    form = SortForm(request.POST, auto_id="id_sort_%s")
    if done(form, lambda: services.sort_need(found, **form.cleaned_data, by=who)):
        return redirect("grants:need", code=code)
    return _show(request, found, sort=form, status=INVALID)


@login_required
@require_POST
def merge_need(request: HttpRequest, code: str) -> HttpResponse:
    """Fold a need into another."""
    found, who = _need(request, code), person(request)
    form = MergeForm(request.POST, need=found, auto_id="id_merge_%s")
    if done(form, lambda: services.merge_need(found, **form.cleaned_data, by=who)):
        return redirect("grants:need", code=code)
    return _show(request, found, merge=form, status=INVALID)


@login_required
@require_POST
def answer_need(request: HttpRequest, code: str) -> HttpResponse:
    """Tell everyone how a need was met, or why not."""
    found, who = _need(request, code), person(request)
    form = AnswerNeedForm(request.POST, need=found, auto_id="id_answer_%s")
    if done(form, lambda: services.answer_need(found, **form.cleaned_data, by=who)):
        return redirect("grants:need", code=code)
    return _show(request, found, answer=form, status=INVALID)


@login_required
@require_POST
def name_volunteer(request: HttpRequest, code: str) -> HttpResponse:
    """Write the name of the volunteer who met a need on its public page, or take it off."""
    found, who = _need(request, code), person(request)
    services.name_volunteer(found, agreed=request.POST.get("agreed") == "yes", by=who)
    return redirect("grants:need", code=code)


@login_required
@require_POST
def forget_volunteer(request: HttpRequest, code: str) -> HttpResponse:
    """Destroy the name of the volunteer who met a need."""
    services.forget_volunteer(_need(request, code), by=person(request))
    return redirect("grants:need", code=code)


@never_cache
@login_required
@require_POST
def open_need(request: HttpRequest, code: str) -> HttpResponse:
    """Open what was sealed; a POST, because looking is an act that is written down."""
    found, who = _need(request, code), person(request)
    return _show(request, found, opened=services.open_private(found, by=who))


def _photo(request: HttpRequest, code: str, number: int) -> NeedPhoto:
    return get_object_or_404(_need(request, code).photos.select_related("file", "need"), pk=number)


@login_required
@require_http_methods(["GET", "POST"])
def blur_need_photo(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Cover faces and doors on a photograph of a need."""
    found, who, here = _photo(request, code, number), person(request), reverse("grants:need", args=[code])
    return cover(
        request,
        found.file,
        lambda areas: services.blur_need_photo(found, areas=areas, by=who),
        heading=_("遮照片"),
        lead=_("写上要遮的地方；在照片上拖一下也会替您写一行。遮过的换下原来的，原来的不再保存。"),
        picture_url=reverse("grants:need_photo", args=[code, number]),
        back=here,
        verdict=permissions.may_decide_need(who, found.need),
        where={"about": code, "trail": [(reverse("grants:needs"), _("居民需求")), (here, code)]},
    )


@login_required
@require_GET
def need_photo(request: HttpRequest, code: str, number: int) -> FileResponse:
    """Show a photograph of a need to its officer, before it is public."""
    return private_file(_photo(request, code, number).file)
