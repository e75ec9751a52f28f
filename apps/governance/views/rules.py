"""Drafting rules: what a draft would change, below and in votes, before anybody adopts it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.forms import INVALID, done
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import permissions as funds_permissions
from apps.funds import queries as funds
from apps.funds.forms import RulebookForm
from apps.funds.models import Fund, Host
from apps.funds.services import adopt_rulebook
from apps.funds.services.rulebooks import check_place
from apps.funds.states import FundKind, RuleLevel
from apps.governance import permissions, services
from apps.governance.forms.rules import DraftRulesForm
from apps.governance.models import Motion
from apps.governance.services import proposals
from apps.governance.views.common import what_if_of
from apps.users.models import User


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, host: str, level: int, division: str) -> HttpResponse:
    """Write a draft of a level's rules and see what it would do; whoever may then adopts it, everyone else may look."""
    found, place, user = *_place_or_404(host, level, division), request.user
    if not isinstance(user, User) or not permissions.may_try_rules(user, found, division):
        raise Http404
    verdict = funds_permissions.may_adopt(user, found, level=level, division=division)
    fund = _fund_to_ask(user, found, level, division)
    standing = (book for book in funds.versions(found, level, division) if book.withdrawn_at is None)
    form = DraftRulesForm(
        request.POST or None,
        request.FILES or None,
        host=found,
        level=level,
        division=place,
        current=next(standing, None),
        is_tabled=fund is not None,
    )
    status, would = 200, None
    if request.method == "POST":
        if "adopt" in request.POST:
            verdict.require()
            if done(form, lambda: _adopt(form, user)):
                messages.success(request, _("新版本已经通过。"))
                return redirect("funds:rulebook", host=host, level=level, division=division)
        tabled: list[Motion] = []
        if fund and "table" in request.POST and done(form, lambda: tabled.append(_table(form, fund, user))):
            messages.success(request, _("已经写成议案草稿，可以安排表决了。"))
            return redirect("governance:motion", code=tabled[0].code)
        status, would = (200, what_if_of(form)) if form.is_valid() else (INVALID, None)
    page = {
        "form": form,
        "host": found,
        "level": RuleLevel(level),
        "division": place,
        "would": would,
        "verdict": verdict,
        "fund": fund,
        "is_staff": funds.hosts_in_scope(user).filter(pk=found.pk).exists(),
        "workbench": _("规则"),
    }
    return render(request, "governance/draft_rules.html", page, status=status)


def _fund_to_ask(user: User, host: Host, level: int, division: str) -> Fund | None:
    """Return the fund whose committee decides these rules, if this person may put it before them."""
    if level != RuleLevel.COMMUNITY:
        return None
    own = Fund.objects.filter(host=host, division_id=division, kind=FundKind.COMMUNITY)
    return next((fund for fund in own.order_by("code") if permissions.may_table(user, fund)), None)


def _table(form: RulebookForm, fund: Fund, user: User) -> Motion:
    given = form.cleaned_data
    proposal = proposals.rule_change(
        fund,
        title=given["title"],
        document=given["document"],
        clauses=form.clauses,
        effective_from=given["effective_from"],
        reason=given["reason"],
    )
    return services.table_proposal(fund, proposal, by=user)


def _adopt(form: RulebookForm, user: User) -> None:
    adopt_rulebook(
        form.host,
        level=form.level,
        division=form.division,
        clauses=form.clauses,
        by=user,
        **{name: form.cleaned_data[name] for name in RulebookForm.FACTS},
    )


def _place_or_404(code: str, level: int, division: str) -> tuple[Host, Division]:
    host = get_object_or_404(Host.objects.select_related("division"), code=code)
    place = get_object_or_404(Division, code=division)
    try:
        check_place(host, level, place)
    except Refused as refusal:
        raise Http404 from refusal
    return host, place
