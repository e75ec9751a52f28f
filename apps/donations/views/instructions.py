"""What the public sees of a gift, changed on its donor's word: staff's page, and the donor's own buttons."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.forms import show_refusal
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.forms.instructions import InstructionForm
from apps.donations.models import Donation, DonorInstruction, InKindGift
from apps.donations.views.after_gift import kept_file, of_own_gift
from apps.donations.views.papers import with_paper
from apps.users.models import User
from apps.users.signed_in import person


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def instruct(request: HttpRequest, code: str) -> HttpResponse:
    """Show what donors of money asked for before, and follow what one asks for now."""
    found = get_object_or_404(queries.visible_to(person(request)), code=code)
    return _instruct(request, found, found.code, reverse("donations:gift", args=[code]))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def instruct_goods(request: HttpRequest, code: str) -> HttpResponse:
    """The same for who gave things."""
    found = get_object_or_404(queries.in_kind_visible_to(person(request)), code=code)
    return _instruct(request, found, found.name, reverse("donations:goods_gift", args=[code]))


def _instruct(request: HttpRequest, given: Donation | InKindGift, name: str, back: str) -> HttpResponse:
    user = person(request)
    verdict, erases = permissions.may_instruct(user, given), permissions.may_erase_on_word(user, given)
    together = queries.given_in_all(given.donor) if erases.ok else 0
    form = InstructionForm(request.POST or None, request.FILES or None, given=given, together=together)
    if request.method == "POST" and form.is_valid():
        try:
            if "erases" in request.POST and given.donor.erased_at is None:
                # Asked for on a page from before it was refused: not to be taken for less.
                erases.require()
            _follow(form, given, user)
            messages.success(request, _("照捐赠人的意思改好了，公开页上马上就是新的。"))
            return redirect(back)
        except Refused as refusal:
            show_refusal(form, refusal)
    context = {
        "given": given,
        "name": name,
        "back": back,
        "list_url": reverse("donations:goods" if isinstance(given, InKindGift) else "donations:gifts"),
        "is_money": isinstance(given, Donation),
        "form": form,
        "verdict": verdict,
        "erases": erases,
        "instructions": given.instructions.order_by("-pk"),
        "workbench": _("财务工作台"),
    }
    return render(
        request, "donations/instruct.html", context, status=422 if request.method == "POST" else 200
    )


def _follow(form: InstructionForm, given: Donation | InKindGift, user: User) -> None:
    permissions.may_handle_money(user, given.host).require()
    with_paper(
        form.cleaned_data["document"],
        lambda kept: services.follow_instruction(given, form.told(), document=kept, by=user).document_id,
        field="document",
        by=user,
    )


@never_cache
@login_required
@require_safe
def paper(request: HttpRequest, code: str) -> HttpResponseBase:
    """Hand out a donor's signed paper to who may see the donor."""
    user = person(request)
    seen = Q(donation__in=queries.visible_to(user)) | Q(things__in=queries.in_kind_visible_to(user))
    needed = ("donation__host", "things__host", "document")
    row = get_object_or_404(DonorInstruction.objects.filter(seen).select_related(*needed), code=code)
    if row.document is None or not permissions.may_see_donor(user, row.given.host):
        raise Http404
    services.note_look(row.given, by=user)
    return kept_file(row.document, f"instruction-{row.code}")


@of_own_gift
@require_POST
def take_back(request: HttpRequest, donation: Donation, what: str) -> HttpResponse:
    """Take the gift's message or its public dedication back at once."""
    if what not in {"message", "dedication"}:
        raise Http404
    services.take_back_words(donation, what=what, by=None)
    messages.success(request, _("已经撤回，公开页上马上看不到了。"))
    return redirect("donations:own", key=queries.key_of(donation))
