"""What a community's officers do with residents' needs; `projects` writes them, this room knows who may."""

from collections.abc import Collection
from datetime import date

from apps.core.verbs import verb
from apps.grants import permissions
from apps.projects import services as projects
from apps.projects.models import Need, NeedPhoto
from apps.projects.services.sorting import Opened
from apps.registry.models import Organisation
from apps.users.models import User


@verb
def publish_need(need: Need, *, photos: Collection[int] = (), by: User) -> Need:
    """Show a resident's need to everyone, word for word, with the photographs that were picked."""
    permissions.may_decide_need(by, need).require()
    return projects.publish_need(need, photos=photos, by=by)


@verb
def set_need_aside(need: Need, *, reason: str, by: User) -> Need:
    """Keep a need from the public, and say why."""
    permissions.may_decide_need(by, need).require()
    return projects.set_need_aside(need, reason=reason, by=by)


@verb
def sort_need(need: Need, *, field: str, urgency: str, by: User) -> Need:
    """Say which field a need belongs to and how urgent it is."""
    permissions.may_decide_need(by, need).require()
    return projects.sort_need(need, field=field, urgency=urgency, by=by)


@verb
def merge_need(need: Need, *, into: Need, by: User) -> Need:
    """Fold a need into another of the same community."""
    permissions.may_decide_need(by, need).require()
    return projects.merge_need(need, into=into, by=by)


@verb
def answer_need(
    need: Need,
    *,
    means: str,
    answer: str,
    met_by: Organisation | None = None,
    volunteer: str = "",
    agreed: bool = False,
    met_on: date | None = None,
    helpers: int | None = None,
    by: User,
) -> Need:
    """Tell everyone how a need was met, or why it will not be."""
    permissions.may_decide_need(by, need).require()
    return projects.answer_need(
        need,
        means=means,
        answer=answer,
        met_by=met_by,
        volunteer=volunteer,
        agreed=agreed,
        met_on=met_on,
        helpers=helpers,
        by=by,
    )


@verb
def name_volunteer(need: Need, *, agreed: bool, by: User) -> Need:
    """Let everyone read the name of the volunteer who met a need, or no longer."""
    permissions.may_decide_need(by, need).require()
    return projects.name_volunteer(need, agreed=agreed, by=by)


@verb
def forget_volunteer(need: Need, *, by: User) -> Need:
    """Destroy the name of the volunteer who met a need, at their wish."""
    permissions.may_decide_need(by, need).require()
    return projects.forget_volunteer(need, by=by)


@verb
def show_need_photos(need: Need, *, photos: Collection[int], by: User) -> Need:
    """Show everyone the photographs of a public need that were picked, and no others."""
    permissions.may_decide_need(by, need).require()
    return projects.show_need_photos(need, photos=photos, by=by)


def blur_need_photo(photo: NeedPhoto, *, areas: str, by: User) -> NeedPhoto:
    """Cover rectangles of a photograph that a resident sent with a need."""
    permissions.may_decide_need(by, photo.need).require()
    return projects.blur_need_photo(photo, areas=areas, by=by)


@verb
def open_private(need: Need, *, by: User) -> Opened:
    """Return the sealed facts of a need, how to reach its teller, and who met it; each look is on record."""
    permissions.may_decide_need(by, need).require()
    return projects.open_private(need, by=by)
