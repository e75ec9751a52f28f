"""Period reports: the public's pages, the frozen file, and the bench where they are drafted, published, corrected."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import clock
from apps.core.verdicts import Refused
from apps.disclosure import permissions, services
from apps.disclosure.forms import CorrectionForm
from apps.disclosure.models import PeriodReport
from apps.disclosure.queries import reports as queries
from apps.disclosure.queries.houses import house_of
from apps.disclosure.rules import Quarter, facts_only, read_quarter
from apps.disclosure.views.reading import number, the_fund
from apps.funds.models import Fund, Host
from apps.grants.queries import funds_run_by
from apps.ledger.rules import Flow
from apps.users.models import Role, User
from apps.users.queries import scope_codes

PAGE = 20


def quarter_words(quarter: Quarter) -> str:
    """Return a quarter as people say it: 2026 年第三季度."""
    names = (_("第一季度"), _("第二季度"), _("第三季度"), _("第四季度"))
    return _("%(year)d 年%(quarter)s") % {"year": quarter.year, "quarter": names[quarter.number - 1]}


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every host's reports, and by name those that are late."""
    page = number(request, "page") or 1
    rows = list(queries.current_reports()[(page - 1) * PAGE : page * PAGE + 1]) if page < PAGE**2 else []
    late = [one for host in Host.objects.order_by("code") for one in queries.overdue_reports(host)]
    facts = {
        "rows": [(row, _words(row)) for row in rows[:PAGE]],
        "late": [(one, quarter_words(one.quarter)) for one in late],
        "older": f"?page={page + 1}" if len(rows) > PAGE else "",
        "newer": f"?page={page - 1}" if page > 1 else "",
        "as_of": clock.now(),
        "section": "books",
    }
    return render(request, "disclosure/report_list.html", facts)


@require_safe
def fund_reports(request: HttpRequest, code: str) -> HttpResponse:
    """One fund's reports, newest first."""
    fund = the_fund(code)
    late = [one for one in queries.owed_reports(fund.host, Fund.objects.filter(pk=fund.pk)) if one.is_late]
    facts = {
        "fund": fund,
        "house": house_of(fund.host),
        "rows": [(row, _words(row)) for row in queries.current_reports(fund=fund)],
        "late": [(one, quarter_words(one.quarter)) for one in late],
        "crumbs": [_fund_crumb(fund), (_("季度报告"), "")],
        "as_of": clock.now(),
        "section": "books",
    }
    return render(request, "disclosure/report_list.html", facts)


@require_safe
def report(request: HttpRequest, code: str, quarter: str, version: int | None = None) -> HttpResponse:
    """A published report as a school sum, with its hash, its file and its other versions."""
    found = _published(code, quarter, version)
    facts = {
        **_shown(found),
        "versions": queries.versions(found.fund, _quarter(quarter)),
        "crumbs": [
            _fund_crumb(found.fund),
            (_("季度报告"), reverse("disclosure:fund_reports", args=[code])),
            (_words(found), ""),
        ],
        "section": "books",
    }
    return render(request, "disclosure/report.html", facts)


