"""Which words of reports, occasions and visits everyone may read."""

from collections.abc import Collection
from typing import TypeAlias

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.projects import permissions
from apps.projects.models import Activity, Evidence, Ground, Project, WorkNote
from apps.projects.services.applications import changed, lock_project
from apps.users.models import User

Written: TypeAlias = Evidence | Activity | WorkNote


@verb
def withhold_words(written: Written, *, ground: str = "", by: User) -> Written:
    """Keep the words of a report, an occasion or a visit from the public on a ground (`Ground`), before or after they
    were read, or let everyone read them: of an occasion, for the first time. What is counted stays.

    `grants` asks who may; never someone on the implementer's side. Raises `Refused` for a ground that there is not, and
    for a supervisor's comment that would be kept back as beside the point: what it is about is the supervisor's to say.
    """
    project = lock_project(written.project)
    permissions.not_the_implementer(by, project).require()
    if ground and ground not in Ground.values:
        raise Refused(_("请选不公开的理由。"), "ground")
    row = lock_row(type(written), pk=written.pk)
    if isinstance(row, WorkNote) and row.kind == WorkNote.Kind.COMMENT and ground == Ground.OFF_TOPIC:
        raise Refused(
            _("监督员写什么由监督员定，不能说它没有关系。里面认得出别人的，请选那个理由。"), "ground"
        )
    if isinstance(row, Activity) and row.struck_at is not None:
        raise Refused(_("这一次已经划掉，写的话不公开。"), "ground")
    unread = isinstance(row, Activity) and row.read_at is None
    if row.withheld_for == ground and not unread:
        return row
    row.withheld_for = ground
    fields = ["withheld_for"]
    if isinstance(row, Activity):
        row.read_at, row.read_by_id = clock.now(), by.pk
        fields += ["read_at", "read_by_id"]
    row.save(update_fields=fields)
    if isinstance(row, WorkNote):
        which = {"note": row.pk, "kind": row.kind, "seen_on": row.seen_on.isoformat()}
        audit.record(by, "withhold_words", project, project=project.code, reason=ground, **which)
    else:
        audit.record(by, "withhold_words", row, project=project.code, reason=ground)
    changed(project)
    return row


@verb
def show_occasions(project: Project, *, codes: Collection[str], by: User) -> int:
    """Let everyone read the words of those of a project's occasions that were read just now, by their codes; return of
    how many. What is struck out meanwhile, or was judged by somebody else, stays as it is.

    `grants` asks who may; never someone on the implementer's side.
    """
    project = lock_project(project)
    permissions.not_the_implementer(by, project).require()
    unread = project.activities.select_for_update(no_key=True).filter(read_at=None, struck_at=None)
    rows = [row for row in unread.order_by("pk") if row.code in codes]
    for row in rows:
        row.read_at, row.read_by_id = clock.now(), by.pk
        row.save(update_fields=["read_at", "read_by_id"])
        audit.record(by, "withhold_words", row, project=project.code, reason="")
    if rows:
        changed(project)
    return len(rows)
