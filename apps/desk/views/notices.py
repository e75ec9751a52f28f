"""A person's own letters as notices, and when they want them as e-mails."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import letterbox, outbox
from apps.core.forms import INVALID
from apps.desk.forms import WishForm, filled
from apps.users.signed_in import person

PAGE = 30


@never_cache
@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The letters to the reader's own address, the newest first."""
    address = person(request).email
    page = Paginator(letterbox.letters_of(address), PAGE).get_page(request.GET.get("page"))
    letters = [(letterbox.mark_of(letter), letter) for letter in page]
    facts = {"page": page, "letters": letters, "unread": letterbox.unread(address), "workbench": _("通知")}
    return render(request, "desk/notices.html", facts)


@login_required
@require_POST
def open_notice(request: HttpRequest, mark: str) -> HttpResponse:
    """Note that a letter was read and lead to where it is done; another's letter is not there."""
    address = person(request).email
    letter = letterbox.letter_at(address, mark)
    if letter is None:
        raise Http404
    letterbox.mark_read(address, pk=letter.pk)
    is_ours = letter.path.startswith("/") and url_has_allowed_host_and_scheme(letter.path, None)
    return redirect(letter.path if is_ours else "desk:mine")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Note that everything was read."""
    letterbox.mark_read(person(request).email)
    return redirect("desk:notices")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """When the reader wants e-mails."""
    address = person(request).email
    form = WishForm(
        request.POST if request.method == "POST" else None, initial=filled(outbox.wish_of(address))
    )
    if request.method == "POST" and form.is_valid():
        letterbox.set_wishes(address, wishes=form.wishes())
        messages.success(request, _("记下了。"))
        return redirect("desk:wishes")
    facts = {"form": form, "workbench": _("通知")}
    return render(request, "desk/wishes.html", facts, status=INVALID if form.errors else 200)
