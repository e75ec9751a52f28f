"""Finance's pages of donors: who gives, what came from one over the years, who looks like one and is or is not."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.forms import INVALID, done
from apps.donations import permissions, queries, rules, services
from apps.donations.forms.care import ContactForm, PartForm, SameForm, SearchForm
from apps.donations.likeness import Likeness, Why
from apps.donations.models import Donor, DonorContact, DonorMerge
from apps.donations.states import NameChoice
from apps.donations.views.gifts import money_hosts
from apps.funds.models import Host
from apps.users.models import User
from apps.users.signed_in import person

PAGE, GROUPS = 50, 20


def _hosts(request: HttpRequest) -> list[Host]:
    """The hosts whose donors the person may see; 404 for someone with none."""
    found = [host for host in money_hosts(person(request)) if permissions.may_see_donor(request.user, host)]
    if not found:
        raise Http404
    return found


def _head(hosts: list[Host], code: str) -> Donor:
    """Return the row that stands for the donor of any of their rows' codes; 404 for another host's."""
    row = get_object_or_404(queries.known_to(hosts), code=code)
    return row if row.merged_into_id is None else Donor.objects.get(pk=row.merged_into_id)


def _lines(heads: Iterable[Donor], hosts: list[Host]) -> list[dict[str, Any]]:
    """Return donors for a list: the name masked, so that looking down a list is not looking at everyone."""
    rows = list(heads)
    given = queries.giving_by_head([row.pk for row in rows], hosts)
    return [
        {
            "donor": row,
            "name": _masked(row),
            "giving": given[row.pk],
        }
        for row in rows
    ]


def _masked(row: Donor) -> str:
    if row.erased_at is not None:
        return _("资料已删除")
    is_organisation = row.kind == Donor.Kind.ORGANISATION
    if not (name := row.name):
        return _("没有留名")
    return rules.public_name(name, NameChoice.MASKED, is_organisation=is_organisation)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def donors(request: HttpRequest) -> HttpResponse:
    """List the donors, newest first; by POST, look one up."""
    hosts = _hosts(request)
    form = SearchForm(request.POST or None)
    rows = queries.heads_known_to(hosts)
    words = ""
    if request.method == "POST" and form.is_valid() and (words := form.cleaned_data["words"].strip()):
        rows = rows.filter(pk__in=queries.found_by(words, hosts))
    page = Paginator(rows, PAGE).get_page(1 if words else request.GET.get("page"))
    facts = {
        "form": form,
        "searched": bool(words),
        "page": page,
        "lines": _lines(page, hosts),
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/donors.html", facts)


@never_cache
@login_required
@require_safe
def donor(request: HttpRequest, code: str) -> HttpResponse:
    """Show one donor: who they are, what they mean to each fund, everything that came, the merges and the contacts."""
    return _show(request, _head(_hosts(request), code))


def _show(request: HttpRequest, head: Donor, *, status: int = 200, **forms: Any) -> HttpResponse:
    hosts, user = _hosts(request), person(request)
    rows = list(queries.family_of(head))
    _look(rows, user)
    page = Paginator(queries.history(head, hosts), PAGE).get_page(request.GET.get("page"))
    facts = {
        "donor": head,
        "rows": rows,
        "giving": queries.giving_by_head([head.pk], hosts)[head.pk],
        "funds": queries.giving_by_fund(head, hosts),
        "page": page,
        "lines": queries.happened(page),
        "merges": queries.merges_of(head),
        "alike": queries.suggestions(hosts, only=head),
        "contacts": queries.contacts_of(head, hosts),
        "is_organisation": head.kind == Donor.Kind.ORGANISATION,
        "contact_form": ContactForm(),
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/donor.html", facts | forms, status=status)


def _look(rows: Iterable[Donor], user: User) -> None:
    """Note that the person sees these donors' names and contacts."""
    for row in rows:
        if row.erased_at is None and row.name_sealed + row.contact_sealed:
            services.note_look(row, by=user)


