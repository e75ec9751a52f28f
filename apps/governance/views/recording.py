"""The officers' pages beside a vote: answers given at a meeting or by phone, their sheets, and the reminder."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.files import location
from apps.core.forms import INVALID, done
from apps.governance import permissions, services
from apps.governance.forms import RecordingForm, SheetForm
from apps.governance.models import Motion, Sheet
from apps.governance.views.common import motion_or_404
from apps.users.models import User


def _found(request: HttpRequest, code: str) -> tuple[Motion, User]:
    if not isinstance(request.user, User):
        raise Http404
    return motion_or_404(request, code), request.user


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ballots(request: HttpRequest, code: str) -> HttpResponse:
    """Record what members said at a meeting, on paper or by phone: everybody on one page, one witness, one button."""
    motion, user = _found(request, code)
    form = RecordingForm(
        request.POST if request.method == "POST" else None,
        initial={"subject_hash": motion.subject_hash},
        motion=motion,
    )

    def record() -> None:
        services.cast_many(
            motion,
            form.answers(),
            subject_hash=form.cleaned_data["subject_hash"],
            witness=form.cleaned_data["witness"].user,
            by=user,
        )

    if request.method == "POST":
        permissions.may_record(user, motion).require()
        if done(form, record):
            messages.success(request, _("都登记了。每一位会收到一封写着自己投了什么的邮件。"))
            return redirect("governance:ballots", code=motion.code)
    return _page(request, motion, user, form=form)


@login_required
@require_POST
def attach(request: HttpRequest, code: str) -> HttpResponse:
    """Attach the sheet of one channel."""
    motion, user = _found(request, code)
    sheet_form = SheetForm(request.POST, request.FILES)

    def attach_sheet() -> None:
        given = sheet_form.cleaned_data
        services.attach_sheet(
            motion, channel=given["channel"], picture=given["picture"], for_all=given["for_all"], by=user
        )

    permissions.may_attach(user, motion).require()
    if done(sheet_form, attach_sheet):
        messages.success(request, _("原件已经附上。"))
        return redirect("governance:ballots", code=motion.code)
    return _page(request, motion, user, sheet_form=sheet_form)


def _page(
    request: HttpRequest,
    motion: Motion,
    user: User,
    *,
    form: RecordingForm | None = None,
    sheet_form: SheetForm | None = None,
) -> HttpResponse:
    page: dict[str, Any] = {
        "motion": motion,
        "fund": motion.committee.fund,
        "form": form or RecordingForm(initial={"subject_hash": motion.subject_hash}, motion=motion),
        "sheet_form": sheet_form or SheetForm(),
        "may_record": permissions.may_record(user, motion),
        "may_attach": permissions.may_attach(user, motion),
        "sheets": [
            sheet
            for sheet in motion.sheets.select_related("file", "motion__committee__fund").order_by("channel")
            if permissions.may_see_sheet(user, sheet)
        ],
        "workbench": _("管委会工作台"),
    }
    has_errors = any(one is not None and one.errors for one in (form, sheet_form))
    return render(request, "governance/ballots.html", page, status=INVALID if has_errors else 200)


@login_required
@never_cache
@require_safe
def sheet(request: HttpRequest, code: str, channel: str) -> FileResponse:
    """Show a sheet to whoever may see it now; to everyone else there is none."""
    motion, user = _found(request, code)
    found = get_object_or_404(
        Sheet.objects.select_related("file", "motion__committee__fund"), motion=motion, channel=channel
    )
    if not permissions.may_see_sheet(user, found):
        raise Http404
    return FileResponse(location(found.file).open("rb"), content_type=found.file.content_type)


@login_required
@require_POST
def remind(request: HttpRequest, code: str) -> HttpResponse:
    """Remind those who have not voted; who and how many they are is told to nobody."""
    motion, user = _found(request, code)
    services.remind(motion, by=user)
    messages.success(request, _("提醒会发给还没投的人，一人一次。发给了谁、发了几封，谁也看不到。"))
    return redirect("governance:motion", code=motion.code)