@require_safe
def report_file(request: HttpRequest, code: str, quarter: str, version: int) -> HttpResponse:
    """The report itself: the very bytes whose SHA-256 the page shows."""
    found = _published(code, quarter, version)
    response = HttpResponse(found.content.encode(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.json"'
    return response


@login_required
@require_safe
def bench(request: HttpRequest) -> HttpResponse:
    """What a person has to draft or publish, late ones first."""
    groups = [
        (host, [(one, quarter_words(one.quarter)) for one in queries.owed_reports(host, funds)])
        for host, funds in _of_reporter(request)
    ]
    if not groups:
        raise Http404
    return render(request, "disclosure/report_bench.html", {"groups": groups, "as_of": clock.now()})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_work(request: HttpRequest, code: str, quarter: str) -> HttpResponse:
    """Draft, publish or correct one report. Who may not sees the sentence why."""
    fund, span = the_fund(code), _quarter(quarter)
    by = request.user
    if not isinstance(by, User) or not permissions.may_work_on(by, fund):
        raise Http404
    draft, newest = queries.draft_of(fund, span), queries.newest(fund, span)
    form, status = CorrectionForm(), 200
    if request.method == "POST":
        form = CorrectionForm(request.POST)
        try:
            _act(request.POST.get("act", ""), fund, span, draft, newest, form, by)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            status = 422
        else:
            return redirect("disclosure:report_work", code=code, quarter=quarter)
    now = queries.facts_of(fund, span) if span.has_ended(clock.today()) else None
    shown = draft or newest
    facts = {
        "fund": fund,
        "words": quarter_words(span),
        "quarter": str(span),
        "draft": draft,
        "newest": newest,
        "differs": now is not None and shown is not None and _differs(shown, now),
        "form": form,
        "may_draft": permissions.may_draft(by, fund),
        "may_publish": permissions.may_publish(by, fund),
        **(_shown(shown) if shown else {}),
    }
    return render(request, "disclosure/report_work.html", facts, status=status)


def _act(
    act: str,
    fund: Fund,
    span: Quarter,
    draft: PeriodReport | None,
    newest: PeriodReport | None,
    form: CorrectionForm,
    by: User,
) -> None:
    if act == "draft":
        services.draft_report(fund, quarter=str(span), by=by)
    elif act == "publish" and draft is not None:
        services.publish_report(draft, by=by)
    elif act == "correct" and newest is not None:
        services.correct_report(newest, explanation=form.data.get("explanation", ""), by=by)
    else:
        raise Refused(_("这一步现在做不了，请刷新页面看最新情况。"))


def _differs(shown: PeriodReport, now: dict[str, Any]) -> bool:
    return facts_only(queries.read_content(shown)) != now


def _of_reporter(request: HttpRequest) -> list[tuple[Host, Any]]:
    """Return the hosts, each with the funds for which this person drafts or publishes."""
    codes = {
        code
        for kind in (*permissions.PUBLISHERS, Role.Kind.AUDITOR)
        for code in scope_codes(request.user, kind, Role.Scope.HOST)
    }
    whole = {host.pk: (host, Fund.objects.filter(host=host)) for host in Host.objects.filter(code__in=codes)}
    for fund in funds_run_by(request.user):
        if fund.host_id not in whole:
            whole[fund.host_id] = (
                fund.host,
                funds_run_by(request.user).filter(host=fund.host),
            )
    return list(whole.values())


def _shown(found: PeriodReport) -> dict[str, Any]:
    """Return what the page of a report says; every figure comes from its frozen content."""
    content = queries.read_content(found)
    money = content["money"]
    flows = [(Flow(name).label, amount) for name, amount in money["flows"].items()]
    rows = [("+" if amount > 0 else "−", label, abs(amount)) for label, amount in flows]
    return {
        "report": found,
        "fund": found.fund,
        "house": house_of(found.fund.host),
        "words": _words(found),
        "content": content,
        "money": money,
        "came": [row for row in rows if row[0] == "+"],
        "went": [row for row in rows if row[0] == "−"],
        "not_money": abs(money["not_money"]),
        "not_money_sign": "+" if money["not_money"] > 0 else "−",
        "person_times": sum(row["person_times"] for row in content["projects"]),
        "paid": sum(row["paid"] for row in content["projects"]),
    }


def _words(found: PeriodReport) -> str:
    return quarter_words(_quarter(found.quarter))


def _quarter(text: str) -> Quarter:
    found = read_quarter(text)
    if found is None:
        raise Http404
    return found


def _published(code: str, quarter: str, version: int | None) -> PeriodReport:
    found = queries.find_report(the_fund(code), quarter, version)
    if found is None:
        raise Http404
    return found


def _fund_crumb(fund: Fund) -> tuple[str, str]:
    return (fund.name, reverse("disclosure:fund", args=[fund.code]))
