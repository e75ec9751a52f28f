"""The thank-you list of a fund: for its chair and its secretary."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.forms import INVALID, done
from apps.donations.queries import thanks_of, to_thank, unthanked
from apps.funds.models import Fund
from apps.grants import permissions, services
from apps.grants.forms.thanks import ThanksForm
from apps.users.signed_in import person

PAGE, SAID = 50, 10


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Show who gave since the last thanks, as far as they agreed to be known; thank them."""
    fund = get_object_or_404(Fund, code=code)
    if not permissions.is_officer(request.user, fund):
        raise Http404
    form = ThanksForm(request.POST or None)
    if request.method == "POST" and done(form, lambda: _thank(fund, form, request)):
        return redirect("grants:thanks", code=code)
    page = Paginator(unthanked(fund), PAGE).get_page(request.GET.get("page"))
    chosen = set(request.POST.getlist("gifts")) if request.method == "POST" else None
    facts = {
        "fund": fund,
        "form": form,
        "page": page,
        "rows": [(to_thank(gift), chosen is None or gift.code in chosen) for gift in page],
        "said": thanks_of(fund)[:SAID],
    }
    return render(request, "grants/thanks.html", facts, status=INVALID if request.method == "POST" else 200)


def _thank(fund: Fund, form: ThanksForm, request: HttpRequest) -> None:
    gifts = None if request.POST.get("act") == "all" else request.POST.getlist("gifts")
    services.thank_donors(fund, gifts=gifts, **form.cleaned_data, by=person(request))
