"""Whom an appeal asks: entered one by one or as a list, checked by a second person, taken off."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.sealing import blind_index, seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, rules
from apps.donations.directed import MOST_FAULTS, Capacity, Removal
from apps.donations.models import DirectedAppeal, Donation, Donor, Invitee
from apps.donations.providers import registry
from apps.donations.providers.base import ProviderError
from apps.donations.roster import RosterFault, RosterLine
from apps.donations.services.settlement import Case, settle_cases
from apps.donations.states import Channel, DonationState
from apps.users.models import User


class RosterRefused(Refused):
    """A list of which nobody was taken, with every row's fault."""

    def __init__(self, reason: str, faults: Sequence[RosterFault] = ()) -> None:
        super().__init__(reason, "lines")
        self.faults = tuple(faults[:MOST_FAULTS])


@verb
def invite(appeal: DirectedAppeal, line: RosterLine, *, by: User | None) -> Invitee:
    """Put one person on an appeal's audience, to be checked by another. Raises `Refused` naming the field."""
    permissions.directed.may_change_audience(by, appeal).require()
    row = _row(appeal, line, by=by)
    if Invitee.objects.filter(appeal=appeal, contact_index=row.contact_index, removed_at=None).exists():
        raise Refused(_("名单上已经有这个手机号或邮箱。"), "contact")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("名单上已经有这个手机号或邮箱。"), "contact") from error
    audit.record(by, "invite", row, appeal=appeal.code, capacity=row.capacity)
    return row


@verb
def invite_all(
    appeal: DirectedAppeal,
    lines: Sequence[RosterLine],
    *,
    faults: Sequence[RosterFault] = (),
    by: User | None,
) -> list[Invitee]:
    """Put a whole list on an appeal's audience, or nobody of it.

    `faults` are those found on reading. Raises `RosterRefused` with every row's fault: what is wrong in it, or that it
    names somebody who stands there already, in this list or on the audience.
    """
    permissions.directed.may_change_audience(by, appeal).require()
    found, rows, first = list(faults), [], dict[str, int]()
    standing = Invitee.objects.filter(appeal=appeal, removed_at=None).values_list("contact_index", flat=True)
    known = set(standing)
    for line in lines:
        try:
            row = _row(appeal, line, by=by)
            if row.contact_index in first:
                words = _("和第 %(row)d 行是同一个手机号或邮箱。") % {"row": first[row.contact_index]}
                raise Refused(words, "contact")
            if row.contact_index in known:
                raise Refused(_("名单上已经有这个手机号或邮箱。"), "contact")
        except Refused as refusal:
            found.append(RosterFault(line.row, refusal.field or "name", str(refusal)))
            continue
        first[row.contact_index] = line.row
        rows.append(row)
    if found:
        words = _("有 %(n)d 行要改，一个人也没有加。") % {"n": len(found)}
        raise RosterRefused(words, sorted(found, key=lambda fault: fault.row))
    if not rows:
        raise RosterRefused(_("名单里一个人也没有。"))
    try:
        with transaction.atomic():
            Invitee.objects.bulk_create(rows)
    except IntegrityError as error:
        raise RosterRefused(_("有人刚刚加了同样的人，请再看一眼名单。")) from error
    audit.record(by, "invite_all", appeal, count=len(rows))
    return rows


def _row(appeal: DirectedAppeal, line: RosterLine, *, by: User | None) -> Invitee:
    """Judge one person and return their unsaved row."""
    name = clean_text(line.name, field="name", limit=rules.NAME_LIMIT)
    if not name:
        raise Refused(_("请写姓名或单位名称。"), "name")
    if line.capacity not in Capacity.values:
        raise Refused(_("请选择是发起人、理事会成员还是会员，其他人不能定向募捐。"), "capacity")
    contact = rules.normal_contact(clean_text(line.contact, field="contact", limit=rules.CONTACT_LIMIT))
    if not rules.is_phone(contact):
        try:
            validate_email(contact)
        except ValidationError:
            raise Refused(_("请写手机号或电子邮箱，链接发到那里。"), "contact") from None
    code = new_code("IV", 10)
    return Invitee(
        code=code,
        appeal=appeal,
        capacity=line.capacity,
        kind=Donor.Kind.ORGANISATION if line.is_organisation else Donor.Kind.PERSON,
        name_sealed=seal(name, context=f"invitee:{code}:name"),
        contact_sealed=seal(contact, context=f"invitee:{code}:contact"),
        contact_index=blind_index(contact),
        added_at=clock.now(),
        added_by_id=getattr(by, "pk", None),
    )


@verb
def check_audience(appeal: DirectedAppeal, *, by: User | None) -> int:
    """Say that those whom others added were compared with the register; return how many were new."""
    row = lock_row(DirectedAppeal, "host", pk=appeal.pk)
    permissions.directed.may_check_audience(by, row).require()
    checked = check_rows(row, by=by)
    audit.record(by, "check_audience", row, checked=checked)
    return checked


def check_rows(appeal: DirectedAppeal, *, by: User | None) -> int:
    """Mark those whom somebody else added as checked; return how many. The caller holds the appeal's lock."""
    rows = Invitee.objects.filter(appeal=appeal, removed_at=None, checked_at=None)
    if by is not None:
        rows = rows.exclude(added_by_id=by.pk)
    return rows.update(checked_at=clock.now(), checked_by_id=getattr(by, "pk", None))


@verb
def take_off(invitee: Invitee, *, by: User | None) -> Invitee:
    """Take somebody off the audience: their link stops at once, and what was begun and not paid is closed."""
    row = _locked(invitee)
    permissions.directed.may_write_appeals(by, row.appeal.host).require()
    return _remove(row, Removal.STAFF, by=by)


@verb
def decline(invitee: Invitee) -> Invitee:
    """Take somebody off who wants it so, by their link: giving is voluntary (Charity Law, article 32)."""
    return _remove(_locked(invitee), Removal.OWN_WISH, by=None)


def _locked(invitee: Invitee) -> Invitee:
    rows = Invitee.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("appeal__host").get(pk=invitee.pk)


def _remove(row: Invitee, why: Removal, *, by: User | None) -> Invitee:
    if row.removed_at is None:
        row.removed_at, row.removed_by_id, row.removal = clock.now(), getattr(by, "pk", None), why.value
        row.text_due_at = None
        row.save(update_fields=["removed_at", "removed_by_id", "removal", "text_due_at"])
        unpaid = Donation.objects.filter(directed__invitee=row, state=DonationState.STARTED)
        unpaid.filter(channel=Channel.BANK).update(state=DonationState.EXPIRED)
        audit.record(by, "take_off_audience", row, appeal=row.appeal.code, why=row.removal)
        jobs.hint("donations.close_directed")
    return row


def close_unpaid() -> int:
    """Close at the provider the payment pages of those who were taken off meanwhile; return how many. Safe to repeat.

    What was paid before the page closed is booked as always: money that arrived is never hidden.
    """
    rows = Donation.objects.filter(state=DonationState.STARTED, directed__invitee__removed_at__isnull=False)
    closed = 0
    for row in rows.exclude(session_id="").order_by("pk")[:200]:
        way = registry.way_of(row.channel)
        if way is None:
            continue
        try:
            way.close(row.session_id)
            fact = way.ask(row.session_id)
        except ProviderError:
            continue
        settle_cases([Case(fact, channel=way.name)] if fact else [])
        closed += 1
    return closed
