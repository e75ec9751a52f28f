"""What becomes of a need: sorted, shown, merged, met or closed. `grants` calls these and asks who may."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from apps.core import audit, clock, sealing, versions
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.projects import notices, rules
from apps.projects.models import Field, Need, NeedPhoto, NeedPrivate, NeedSecond
from apps.projects.services.needs import lock_need
from apps.projects.states import CLOSED, MERGED, MET, NEED_MOVES, PUBLIC, PUBLISHED, SET_ASIDE
from apps.registry.models import Organisation
from apps.users.models import User

# Met by somebody who is named.
BY_SOMEBODY = frozenset({Need.Means.SERVICE, Need.Means.VOLUNTEER})


def _move(need: Need, state: str, *, by: User | None) -> None:
    """Move a locked need on and note who did it; the caller saves."""
    check_move(NEED_MOVES, need.state, state, what=_("这条需求"))
    need.state, need.decided_at, need.decided_by_id = state, clock.now(), by.pk if by else None


def need_changed(*needs: Need) -> None:
    """Make public pages of these needs and of their places anew."""
    versions.bump("site", *sorted({f"division:{need.division_id}" for need in needs}))


@verb
def publish_need(need: Need, *, photos: Collection[int] = (), by: User | None) -> Need:
    """Show a need to everyone, as it was written, with those of its photographs that are named by key."""
    need = lock_need(need)
    if need.state == PUBLISHED:
        return need
    _move(need, PUBLISHED, by=by)
    need.published_at, need.answer, need.means = clock.now(), "", ""
    need.first_published_at = need.first_published_at or need.published_at
    need.met_by = need.met_on = need.helpers = None
    need.met_by_name = ""
    need.save()
    NeedPrivate.objects.filter(need=need).exclude(volunteer="").update(volunteer="")
    set_photos(need, photos)
    audit.record(by, "decide_need", need, after=need.state)
    need_changed(need)
    return need


def set_photos(need: Need, photos: Collection[int]) -> bool:
    """Make those photographs of a locked need public that are named by key, and no others; tell whether that changed
    anything."""
    changed = False
    for row in NeedPhoto.objects.filter(need=need).select_related("file").order_by("pk"):
        if row.file.is_public != (row.pk in photos):
            row.file.is_public, changed = not row.file.is_public, True
            row.file.save(update_fields=["is_public"])
    return changed


@verb
def set_need_aside(need: Need, *, reason: str, by: User | None) -> Need:
    """Keep a need from the public: it names people, or is no need. Who voiced it reads the reason with their code; so
    does everyone where it was public before. Raises `Refused` without a reason, or for one that tells a home."""
    need = lock_need(need)
    if need.state == SET_ASIDE:
        return need
    reason = clean_text(reason, field="reason", limit=300, lines=True)
    if not reason:
        raise Refused(_("请写明为什么不公开，说的人凭回执码能看到。"), "reason")
    rules.check_open_words(reason, "reason")
    _move(need, SET_ASIDE, by=by)
    need.published_at, need.answer = None, reason
    need.save()
    set_photos(need, ())
    audit.record(by, "decide_need", need, after=need.state)
    notices.need_decided(need)
    need_changed(need)
    return need


@verb
def sort_need(need: Need, *, field: str, urgency: str, by: User | None) -> Need:
    """Say which field a need belongs to and how urgent it is; its words stay as they are."""
    need = lock_need(need)
    if field not in Field.values:
        raise Refused(_("请选一个领域。"), "field")
    if urgency not in Need.Urgency.values or not urgency:
        raise Refused(_("请选有多急。"), "urgency")
    if need.state == MERGED:
        raise Refused(_("这条需求已经合并，请改留下的那条。"))
    if (need.field, need.urgency) == (field, urgency):
        return need
    before = {"field": need.field, "urgency": need.urgency}
    need.field, need.urgency = field, urgency
    need.save(update_fields=["field", "urgency"])
    audit.record(by, "sort_need", need, before=before, field=field, urgency=urgency)
    need_changed(need)
    return need


@verb
def merge_need(need: Need, *, into: Need, by: User | None) -> Need:
    """Fold a need into another of the same place: whoever seconded either counts once for the kept one.

    The merged one's page points to the kept one. Raises `Refused` for itself, another place, and a kept one that is not
    public or over.
    """
    first, second = sorted((need, into), key=lambda row: row.pk)
    held = {row.pk: row for row in (lock_need(first), lock_need(second))}
    need, into = held[need.pk], held[into.pk]
    if need.state == MERGED and need.merged_into_id == into.pk:
        return need
    if need.pk == into.pk or need.division_id != into.division_id:
        raise Refused(_("只能并到同一个社区的另一条需求。"), "into")
    if into.state != PUBLISHED:
        raise Refused(_("留下的那条要是已公开的。"), "into")
    if need.projects.exists():
        raise Refused(_("已经有项目回应这条需求，请把另一条并到这条来。"), "into")
    _move(need, MERGED, by=by)
    need.merged_into = into
    need.save()
    # What had been folded into it before goes along, so that no page points to one that only points on.
    Need.objects.filter(merged_into=need).update(merged_into=into)
    known = set(NeedSecond.objects.filter(need=into).values_list("mark", flat=True))
    for row in NeedSecond.objects.filter(need=need):
        if row.mark in known:
            row.delete()
        else:
            row.need = into
            row.save(update_fields=["need"])
    set_photos(need, ())
    audit.record(by, "merge_need", need, into=into.code)
    notices.need_decided(need)
    need_changed(need, into)
    return need


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
    by: User | None,
) -> Need:
    """End a need and say how everyone is told: by which `means` it was met, or (without) why not. Open again it can be
    by publishing it anew.

    A service or volunteers are named: `met_by` the organisation or team that did it, `met_on` the day, `helpers` how
    many helped. One volunteer without an organisation is `volunteer`, whose name is sealed and stands in public only
    if they `agreed` (Personal Information Protection Law, articles 25 and 29), and never in `answer`. What a project
    met has a public project. Raises `Refused` naming the field, and without an answer.
    """
    need = lock_need(need)
    answer = clean_text(answer, field="answer", limit=300, lines=True)
    if not answer:
        raise Refused(_("请写明怎么解决的，或者为什么不办，大家会看到。"), "answer")
    rules.check_open_words(answer, "answer")
    if means and means not in Need.Means.values:
        raise Refused(_("请选怎么解决的。"), "means")
    state = MET if means else CLOSED
    if need.state == state:
        return need
    volunteer = _check_volunteer(
        means=means, volunteer=volunteer, agreed=agreed, met_by=met_by, helpers=helpers
    )
    # The name in the answer could not be taken off when the consent is withdrawn, nor sealed without it.
    if volunteer and rules.names_person(volunteer, answer):
        raise Refused(_("姓名只写在志愿者一栏，公开答复里写“志愿者”就行。"), "answer")
    helpers = 1 if volunteer else helpers
    _check_record(need, means=means, alone=bool(volunteer), met_by=met_by, met_on=met_on, helpers=helpers)
    _move(need, state, by=by)
    need.means, need.answer = means, answer
    if means in BY_SOMEBODY:
        need.met_by, need.met_on, need.helpers = met_by, met_on, helpers
    if volunteer:
        need.met_by_name = volunteer if agreed else ""
        private, _made = NeedPrivate.objects.get_or_create(need=need)
        private.volunteer = sealing.seal(volunteer, context=_volunteer_context(need))
        private.save(update_fields=["volunteer"])
    need.save()
    audit.record(
        by, "answer_need", need, after=state, means=means, alone=bool(volunteer), named=bool(need.met_by_name)
    )
    notices.need_decided(need)
    need_changed(need)
    return need


def _volunteer_context(need: Need) -> str:
    return f"need:{need.code}:volunteer"


def _check_volunteer(
    *, means: str, volunteer: str, agreed: bool, met_by: Organisation | None, helpers: int | None
) -> str:
    """Return the cleaned name of a volunteer without an organisation, or nothing; raise `Refused` unless it fits."""
    if means != Need.Means.VOLUNTEER:
        volunteer = ""
    volunteer = clean_text(volunteer, field="volunteer", limit=60)
    if not volunteer:
        if agreed and means == Need.Means.VOLUNTEER:
            raise Refused(_("同意公开的是谁的姓名？请写上志愿者的姓名，或者去掉这个勾。"), "volunteer")
        return ""
    rules.check_open_words(volunteer, "volunteer")
    if met_by is not None:
        raise Refused(_("请只写一个：登记的组织或志愿队，或者一名志愿者。"), "volunteer")
    if helpers not in (None, 1):
        raise Refused(_("只写了一名志愿者。几个人一起办的，请选他们的志愿队。"), "helpers")
    return volunteer


def _check_record(
    need: Need,
    *,
    means: str,
    alone: bool,
    met_by: Organisation | None,
    met_on: date | None,
    helpers: int | None,
) -> None:
    """Raise `Refused` unless what is said to have met a need is on record."""
    if means == Need.Means.PROJECT and not need.projects.filter(state__in=PUBLIC).exists():
        raise Refused(_("还没有公开的项目回应这条需求，不能写成由项目解决。"), "means")
    if means not in BY_SOMEBODY:
        return
    if not alone and (met_by is None or met_by.state != Organisation.State.ACTIVE):
        raise Refused(
            _("请选是哪个登记的组织或志愿队办的；是一名志愿者办的，请写姓名。")
            if means == Need.Means.VOLUNTEER
            else _("请选是哪个登记的组织或志愿队办的。"),
            "met_by",
        )
    if met_on is None or not clock.day_of(need.voiced_at) <= met_on <= clock.today():
        raise Refused(_("请写哪一天办的：在居民说了以后、今天或今天以前。"), "met_on")
    if means == Need.Means.VOLUNTEER and not helpers:
        raise Refused(_("请写有几名志愿者。"), "helpers")
    if helpers is not None and not 1 <= helpers <= rules.MAX_NEED_PERSONS:
        raise Refused(
            _("志愿者的人数要在 1 到 %(most)d 之间。") % {"most": rules.MAX_NEED_PERSONS}, "helpers"
        )


@verb
def name_volunteer(need: Need, *, agreed: bool, by: User | None) -> Need:
    """Let everyone read who met a need, or no longer: the volunteer's consent, given later or withdrawn at any time
    (Personal Information Protection Law, article 15). Raises `Refused` where no volunteer is on record."""
    need = lock_need(need)
    _row, name = _volunteer_of(need)
    name = name if agreed else ""
    if need.met_by_name == name:
        return need
    need.met_by_name = name
    need.save(update_fields=["met_by_name"])
    audit.record(by, "name_volunteer", need, named=agreed)
    need_changed(need)
    return need


@verb
def forget_volunteer(need: Need, *, by: User | None) -> Need:
    """Destroy the name of the volunteer who met a need, sealed and public (Personal Information Protection Law, article
    47); the need stays met by a volunteer. A name that an old answer tells is starred out. Raises `Refused` where no
    volunteer is on record."""
    need = lock_need(need)
    row, name = _volunteer_of(need)
    need.met_by_name, need.answer = "", need.answer.replace(name, "*" * len(name))
    need.save(update_fields=["met_by_name", "answer"])
    row.volunteer = ""
    row.save(update_fields=["volunteer"])
    audit.record(by, "forget_volunteer", need)
    need_changed(need)
    return need


def _volunteer_of(need: Need) -> tuple[NeedPrivate, str]:
    """Return who met a need as it is sealed, and the name. Raises `Refused` where no volunteer is on record."""
    row = NeedPrivate.objects.filter(need=need).exclude(volunteer="").first()
    if row is None or need.state != MET:
        raise Refused(_("这条需求没有记下哪一名志愿者。"))
    return row, sealing.unseal(row.volunteer, context=_volunteer_context(need))


class Opened(NamedTuple):
    """What was sealed with a need: facts, how to reach the teller, the volunteer who met it."""

    facts: str = ""
    contact: str = ""
    volunteer: str = ""


@verb
def open_private(need: Need, *, by: User) -> Opened:
    """Return what was sealed with a need; who looked is on record each time."""
    row = NeedPrivate.objects.filter(need=need).first()
    if row is None:
        return Opened()
    audit.record(by, "look_at_need", need)
    return Opened(
        sealing.unseal(row.facts, context=f"need:{need.code}:facts"),
        sealing.unseal(row.contact, context=f"need:{need.code}:contact"),
        sealing.unseal(row.volunteer, context=_volunteer_context(need)),
    )
