"""A fund's book and its vouchers: where every figure ends."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.disclosure.queries import funds as fund_queries
from apps.disclosure.queries import vouchers
from apps.disclosure.queries.totals import Flows
from apps.disclosure.views.funds import of_fund, way_to
from apps.disclosure.views.reading import MAX_ID, number, one_of
from apps.funds.models import Fund
from apps.ledger import queries as ledger
from apps.ledger.rules import Flow

BOOK_PAGE = 50


@require_safe
def book(request: HttpRequest, code: str) -> HttpResponse:
    """A fund's book, newest first; or the rows that one of its figures is made of (`?flow=donated`)."""
    flow, before = one_of(request, "flow", Flow.values), number(request, "before")

    def build(shown: Fund) -> dict[str, Any]:
        flows = Flows(ledger.flows(shown.code, host=shown.host.code))
        if flow:
            lines = fund_queries.book_of_flow(shown, flow, before=before, limit=BOOK_PAGE + 1)
        else:
            lines = fund_queries.book(shown, before=before, limit=BOOK_PAGE + 1)
        more = lines[BOOK_PAGE - 1].entry_id if len(lines) > BOOK_PAGE else None
        kept = f"flow={flow}&" if flow else ""
        title = str(Flow(flow).label) if flow else _("账本")
        return {
            "title": f"{title} · {shown.name}",
            "heading": title,
            "crumbs": way_to(shown, title),
            "flow": flow,
            "figure": flows.of(flow) if flow else flows.now,
            "lines": lines[:BOOK_PAGE],
            "complete": before is None and more is None,
            "older": f"?{kept}before={more}" if more else "",
            "newer": f"?{kept}" if before else "",
            "choices": [
                (choice.value, choice.label) for choice in Flow if flows.of(choice) or choice == flow
            ],
            "as_of": clock.now(),
        }

    return of_fund(
        request, code, "disclosure/book.html", build, name=f"book:{flow}:{before or ''}", section="books"
    )


@require_safe
def entry(request: HttpRequest, code: str, entry_id: int) -> HttpResponse:
    """One voucher: every line with the account's code and name in the chart of its day."""

    def build(shown: Fund) -> dict[str, Any]:
        found = vouchers.voucher(shown, entry_id) if entry_id <= MAX_ID else None
        if found is None:
            raise Http404
        title = _("凭证 %(number)d") % {"number": entry_id}
        way = [*way_to(shown, title)[:-1], (_("账本"), reverse("disclosure:book", args=[shown.code]))]
        return {
            "title": f"{title} · {shown.name}",
            "heading": title,
            "crumbs": [*way, (title, "")],
            "voucher": found,
            "as_of": clock.now(),
        }

    return of_fund(request, code, "disclosure/entry.html", build, name=f"entry:{entry_id}", section="books")
