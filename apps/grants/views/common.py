"""What the pages share."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.forms import INVALID, done
from apps.core.models import StoredFile
from apps.core.verdicts import Verdict
from apps.grants import permissions, queries
from apps.grants.forms import BlurForm
from apps.grants.models import Clawback, Grant, Payment
from apps.projects.models import Expense, Project
from apps.projects.queries import funds_of, is_sealed
from apps.users.signed_in import person


def grant_or_404(request: HttpRequest, code: str) -> Grant:
    """Return a grant this person may see; any other is not there."""
    return get_object_or_404(queries.visible_to(request.user), code=code)


def payment_or_404(request: HttpRequest, code: str) -> Payment:
    """Return a payment whose money this person handles; any other is not there."""
    return get_object_or_404(queries.payments_of(queries.paid_by(request.user)), code=code)


def clawback_or_404(request: HttpRequest, code: str) -> Clawback:
    """Return a clawback whose money this person handles."""
    found = Clawback.objects.filter(grant__in=queries.paid_by(request.user))
    return get_object_or_404(
        found.select_related("grant__fund__host", "grant__project__organisation", "grant__motion"), code=code
    )


def officers_project(request: HttpRequest, code: str) -> Project:
    """Return a project that a fund's officer (or the host, for those under way) looks after."""
    found = Project.objects.select_related("fund__host", "organisation", "call").exclude(
        state=Project.State.DRAFT
    )
    project = get_object_or_404(found, code=code)
    funds = [fund.pk for fund in funds_of(project)]
    looks_after = queries.funds_run_by(request.user).filter(pk__in=funds).exists()
    if not looks_after and not permissions.is_hosts_admin(request.user, project.fund):
        raise Http404
    if is_sealed(project):
        raise Http404
    return project


def seen_project(request: HttpRequest, code: str) -> Project:
    """Return a project whose work this person looks after: on a paying fund's committee, or the host's staff."""
    return get_object_or_404(queries.work_seen_by(person(request)), code=code)


def seen_expense(request: HttpRequest, code: str, expense: str) -> Expense:
    """Return an expense of such a project."""
    found = Expense.objects.select_related("voucher", "covered", "project__organisation")
    return get_object_or_404(found, project=seen_project(request, code), code=expense)


def of_project(project: Project) -> dict[str, Any]:
    """Return what a page about a part of a project's work says about where it is."""
    trail = [
        (reverse("grants:board"), _("资助")),
        (reverse("grants:work", args=[project.code]), project.title),
    ]
    return {"about": project.title, "trail": trail}


def cover(
    request: HttpRequest,
    picture: StoredFile,
    verb: Callable[[str], object],
    *,
    heading: str,
    lead: str,
    picture_url: str,
    back: str,
    verdict: Verdict,
    where: Mapping[str, Any],
) -> HttpResponse:
    """Cover the rectangles that were sent and show the picture again, or show it with the form and what is said of it.

    `where` is what `of_project` returns.
    """
    form = BlurForm(request.POST or None)
    if request.method == "POST" and done(form, lambda: verb(form.cleaned_data["areas"])):
        return redirect(request.path)
    context = {
        **where,
        "heading": heading,
        "lead": lead,
        "picture": picture,
        "picture_url": picture_url,
        "can_be_covered": picture.content_type.startswith("image/"),
        "back": back,
        "form": form,
        "verdict": verdict,
        "workbench": _("管委会工作台"),
    }
    return render(request, "grants/blur.html", context, status=INVALID if form.errors else 200)
