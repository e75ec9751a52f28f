"""Payments by the bank's file: released together, taken out, and what the bank says about each."""

from collections.abc import Callable

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import sheets
from apps.core.forms import INVALID, done
from apps.core.verdicts import Refused
from apps.funds.models import Host
from apps.grants import permissions, queries, services
from apps.grants.forms import ReleaseForm
from apps.grants.forms.changes import BounceForm, FailForm
from apps.grants.models import Payment, PaymentFile
from apps.grants.resources import BankFileResource
from apps.grants.states import PREPARED
from apps.grants.views.common import payment_or_404
from apps.users.models import User
from apps.users.signed_in import person

SHOWN = 50


def _files(user: User) -> list[PaymentFile]:
    hosts = Host.objects.filter(pk__in=queries.paid_by(user).values("fund__host"))
    return list(PaymentFile.objects.filter(host__in=hosts).order_by("-made_at", "-pk")[:SHOWN])


@login_required
@require_http_methods(["GET", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """Choose prepared payments and release them into one file for the bank."""
    who, refused = person(request), ""
    waiting = list(queries.payments_of(queries.paid_by(who), PREPARED)[: services.MOST_IN_A_FILE])
    chosen = set(request.POST.getlist("payments"))
    if request.method == "POST":
        picked = [payment for payment in waiting if payment.code in chosen]
        hosts = {payment.instalment.grant.fund.host for payment in picked}
        try:
            if len(hosts) > 1:
                raise Refused(_("一个文件只装一家慈善会的付款。"))
            if not picked:
                raise Refused(_("请勾选要付的付款单。"))
            made = services.send_payments(hosts.pop(), picked, by=who)
            return redirect("grants:bank_file", code=made.code)
        except Refused as refusal:
            refused = str(refusal)
    judged = [(payment, permissions.may_release(who, payment)) for payment in waiting]
    context = {
        "waiting": judged,
        "may_release": any(verdict for _payment, verdict in judged),
        "chosen": chosen,
        "files": _files(who),
        "refused": refused,
        "workbench": _("资助工作台"),
    }
    return render(request, "grants/bank_files.html", context, status=INVALID if refused else 200)


def _file(request: HttpRequest, code: str) -> PaymentFile:
    hosts = Host.objects.filter(pk__in=queries.paid_by(person(request)).values("fund__host"))
    return get_object_or_404(PaymentFile.objects.filter(host__in=hosts), code=code)


@login_required
@require_GET
def bank_file(request: HttpRequest, code: str) -> HttpResponse:
    """Show a file's payments and what the bank did with each."""
    found = _file(request, code)
    payments = queries.payments_of(queries.paid_by(person(request))).filter(file=found).order_by("pk")
    context = {
        "file": found,
        "payments": payments,
        "maker": User.objects.filter(pk=found.made_by_id).first(),
        "workbench": _("资助工作台"),
    }
    return render(request, "grants/bank_file.html", context)


@login_required
@require_POST
def take_out(request: HttpRequest, code: str, format: str) -> HttpResponseBase:
    """Take the file out for the bank. A POST: that accounts were opened is written down as a person's act."""
    found = _file(request, code)
    if format not in ("csv", "xlsx"):
        raise Http404
    rows = BankFileResource().rows(services.bank_rows(found, by=person(request)))
    answer: FileResponse | StreamingHttpResponse
    if format == "xlsx":
        answer = FileResponse(sheets.xlsx_file(rows), as_attachment=True, filename=f"{code}.xlsx")
    else:
        answer = StreamingHttpResponse(sheets.csv_lines(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{code}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


FORMS: dict[str, type[forms.Form]] = {"confirm": ReleaseForm, "fail": FailForm, "bounce": BounceForm}


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """Note what the bank did with a payment: made it, did not, or gave the money back."""
    found, who = payment_or_404(request, code), person(request)
    if what not in FORMS:
        raise Http404
    permissions.may_hear_the_bank(who, found).require()
    form = FORMS[what](request.POST or None)
    verbs: dict[str, Callable[..., Payment]] = {
        "confirm": services.confirm_payment,
        "fail": services.fail_payment,
        "bounce": services.bounce_payment,
    }
    if request.method == "POST" and done(form, lambda: verbs[what](found, **form.cleaned_data, by=who)):
        return redirect("grants:payment", code=code)
    titles = {"confirm": _("银行已付出"), "fail": _("银行没付成"), "bounce": _("登记退汇")}
    words = {
        "confirm": _("照银行流水填。导入流水对账时，附言里有付款编号的会自动登记。"),
        "fail": _("钱没有出账。这一期回到“可以付”，核对账号以后重新制单。"),
        "bounce": _("钱付出以后又退回来了。原来的凭证冲销，这一期回到“可以付”。"),
    }
    context = {
        "grant": found.instalment.grant,
        "payment": found,
        "form": form,
        "title": titles[what],
        "words": words[what],
        "button": _("登记"),
        "workbench": _("资助工作台"),
    }
    return render(request, "grants/change.html", context, status=INVALID if form.errors else 200)


def may_answer(user: User, payment: Payment) -> list[str]:
    """Return which answers of the bank this person may note about a payment as it is."""
    if not permissions.may_hear_the_bank(user, payment):
        return []
    return {Payment.State.SENT: ["confirm", "fail"], Payment.State.PAID: ["bounce"]}.get(
        Payment.State(payment.state), []
    )
