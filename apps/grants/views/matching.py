"""What an organisation could take up: open needs and calls that fit it, and the way to an application."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.grants.queries.openings import openings
from apps.registry.queries import for_user
from apps.users.signed_in import person


@login_required
@require_GET
def matching(request: HttpRequest) -> HttpResponse:
    """Show what fits one of the organisations the reader acts for, the first of them unless one is named."""
    mine = for_user(person(request))
    named = request.GET.get("organisation", "")[:20]
    chosen = get_object_or_404(mine, code=named) if named else mine.first()
    context = {
        "organisations": mine,
        "chosen": chosen,
        "openings": openings(chosen) if chosen else None,
        "workbench": _("项目工作台"),
    }
    return render(request, "grants/matching.html", context)
