"""Photographs of needs: which of them everyone sees, and covering what nobody should recognise in them."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from PIL.Image import Image

from apps.core import audit
from apps.core.files import blurred, discard, keep_pixels
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.projects import rules
from apps.projects.models import Need, NeedPhoto
from apps.projects.services.needs import lock_need
from apps.projects.services.sorting import need_changed, set_photos
from apps.users.models import User


@verb
def show_need_photos(need: Need, *, photos: Collection[int], by: User | None) -> Need:
    """Show everyone those photographs of a public need that are named by key, and none of its others any more. Raises
    `Refused` for a need that is not public."""
    need = lock_need(need)
    if not need.is_shown:
        raise Refused(_("这条需求没有公开，照片和它一起公开。"))
    if set_photos(need, photos):
        shown = NeedPhoto.objects.filter(need=need, file__is_public=True).count()
        audit.record(by, "show_need_photos", need, count=shown)
        need_changed(need)
    return need


def blur_need_photo(photo: NeedPhoto, *, areas: str, by: User) -> NeedPhoto:
    """Make rectangles of a need's photograph unrecognisable: the covered picture, written anew, takes its place.

    The one before is deleted: a need is met without anybody's face (Personal Information Protection Law, articles 6 and
    19). `areas`: see `rules.read_areas`. `grants` asks who may.
    """
    rectangles = [(one.left, one.top, one.width, one.height) for one in rules.read_areas(areas)]
    # Decoding takes its time, so nothing is locked meanwhile.
    picture = blurred(photo.file, rectangles)
    return _put_in_place(photo, picture=picture, seen=photo.file_id, count=len(rectangles), by=by)


@verb
def _put_in_place(photo: NeedPhoto, *, picture: Image, seen: int, count: int, by: User) -> NeedPhoto:
    need = lock_need(photo.need)
    photo = NeedPhoto.objects.select_related("file").get(pk=photo.pk)
    if photo.file_id != seen:
        raise Refused(_("这张照片刚被别人遮过，请重新打开再遮。"), "areas")
    before = photo.file
    photo.file = keep_pixels(picture, by_id=by.pk, is_public=before.is_public)
    photo.save(update_fields=["file"])
    discard(before)
    audit.record(by, "blur_need_photo", need, count=count)
    need_changed(need)
    return photo
