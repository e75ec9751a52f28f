"""Keeping what an applicant types, until it is handed in, thrown away or forgotten."""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.models import Fund
from apps.projects import permissions, queries, rules
from apps.projects.models import Call, Project, Unfinished
from apps.users.models import User

PREFIX = "P"
IS_DRAFT = gettext_lazy("这份申请已经存成草稿了，请到“我的项目”里修改。")


def lock_writer(user: User) -> None:
    """Let one person's forms come in one after the other: a form kept late must not outlive the one handed in."""
    lock_row(User, pk=user.pk)


@verb
def keep_unfinished(
    fund: Fund,
    *,
    code: str,
    values: Mapping[str, str],
    call: Call | None = None,
    project: Project | None = None,
    by: User,
) -> Unfinished:
    """Keep a form as it stands under the code it handed out; the last text is the one that is kept.

    Nothing but its size is checked, and nothing goes on record: it is a note to oneself. Raises `Refused` when the form
    was handed in meanwhile, when it is too long, and when too many are lying about.
    """
    lock_writer(by)
    text = rules.packed(values)
    permissions.may_keep(by, fund).require()
    if not rules.is_form_key(code, PREFIX):
        raise Refused(_("表单过期了，请重新打开再填。"))
    if project is not None:
        permissions.may_edit(by, project).require()
        if values.get("seen") != queries.fingerprint_of(project):
            raise Refused(_("您打开以后，这份草稿已经改过了。请另开一页看新的。"))
    elif Project.objects.filter(code=code).exists():
        raise Refused(IS_DRAFT)
    row = Unfinished.objects.filter(code=code).first()
    if row is None:
        if Unfinished.objects.filter(user=by).count() >= rules.MAX_UNFINISHED:
            raise Refused(
                _("没写完的申请最多留 %(most)d 份，请先到“我的项目”里丢弃几份。")
                % {"most": rules.MAX_UNFINISHED}
            )
        row = Unfinished(code=code, user=by)
    elif row.user_id != by.pk:
        raise Refused(_("表单过期了，请重新打开再填。"))
    row.fund, row.call, row.project, row.saved_at = fund, call, project, clock.now()
    row.write(text)
    row.save()
    return row


def forget(by: User, *, code: str = "", project: Project | None = None) -> None:
    """Delete what a person kept of a form that is handed in now; part of the verbs that take it."""
    own = Unfinished.objects.filter(user=by)
    (own.filter(project=project) if project is not None else own.filter(code=code)).delete()


@verb
def discard_unfinished(unfinished: Unfinished, *, by: User) -> None:
    """Throw away what one kept oneself. Doing it twice changes nothing."""
    Unfinished.objects.filter(pk=unfinished.pk, user=by).delete()


@verb
def sweep_unfinished() -> int:
    """Delete what nobody went on with for `UNFINISHED_DAYS`; return how many. Safe to run at any time."""
    old = Unfinished.objects.filter(saved_at__lt=clock.now() - timedelta(days=settings.UNFINISHED_DAYS))
    return old.delete()[0]
