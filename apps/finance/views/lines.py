"""The bank's lines and what they prove."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations.services import note_look
from apps.finance import permissions, queries, services
from apps.finance.forms import GiftForm
from apps.finance.models import BankMatch, BankStatement, StatementLine
from apps.finance.queries.suggestions import Suggested, reason_words
from apps.finance.rules.matching import Clue
from apps.finance.views.hosts import host_for
from apps.finance.views.statements import crumbs
from apps.funds.models import Host
from apps.registry.permissions import may_register
from apps.users.signed_in import person

# Open lines are looked at together, oldest first; what is beyond comes up as these are done.
AT_ONCE, PAGE = 300, 60
MAX_ID = 2**63 - 1
TABS = ("", *Clue, "matched")


@login_required
@require_safe
def lines(request: HttpRequest, host: str) -> HttpResponse:
    """The bank's sum and the lines by how sure their clue is."""
    found = host_for(request, host)
    statement = _statement(request, found)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    rows = queries.open_lines(found)
    done = queries.matched_lines(found)
    if statement is not None and request.GET.get("statement"):
        rows, done = rows.filter(statement=statement), done.filter(statement=statement)
    suggested = queries.suggest(found, list(rows[:AT_ONCE]))
    counts = {clue.value: sum(one.clue is clue for one in suggested) for clue in Clue}
    shown = [one for one in suggested if tab in ("", one.clue)] if tab != "matched" else []
    matched = list(done[:PAGE]) if tab == "matched" else []
    sees_names = permissions.may_see_names(person(request), found)
    if sees_names and (shown or matched):
        note_look(found, page="lines", by=person(request))
    facts = {
        "host": found,
        "statement": statement,
        "equation": queries.equation(statement) if statement else None,
        "tabs": [
            ("", _("待确认"), rows.count()),
            (Clue.ONE.value, _("一对一"), counts["one"]),
            (Clue.CHOOSE.value, _("要您选"), counts["choose"]),
            (Clue.NONE.value, _("没线索"), counts["none"]),
            ("matched", _("已对上"), done.count()),
        ],
        "tab": tab,
        "rows": [_row(one) for one in shown[:PAGE]],
        "sure": counts["one"],
        "done": [(line, BankMatch.Subject(line.match.subject_kind).label) for line in matched],
        "sees_names": sees_names,
        "verdict": permissions.may_reconcile(person(request), found),
        "keeps_register": may_register(person(request), found.code),
        "as_of": clock.now(),
        "workbench": _("财务工作台"),
    }
    return render(request, "finance/lines.html", facts)


def _statement(request: HttpRequest, host: Host) -> BankStatement | None:
    """Return the statement an address names, else the newest one. Raises Http404 for one that is not the host's."""
    wanted = request.GET.get("statement", "")
    if not wanted:
        return queries.statements(host).first()
    found = None
    if wanted.isascii() and wanted.isdigit() and int(wanted) <= MAX_ID:
        found = queries.statements(host).filter(pk=int(wanted)).first()
    if found is None:
        raise Http404
    return found


def _row(one: Suggested) -> dict[str, Any]:
    return {
        "line": one.line,
        "clue": one.clue.value,
        "label": one.first.candidate.label if one.first else "",
        "why": reason_words(one.first) if one.first else "",
        "more": len(one.offers) - 1,
    }


@login_required
@require_POST
def match(request: HttpRequest, host: str) -> HttpResponse:
    """Match the lines that were ticked, or the one whose button was pressed, as far as their clues are certain."""
    found = host_for(request, host)
    wanted = request.POST.getlist("only") or request.POST.getlist("line")
    ids = [int(text) for text in wanted if text.isascii() and text.isdigit() and int(text) <= MAX_ID]
    chosen = list(StatementLine.objects.filter(host=found, pk__in=ids[:AT_ONCE]))
    if not chosen:
        raise Refused(_("请先选要确认的行。"))
    services.match_lines(found, lines=chosen, by=person(request))
    return redirect("finance:lines", host=found.code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, host: str, pk: int) -> HttpResponse:
    """One line: choose what it proves, or record it as a gift nobody announced."""
    found = host_for(request, host)
    row = (
        StatementLine.objects.filter(host=found, pk=pk).select_related("host", "statement").first()
        if pk <= MAX_ID
        else None
    )
    if row is None:
        raise Http404
    form, fault = GiftForm(host=found), ""
    if request.method == "POST":
        form = GiftForm(request.POST if request.POST.get("act") == "gift" else None, host=found)
        try:
            if _act(request, row, form):
                return redirect("finance:lines", host=found.code)
        except Refused as refusal:
            fault = str(refusal)
    proof = BankMatch.objects.filter(line=row).first()
    suggested = queries.suggest_one(row) if proof is None else None
    sees_names = permissions.may_see_names(person(request), found)
    if sees_names:
        note_look(row, by=person(request))
    facts = {
        "host": found,
        "line": row,
        "sees_names": sees_names,
        "proof": proof,
        "suggested": suggested,
        "offers": [(offer, reason_words(offer)) for offer in suggested.offers] if suggested else [],
        "form": form,
        "fault": fault,
        "verdict": permissions.may_reconcile(person(request), found),
        "crumbs": crumbs(found, _("第 %(number)d 行") % {"number": row.number}),
        "back": reverse("finance:lines", args=[found.code]),
        "workbench": _("财务工作台"),
    }
    status = 422 if fault or (form.is_bound and form.errors) else 200
    return render(request, "finance/line.html", facts, status=status)


def _act(request: HttpRequest, row: StatementLine, form: GiftForm) -> bool:
    """Do what was pressed; False when the form has faults. Raises `Refused`."""
    if request.POST.get("act") == "gift":
        if not form.is_valid():
            return False
        facts = form.cleaned_data
        services.gift_of_line(
            row,
            fund=facts["fund"],
            name=facts["name"],
            campaign=facts["campaign"],
            restriction=facts["restriction"] or None,
            wish=facts["wish"],
            by=person(request),
        )
        return True
    kind, _colon, code = request.POST.get("subject", "").partition(":")
    if not code:
        raise Refused(_("请先选一笔。"))
    services.match_line(row, kind=kind, code=code, by=person(request))
    return True