@never_cache
@login_required
@require_safe
def alike(request: HttpRequest) -> HttpResponse:
    """List the groups of donors who look like one, each with why."""
    hosts = _hosts(request)
    found = queries.suggestions(hosts)
    page = Paginator(found, GROUPS).get_page(request.GET.get("page"))
    heads = Donor.objects.in_bulk({pk for one in page for pk in one.heads})
    groups = [(one, _lines([heads[pk] for pk in one.heads[:4]], hosts)) for one in page]
    facts = {
        "page": page,
        "groups": groups,
        "is_full": len(found) >= queries.MOST_ALIKE,
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/donors_alike.html", facts)


def _group(hosts: list[Host], head: Donor, why: str) -> Likeness:
    if why not in Why.values:
        raise Http404
    for found in queries.suggestions(hosts, only=head):
        if found.why == why:
            return found
    raise Http404


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, code: str, why: str) -> HttpResponse:
    """Show the donors who look like one side by side; merge those who are, or remember that they are not."""
    hosts, user = _hosts(request), person(request)
    head = _head(hosts, code)
    group = _group(hosts, head, why)
    rows = Donor.objects.filter(pk__in=group.heads).order_by("pk")
    form = SameForm(request.POST or None, rows=rows)
    if request.method == "POST" and done(form, lambda: _decide(form, hosts, request)):
        return redirect("donations:donors_alike")
    _look(rows, user)
    given = queries.giving_by_head(group.heads, hosts)
    chosen = set(request.POST.getlist("donors")) if request.method == "POST" else None
    facts = {
        "form": form,
        "group": group,
        "head": head,
        "rows": [(row, given[row.pk], chosen is None or row.code in chosen) for row in rows],
        "workbench": _("财务工作台"),
    }
    status = INVALID if request.method == "POST" else 200
    return render(request, "donations/donors_compare.html", facts, status=status)


def _decide(form: SameForm, hosts: list[Host], request: HttpRequest) -> None:
    chosen = list(form.cleaned_data["donors"])
    host = next((one for one in hosts if permissions.may_care_for(request.user, one, chosen)), hosts[0])
    if request.POST.get("act") == "apart":
        services.tell_apart(chosen, host=host, by=person(request))
        messages.success(request, _("记住了，不再提示。"))
        return
    services.merge_donors(chosen, host=host, reason=form.cleaned_data["reason"], by=person(request))
    messages.success(request, _("合并了，随时可以撤销。"))


@login_required
@require_POST
def part(request: HttpRequest, code: str) -> HttpResponse:
    """Undo a merge."""
    hosts = _hosts(request)
    act = get_object_or_404(
        DonorMerge.objects.select_related("kept", "merged", "host"), code=code, host__in=hosts
    )
    form = PartForm(request.POST)
    if done(form, lambda: services.part_donors(act, **form.cleaned_data, by=person(request))):
        return redirect("donations:donor", code=act.merged.code)
    return _show(request, _head(hosts, act.kept.code), status=INVALID, part_form=form, parted=act)


@login_required
@require_POST
def add_contact(request: HttpRequest, code: str) -> HttpResponse:
    """Keep whom to speak to in an organisation."""
    hosts = _hosts(request)
    head = _head(hosts, code)
    form = ContactForm(request.POST)
    host = next((one for one in hosts if permissions.may_care_for(request.user, one, [head])), hosts[0])
    if done(form, lambda: services.add_contact(head, host=host, **form.cleaned_data, by=person(request))):
        return redirect("donations:donor", code=head.code)
    return _show(request, head, status=INVALID, contact_form=form)


@login_required
@require_POST
def end_contact(request: HttpRequest, code: str) -> HttpResponse:
    """Destroy what is known of a contact."""
    found = get_object_or_404(
        DonorContact.objects.select_related("donor"), code=code, host__in=_hosts(request)
    )
    services.end_contact(found, by=person(request))
    return redirect("donations:donor", code=found.donor.code)
