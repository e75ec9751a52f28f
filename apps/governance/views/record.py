"""The public record of a closed motion."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.core.canonical import canonical_json
from apps.governance import queries
from apps.governance.models import Motion
from apps.governance.views.common import up_to_date


@require_safe
def record(request: HttpRequest, code: str) -> HttpResponse:
    """Give a closed motion as canonical JSON, from which anyone can recompute the result; 404 before the close."""
    motion = get_object_or_404(Motion.objects.select_related("committee__fund"), code=code)
    found = queries.record_of(up_to_date(motion))
    if found is None:
        raise Http404
    response = HttpResponse(canonical_json(found), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{motion.code}.json"'
    return response
