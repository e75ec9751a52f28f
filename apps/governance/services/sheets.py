"""The scanned sheets of paper, raised hands and phone calls."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.files import keep_picture
from apps.core.models import StoredFile
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import permissions
from apps.governance.models import Ballot, Motion, Sheet
from apps.governance.services.motions.rows import bump, lock
from apps.users.models import User


@verb
def attach_sheet(
    motion: Motion, *, channel: str, picture: "UploadedFile[bytes]", for_all: bool, by: User
) -> Sheet:
    """Attach the photographed or scanned sheet of one channel, cleaned; before the close it may be taken anew.

    `for_all`: it holds no personal data, and everyone sees it after the close. Until then only whoever attached it
    sees that it is there, for it shows who has voted. Raises `Refused`.
    """
    motion = lock(motion)
    permissions.may_attach(by, motion).require()
    if channel not in Ballot.Channel.values or channel == Ballot.Channel.ONLINE:
        raise Refused(_("请选是哪一种票的原件。"), "channel")
    if motion.is_decided and motion.sheets.filter(channel=channel).exists():
        raise Refused(_("这一种票的原件已经附上了，截止以后不能再换。"), "channel")
    try:
        file = keep_picture(picture, by_id=by.pk)
    except Refused as refusal:
        raise Refused(refusal.reason, "picture") from refusal
    sheet, _is_new = Sheet.objects.update_or_create(
        motion=motion,
        channel=channel,
        defaults={"file": file, "for_all": for_all, "attached_by_id": by.pk, "attached_at": clock.now()},
    )
    if motion.is_decided:
        audit.record(by, "governance.attach_sheet", motion, channel=channel, for_all=for_all)
        show_sheets(motion)
        bump(motion)
    return sheet


def show_sheets(motion: Motion) -> None:
    """Let everyone see the sheets of a closed motion that hold no personal data."""
    shown = motion.sheets.filter(for_all=True).values("file_id")
    StoredFile.objects.filter(pk__in=shown).update(is_public=True)
