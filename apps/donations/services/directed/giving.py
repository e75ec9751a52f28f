"""Giving in answer to an appeal: by one's own link on the page, or entered by finance."""

import hmac
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.locking import lock_row
from apps.core.sealing import blind_index
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules
from apps.donations.models import Consent, Donation, Donor, Invitee
from apps.donations.queries.directed import Link
from apps.donations.services.directed.binding import bind, moment_of
from apps.donations.services.donors import clean_identity, new_donor
from apps.donations.services.giving import (
    ATTEMPTS,
    SHOWN,
    Shown,
    chosen_way,
    goes_on,
    write_gift,
)
from apps.donations.services.offline import OfflineGift, gift_of_form, record_offline
from apps.donations.services.purposes import chosen_restriction
from apps.donations.states import Channel, NameChoice
from apps.users.models import User


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody who was asked fills in; the amount is fen, `contact` is what proves that the link is theirs."""

    amount: int
    channel: str
    name_choice: str
    contact: str
    message: str = ""
    shown: Shown = SHOWN
    consents: frozenset[str] = frozenset()


def answer_appeal(link: Link, answer: Answer, *, form_token: str) -> Donation:
    """Begin a gift by a link; it is the invited person's, under the name and contact that the host entered.

    A link may be passed on, so its holder also names the contact it was sent to; too many wrong ones end the link. The
    same form sent twice, even at once, begins one gift. Raises `Refused` naming the field.
    """
    permissions.directed.may_open_link(link).require()
    if not _is_theirs(link.invitee, answer.contact):
        raise Refused(_("这不是收到邀请的手机号或邮箱。这个链接只给本人用，别人不能用它捐。"), "contact")
    facts = (answer.amount, answer.channel, answer.name_choice, answer.message, answer.shown)
    parts = (link.invitee.code, *facts, sorted(answer.consents))
    for attempt in range(ATTEMPTS):
        key = rules.gift_key(form_token, *parts, attempt)
        found = Donation.objects.filter(form_token=key).select_related("fund", "host", "donor").first()
        if found is not None:
            if goes_on(found):
                return found
            continue
        try:
            return _begin(link, answer, key=key)
        except IntegrityError:
            # The same form came in twice at once and the other one was first.
            found = Donation.objects.filter(form_token=key).select_related("fund", "host", "donor").first()
            if found is not None:
                return found
    raise Refused(_("这个页面用得太多次了，请刷新后再填一次。"))


@verb
def _is_theirs(invitee: Invitee, contact: str) -> bool:
    """Whether this is the contact of the person; a wrong one counts, and stays counted."""
    row = lock_row(Invitee, pk=invitee.pk)
    given = blind_index(rules.normal_contact(contact))
    if given and row.contact_index and hmac.compare_digest(given, row.contact_index):
        return True
    row.tries += 1
    row.save(update_fields=["tries"])
    return False


@verb
def _begin(link: Link, answer: Answer, *, key: str) -> Donation:
    invitee = _locked(link.invitee)
    permissions.directed.may_open_link(Link(invitee, link.number)).require()
    way, appeal = chosen_way(answer.channel), invitee.appeal
    name, _contact = clean_identity(invitee.name, "", answer.name_choice)
    donation = write_gift(
        appeal.fund,
        _donor_of(invitee),
        name=name,
        key=key,
        way=way,
        amount=answer.amount,
        name_choice=answer.name_choice,
        restriction=chosen_restriction(appeal.fund, appeal.restriction),
        message=answer.message,
        shown=answer.shown,
        consents=answer.consents,
    )
    bind(donation, invitee, at=donation.started_at)
    return donation


def _locked(invitee: Invitee) -> Invitee:
    """Return the row and its appeal as they are now, both locked: neither ends while a gift is written."""
    rows = Invitee.objects.select_for_update(no_key=True, of=("self", "appeal"))
    return rows.select_related("appeal__host", "appeal__fund__host", "donor").get(pk=invitee.pk)


def _donor_of(invitee: Invitee) -> Donor:
    """Return the donor's row of somebody who was asked, made on their first gift. The row is locked."""
    if invitee.donor is not None and invitee.donor.erased_at is None:
        return invitee.donor
    donor = new_donor(
        name=invitee.name, contact=invitee.contact, kind=invitee.kind, user_id=None, now=clock.now()
    )
    donor.save()
    invitee.donor = donor
    invitee.save(update_fields=["donor"])
    return donor


@dataclass(frozen=True, slots=True)
class Received:
    """What finance took in cash or found in the bank from somebody who was asked; the amount is fen."""

    amount: int
    channel: str
    day: date
    name_choice: str = NameChoice.ANONYMOUS.value
    consents: frozenset[str] = frozenset()
    message: str = ""
    handler: str = ""


@verb
def record_directed(invitee: Invitee, received: Received, *, token: str, by: User | None) -> Donation:
    """Record and book what somebody who was asked gave in cash or by transfer; the same form is recorded once.

    They must have been on the audience on that day, within the appeal's. Raises `Refused` naming the field.
    """
    row = _locked(invitee)
    appeal = row.appeal
    permissions.directed.may_record_directed(by, appeal).require()
    if received.channel not in {Channel.BANK, Channel.CASH}:
        raise Refused(_("请选择银行转账或现金。"), "channel")
    start = clock.midnight(received.day)
    if not queries.directed.stood(row, start, clock.midnight(received.day + timedelta(days=1))):
        raise Refused(_("这一天这位不在名单上，不能算定向募捐。"), "invitee")
    closed_on = clock.day_of(appeal.closed_at) if appeal.closed_at else appeal.ends_on
    if not appeal.starts_on <= received.day <= min(appeal.ends_on, closed_on):
        raise Refused(_("这一天不在定向募捐的期限里。"), "day")
    if appeal.opened_at is not None and received.day < clock.day_of(appeal.opened_at):
        raise Refused(_("这一天定向募捐还没有开始。"), "day")
    known = _donor_of(row)
    gift = OfflineGift(
        fund=appeal.fund,
        amount=received.amount,
        channel=received.channel,
        day=received.day,
        key="",
        name=row.name,
        contact=row.contact,
        name_choice=received.name_choice,
        kind=row.kind,
        message=received.message,
        restriction=appeal.restriction,
        consents=received.consents & {Consent.Purpose.PUBLISH_NAME, Consent.Purpose.PUBLISH_AMOUNT},
        handler=received.handler,
        donor=known,
    )
    donation = record_offline(gift_of_form(gift, token=token), by=by)
    answers = queries.directed.directed_of(donation)
    if answers is not None and answers.invitee_id != row.pk:
        raise Refused(_("这张表已经登记给另一位了，请刷新后再填一次。"), "invitee")
    bind(donation, row, at=moment_of(received.day, row))
    return donation
