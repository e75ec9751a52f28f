"""Merging, splitting and closing a fund, waking one that sleeps, and publishing what became of a surplus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.forms import INVALID, done
from apps.finance import permissions, queries, services
from apps.finance.forms import CleanupForm, CloseForm, MergeForm, PublishForm, SplitForm
from apps.finance.models import Cleanup
from apps.funds.models import Fund, Succession
from apps.funds.queries import available, compare_receivers, end_of, in_scope, promised, what_is_left
from apps.governance.queries import seat_of
from apps.grants.models import Grant
from apps.grants.states import LIVE
from apps.users.signed_in import person


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """Let a fund, and others with it, go on in another one."""
    fund = _fund(request, code)
    form = MergeForm(_sent(request), fund=fund, only_looks=_only_looks(request))

    def run() -> Succession:
        facts = dict(form.cleaned_data)
        return services.merge_funds([fund, *facts.pop("others")], by=person(request), **facts)

    words = _(
        "钱、答应过的付款、进行中的资助、申请、居民需求和募捐方案一起过去；原管委会结束；旧页面留着，指向新基金。"
    )
    page = {"title": _("并入另一支基金"), "words": words, "button": _("合并"), "may_look": True}
    return _ended(request, [fund, *form.chosen()], form, run, page)


@login_required
@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, code: str) -> HttpResponse:
    """Let a fund go on in several others, by written shares."""
    fund = _fund(request, code)
    grants = list(Grant.objects.filter(fund=fund, state__in=LIVE).select_related("project").order_by("pk"))
    form = SplitForm(_sent(request), fund=fund, grants=grants)

    def run() -> Succession:
        facts = {name: form.cleaned_data[name] for name in ("document", "reason")}
        return services.split_fund(
            fund, shares=form.shares, grants=form.grants_to, by=person(request), **facts
        )

    words = _("预留的钱跟着资助走，其余的按份额分，分到每一分。份额加起来要正好是 100%%。") % {}
    return _ended(request, [fund], form, run, {"title": _("拆分基金"), "words": words, "button": _("拆分")})


@login_required
@require_http_methods(["GET", "POST"])
def close_fund(request: HttpRequest, code: str) -> HttpResponse:
    """Close a fund and give on what is left."""
    fund = _fund(request, code)
    motion = queries.closings_to_carry_out().filter(committee__fund=fund).first()
    receiver = queries.decided_receiver(motion.code, fund) if motion else None
    decided = (
        {
            "receiver": receiver,
            "reason": motion.facts.get("surplus", ""),
            "document": _("管委会决议 %s") % motion.number,
        }
        if motion
        else {}
    )
    form = CloseForm(_sent(request), fund=fund, initial=decided, only_looks=_only_looks(request))

    def run() -> Succession:
        return services.close_fund(
            fund, motion_code=motion.code if motion else "", by=person(request), **form.cleaned_data
        )

    words = _("先付清、结清、收回；剩余的钱给目的相同或相近的基金，限定用途不变；页面和账本都留着。")
    chosen = form.chosen() or receiver
    page = {
        "title": _("终止基金"),
        "words": words,
        "button": _("终止"),
        "may_look": True,
        "flagged": [one for one in what_is_left(fund, chosen) if one.differs] if chosen else [],
        # A decision that names who receives leaves nothing to choose.
        "receivers": [] if receiver else compare_receivers(fund, form.possible),
    }
    return _ended(request, [fund], form, run, page, closing=True)


@login_required
@require_http_methods(["GET", "POST"])
def publish_surplus(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the final report of a closed fund."""
    act = get_object_or_404(
        Succession.objects.select_related("host"), code=code, kind=Succession.Kind.CLOSING
    )
    verdict = permissions.may_reorganise(person(request), act.host)
    if not verdict:
        raise Http404
    form = PublishForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(
        form, lambda: services.publish_surplus(act, by=person(request), **form.cleaned_data)
    ):
        return redirect("disclosure:succession", code=code)
    context = {"act": act, "form": form, "workbench": _("基金")}
    status = INVALID if request.method == "POST" else 200
    return render(request, "finance/publish_surplus.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def cleanup(request: HttpRequest, code: str) -> HttpResponse:
    """Write down what is done about a fund that sleeps."""
    fund = get_object_or_404(Fund.objects.select_related("host", "division"), code=code)
    user = person(request)
    if not in_scope(user).filter(pk=fund.pk).exists() and seat_of(user, fund) is None:
        raise Http404
    form = CleanupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(
        form, lambda: services.record_cleanup(fund, by=user, **form.cleaned_data)
    ):
        return redirect("finance:cleanup", code=code)
    sleepers = queries.sleepers(fund.host, Fund.objects.filter(pk=fund.pk))
    context = {
        "fund": fund,
        "sleeper": sleepers[0] if sleepers else None,
        "cleanups": Cleanup.objects.filter(fund=fund).order_by("-day", "-pk"),
        "verdict": permissions.may_clean_up(user, fund, Cleanup.Step.PLAN),
        "form": form,
        "workbench": _("基金"),
    }
    status = INVALID if request.method == "POST" else 200
    return render(request, "finance/cleanup.html", context, status=status)


def _fund(request: HttpRequest, code: str) -> Fund:
    return get_object_or_404(in_scope(person(request)), code=code)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _only_looks(request: HttpRequest) -> bool:
    """Whether the form was sent to see what would go over, not to do it."""
    return request.method == "POST" and "preview" in request.POST


def _ended(
    request: HttpRequest,
    ending: Sequence[Fund],
    form: forms.Form,
    verb: Callable[[], Succession],
    page: dict[str, Any],
    *,
    closing: bool = False,
) -> HttpResponse:
    """Answer with the page of one of the three ways to end funds, the page's own first, or do it and show the proof."""
    fund = ending[0]
    verdict = permissions.may_reorganise(person(request), fund.host)
    made: list[Succession] = []
    does = request.method == "POST" and verdict and not _only_looks(request)
    if does and done(form, lambda: made.append(verb())):
        return redirect("disclosure:succession", code=made[0].code)
    context = page | {
        "fund": fund,
        "form": form,
        "verdict": verdict,
        "ended": end_of(fund),
        "ending": [_Ending(one, _books(one), _obstacles(one, closing=closing)) for one in ending],
        "workbench": _("基金"),
    }
    status = INVALID if request.method == "POST" and (form.errors or not verdict) else 200
    return render(request, "finance/end_fund.html", context, status=status)


@dataclass(frozen=True)
class _Ending:
    """One of the funds that are to end: its money by purpose (there, and promised of it), and what is in the way."""

    fund: Fund
    books: list[tuple[str, int, int]]
    obstacles: list[str]


def _books(fund: Fund) -> list[tuple[str, int, int]]:
    free, held = available(fund), promised(fund)
    purposes = {"": _("非限定资金")} | dict(fund.restrictions.order_by("pk").values_list("code", "purpose"))
    return [(words, free.get(key, 0) + held.get(key, 0), held.get(key, 0)) for key, words in purposes.items()]


def _obstacles(fund: Fund, *, closing: bool) -> list[str]:
    return queries.obstacles(fund, closing=closing) if fund.state != Fund.State.CLOSED else []
