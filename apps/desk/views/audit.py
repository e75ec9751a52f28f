"""The auditor's pages: the trail of a host, and the checks of the books on demand."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import checks, clock
from apps.desk.queries import events
from apps.desk.queries.words import verb_words
from apps.funds.models import Host
from apps.users.signed_in import person

PAGE = 50
MAX_ID = 2**63 - 1
MAX_VERB = 60


def _host(request: HttpRequest) -> tuple[Host, list[Host]]:
    """Return the host whose books are looked at and all that this person may look at. Raises Http404."""
    hosts = list(events.hosts_audited_by(person(request)))
    wanted = request.GET.get("host", "") or request.POST.get("host", "")
    chosen = next((host for host in hosts if wanted in ("", host.code)), None)
    if chosen is None:
        raise Http404
    return chosen, hosts


@never_cache
@login_required
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what to what, newest first."""
    host, hosts = _host(request)
    text, verb = request.GET.get("before", ""), request.GET.get("verb", "")[:MAX_VERB].replace("\x00", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    rows, older = events.events_of(
        host, verb=verb, before=min(before, MAX_ID) if before else None, limit=PAGE
    )
    facts = {
        "host": host,
        "hosts": hosts,
        "rows": rows,
        "verb": verb,
        "verb_words": verb_words(verb),
        "older": older,
        "is_later": before is not None,
        "checks": [str(check.sentence) for check in checks.collect()],
        "as_of": clock.now(),
        "workbench": _("审计工作台"),
    }
    return render(request, "desk/audit.html", facts)


@never_cache
@login_required
@require_http_methods(["POST"])
def run_checks(request: HttpRequest) -> HttpResponse:
    """Run every invariant of the books now and show which hold. Nothing is changed."""
    host, _hosts = _host(request)
    every = checks.collect()
    broken = {violation.name: violation for violation in checks.run(every)}
    # Rows name codes of every host of the installation; with several, the operator's command shows them.
    shows_rows = Host.objects.count() == 1
    facts = {
        "host": host,
        "results": [(str(check.sentence), broken.get(check.name)) for check in every],
        "broken": len(broken),
        "shows_rows": shows_rows,
        "as_of": clock.now(),
        "workbench": _("审计工作台"),
    }
    return render(request, "desk/checks.html", facts)
