"""A fund's things: what came, what went out, what is left. No name of anyone who got something."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.disclosure.views.funds import of_fund, way_to
from apps.disclosure.views.reading import number
from apps.donations import queries as donations
from apps.funds.models import Fund

PAGE, MOVES = 20, 20


@require_safe
def goods(request: HttpRequest, code: str) -> HttpResponse:
    """Show a fund's gifts in kind and where they went, apart from every total of money."""
    page = number(request, "page") or 1

    def build(shown: Fund) -> dict[str, Any]:
        title, store = _("物资"), donations.store_of(shown)
        rows = Paginator(donations.of_fund(shown), PAGE).get_page(page)
        return {
            "title": f"{title} · {shown.name}",
            "crumbs": way_to(shown, title),
            "store": store,
            "gone_otherwise": store.sold + store.lost,
            "book_url": reverse("disclosure:book", args=[shown.code]),
            "gifts": list(rows),
            "moves": list(donations.moves_of(shown)[:MOVES]),
            "older": f"?page={rows.next_page_number()}" if rows.has_next() else "",
            "newer": f"?page={rows.previous_page_number()}" if rows.has_previous() else "",
            "as_of": clock.now(),
        }

    return of_fund(request, code, "disclosure/goods.html", build, name=f"goods:{page}")
