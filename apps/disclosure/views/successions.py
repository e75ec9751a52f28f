"""The public proof of a merger, a split or a closing: as page, as PDF, as the data itself."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock, money, pdf
from apps.disclosure import bodies
from apps.disclosure.queries import life
from apps.disclosure.queries.houses import house_of
from apps.funds.models import Succession


@require_safe
def succession(request: HttpRequest, code: str) -> HttpResponse:
    """What was moved on which paper, that it adds up, and how to check it."""

    def build() -> dict[str, Any]:
        act = _act(code)
        facts = act.facts
        return {
            "title": f"{act.get_kind_display()} · {act.document}",
            "house": house_of(act.host),
            "act": act,
            "ends": [fund for fund in facts["funds"] if fund["ends"]],
            "goes_on": [fund for fund in facts["funds"] if not fund["ends"]],
            "moves": life.moves_of(act),
            "totals": life.totals_of(act),
            "is_late": act.publish_by is not None
            and act.published_at is None
            and act.publish_by < clock.today(),
        }

    return bodies.page(
        request,
        "disclosure/succession.html",
        build,
        name=f"succession:{code}",
        keys=["site"],
        section="books",
    )


@require_safe
def succession_json(request: HttpRequest, code: str) -> HttpResponse:
    """The proof itself, byte for byte what the hash is of."""
    answer = HttpResponse(_act(code).body, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="succession-{code}.json"'
    return answer


@require_safe
def succession_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The proof as a document."""
    act = _act(code)
    totals = life.totals_of(act)
    facts = {
        "title": _("%(kind)s证明") % {"kind": act.get_kind_display()},
        "code": act.code,
        "document": act.document,
        "day": act.day.isoformat(),
        "host": act.host.name,
        "reason": act.reason,
        "funds": [
            [name, money.written(before), money.written(after)]
            for name, _code, before, after in totals["rows"]
        ],
        "before": money.written(totals["before"]),
        "after": money.written(totals["after"]),
        "moves": [
            [moved.fund, moved.purpose, name, purpose, money.written(amount)]
            for moved in life.moves_of(act)
            for name, purpose, amount in moved.to
        ],
        "sha256": act.sha256,
    }
    answer = HttpResponse(pdf.kept("succession", facts), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="succession-{code}.pdf"'
    return answer


def _act(code: str) -> Succession:
    found = life.find_succession(code)
    if found is None:
        raise Http404
    return found
