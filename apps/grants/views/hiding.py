"""What the public does not see: covered parts of a voucher, and words, of ratings, reports, occasions and visits."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, F, When
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.forms import INVALID, done
from apps.grants import permissions, services
from apps.grants.forms import WordsForm, WrittenForm
from apps.grants.views.common import cover, of_project, seen_expense, seen_project
from apps.projects.models import Activity, Evidence, Ground, Project, WorkNote
from apps.projects.queries import activities_of, all_evidence, notes_of, replies
from apps.projects.views.common import private_file
from apps.users.signed_in import person

PAGE = 50
UNREAD_FIRST = Case(When(read_at=None, then=0), default=1)


@login_required
@require_GET
def shown_voucher(request: HttpRequest, code: str, expense: str) -> FileResponse:
    """Show a voucher as the public sees it, or would, to those who look after the work."""
    return private_file(seen_expense(request, code, expense).shown)


@login_required
@require_http_methods(["GET", "POST"])
def blur_voucher(request: HttpRequest, code: str, expense: str) -> HttpResponse:
    """Cover names and numbers on a voucher, for the public."""
    found, who = seen_expense(request, code, expense), person(request)
    return cover(
        request,
        found.shown,
        lambda areas: services.blur_voucher(found, areas=areas, by=who),
        heading=_("遮票据"),
        lead=_(
            "写上要遮的地方；在图上拖一下也会替您写一行。公开的是遮过的，原来的只给管委会、慈善会和审计看。"
        ),
        picture_url=reverse("grants:shown_voucher", args=[code, expense]),
        back=reverse("grants:work", args=[code]) + "#spending",
        verdict=permissions.may_hide(who, found.project),
        where=of_project(found.project),
    )


@login_required
@require_http_methods(["GET", "POST"])
def words(request: HttpRequest, code: str) -> HttpResponse:
    """Read what residents wrote with their ratings; POST makes one public, or keeps it back on a ground."""
    project, who = seen_project(request, code), person(request)
    verdict, form = permissions.may_hide(who, project), WordsForm(request.POST or None)
    # Words that nobody has read come first.
    written = (
        replies(project).exclude(words="").order_by(F("read_at").asc(nulls_first=True), "-given_at", "-pk")
    )
    if request.method == "POST" and form.is_valid():
        reply = get_object_or_404(written, pk=form.cleaned_data["reply"])
        if done(form, lambda: services.judge_words(reply, ground=form.cleaned_data["ground"], by=who)):
            return redirect("grants:words", code=code)
    context = {
        "project": project,
        "page": Paginator(written, PAGE).get_page(request.GET.get("page")),
        "waiting": written.filter(read_at=None).count(),
        "grounds": Ground.choices,
        "verdict": verdict,
        "form": form,
        "workbench": _("管委会工作台"),
    }
    return render(request, "grants/words.html", context, status=INVALID if form.errors else 200)


def _written(project: Project, form: WrittenForm) -> Evidence | Activity | WorkNote:
    """Return what is meant by a valid form; 404 for what is not of this project."""
    told = form.cleaned_data
    if told["report"]:
        return get_object_or_404(all_evidence(project), code=told["report"])
    if told["note"]:
        return get_object_or_404(notes_of(project, public_only=True), pk=told["note"])
    return get_object_or_404(activities_of(project).filter(struck_at=None), code=told["activity"])


@login_required
@require_http_methods(["GET", "POST"])
def occasions(request: HttpRequest, code: str) -> HttpResponse:
    """Read what was written in reports, of occasions and of visits; POST keeps one's words from the public on a ground,
    or lets everyone read them; or lets everyone read all occasions of a page that nobody had read."""
    project, who = seen_project(request, code), person(request)
    form = WrittenForm(request.POST or None)
    held = activities_of(project).filter(struck_at=None)
    if request.method == "POST" and (codes := request.POST.getlist("read")):
        if done(form, lambda: services.show_occasions(project, codes=codes[:PAGE], by=who)):
            return redirect("grants:occasions", code=code)
    elif request.method == "POST" and form.is_valid():
        found = _written(project, form)
        if done(form, lambda: services.withhold_words(found, ground=form.cleaned_data["ground"], by=who)):
            return redirect("grants:occasions", code=code)
    page = Paginator(held.order_by(UNREAD_FIRST, "-held_on", "-id"), PAGE).get_page(request.GET.get("page"))
    context = {
        "project": project,
        "reports": all_evidence(project),
        "notes": notes_of(project, public_only=True),
        "page": page,
        "several": sum(row.read_at is None for row in page) > 1,
        "waiting": held.filter(read_at=None).count(),
        "grounds": Ground.choices,
        "verdict": permissions.may_hide(who, project),
        "form": form,
        "workbench": _("管委会工作台"),
    }
    return render(request, "grants/occasions.html", context, status=INVALID if form.errors else 200)
