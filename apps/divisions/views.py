"""Finding a place as one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from apps.divisions import queries
from apps.divisions.rules import is_code

MAX_QUERY = 60


@require_GET
@cache_control(public=True, max_age=300)
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer with a fragment: links to the places that fit what was typed so far (`q`), within a place (`within`)."""
    text = request.GET.get("q", "")[:MAX_QUERY].strip()
    within = request.GET.get("within", "")
    found = queries.search(text, within=within if is_code(within) else None)
    paths = queries.path_names(found)
    rows = [{"code": row.code, "name": row.name, "path": paths[row.code]} for row in found]
    return render(request, "divisions/suggest.html", {"rows": rows, "text": text})
