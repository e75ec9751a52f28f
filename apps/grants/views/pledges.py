"""What was promised to a fund: for its secretary, who writes it down but never sees a donor's name again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.forms import INVALID, done
from apps.donations.forms.pledges import NewPledgeForm
from apps.donations.queries import pledges_of, stand, with_received
from apps.funds.models import Fund
from apps.grants import permissions, services
from apps.users.signed_in import person

PAGE = 50


def _own(request: HttpRequest, code: str) -> Fund:
    fund = get_object_or_404(Fund.objects.select_related("host"), code=code)
    if not permissions.is_secretary(request.user, fund):
        raise Http404
    return fund


@never_cache
@login_required
@require_safe
def pledges(request: HttpRequest, code: str) -> HttpResponse:
    """List the fund's pledges with how far each came."""
    fund = _own(request, code)
    page = Paginator(with_received(pledges_of(fund)), PAGE).get_page(request.GET.get("page"))
    facts = {"fund": fund, "page": page, "rows": [stand(row) for row in page], "workbench": _("资助工作台")}
    return render(request, "grants/pledges.html", facts)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_pledge(request: HttpRequest, code: str) -> HttpResponse:
    """Write a pledge to the fund down."""
    fund, user = _own(request, code), person(request)
    form = NewPledgeForm(request.POST or None, fund=fund)
    if request.method == "POST" and done(form, lambda: services.record_pledge(form.pledge(), by=user)):
        messages.success(request, _("登记好了。钱到了由慈善会财务入账，到期会提醒认捐人。"))
        return redirect("grants:pledges", code=code)
    facts = {"fund": fund, "form": form, "workbench": _("资助工作台")}
    status = INVALID if request.method == "POST" else 200
    return render(request, "grants/pledge_new.html", facts, status=status)
