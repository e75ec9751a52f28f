"""Each person's own link, sent to nobody else: by e-mail, or by text message where there is only a phone number."""

from collections.abc import Sequence
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs, outbox, sms
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules
from apps.donations.directed import AppealState, link_until
from apps.donations.models import DirectedAppeal, Invitee
from apps.donations.services.directed.writing import lock_appeal
from apps.donations.services.texting import again_at, went
from apps.users.models import User


def address_of(invitee: Invitee) -> str:
    """Return the address of somebody's own page, by the link that counts now."""
    return settings.SITE_URL + reverse("donations:invited", args=[invitee.token])


@verb
def send_links(appeal: DirectedAppeal, *, by: User | None) -> int:
    """Send a link to everybody who was checked and has none; return how many. Nobody is written to twice."""
    row = lock_appeal(appeal)
    permissions.directed.may_send_links(by, row).require()
    waiting = list(
        queries.directed.asked_by(row).filter(link_number=0).select_for_update(no_key=True, of=("self",))
    )
    _send(row, waiting)
    if waiting:
        audit.record(by, "send_links", row, count=len(waiting))
    return len(waiting)


@verb
def renew_link(invitee: Invitee, *, by: User | None) -> Invitee:
    """Send somebody a new link; the one before it is void from now on. Raises `Refused`."""
    appeal = lock_appeal(invitee.appeal)
    row = lock_row(Invitee, "appeal", pk=invitee.pk)
    permissions.directed.may_send_links(by, appeal).require()
    if row.removed_at is not None or row.checked_at is None:
        raise Refused(_("核对过、还在名单上的人才有链接。"))
    _send(appeal, [row])
    audit.record(by, "renew_link", row, appeal=appeal.code, number=row.link_number)
    return row


def _send(appeal: DirectedAppeal, invitees: Sequence[Invitee]) -> None:
    """Give each a new link and lay the letter, or say that a text message is due."""
    now = clock.now()
    until = link_until(clock.today(), appeal.ends_on)
    letters, has_texts = [], False
    for row in invitees:
        row.link_number, row.link_until, row.tries = row.link_number + 1, until, 0
        if rules.is_phone(row.contact):
            has_texts = sms.sender() is not None
            row.text_due_at = rules.texting_time(now.astimezone(clock.SHANGHAI)) if has_texts else None
            row.text_tries, row.text_sent_at = 0, None
        else:
            letters.append(_letter(appeal, row))
    Invitee.objects.bulk_update(
        invitees, ["link_number", "link_until", "tries", "text_due_at", "text_tries", "text_sent_at"]
    )
    outbox.say_all(letters)
    if has_texts:
        jobs.hint("donations.send_directed_links")


def _words(appeal: DirectedAppeal, row: Invitee) -> dict[str, str]:
    return {
        "host": appeal.host.name,
        "name": appeal.name,
        "capacity": str(row.get_capacity_display()),
        "purpose": appeal.purpose,
        "use": appeal.use_of_money,
        "until": row.link_until.isoformat() if row.link_until else "",
        "contact": f"{appeal.responsible} {appeal.contact}",
        "url": address_of(row),
    }


def _letter(appeal: DirectedAppeal, row: Invitee) -> outbox.Letter:
    return outbox.Letter(
        f"directed:{row.code}:{row.link_number}",
        to=row.contact,
        subject=_("%(host)s定向募捐：%(name)s") % {"host": appeal.host.name, "name": appeal.name},
        body=_(
            "您是%(host)s的%(capacity)s。这是慈善会向发起人、理事会成员和会员的定向募捐，不是公开募捐。\n"
            "目的：%(purpose)s\n用途：%(use)s\n"
            "捐不捐、捐多少完全自愿。想捐的，用您自己的链接，%(until)s前有效：%(url)s\n"
            "链接只给您本人用，请不要转发，也不要发到群里或网上。联系：%(contact)s"
        )
        % _words(appeal, row),
    )


def send_texts(limit: int = 100) -> int:
    """Send the links that wait as text messages and return how many left; what fails waits longer each time."""
    provider = sms.sender()
    if provider is None:
        return 0
    return sum(_text(row, provider) for row in islice(iter(_take, None), limit))


def _take() -> Invitee | None:
    """Take the link that waited longest and commit that it is being tried: it goes out once, with no lock held."""
    with transaction.atomic():
        row = (
            Invitee.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(text_due_at__lte=clock.now(), removed_at=None, appeal__state=AppealState.OPEN)
            .select_related("appeal__host")
            .order_by("text_due_at", "pk")
            .first()
        )
        if row is not None:
            row.text_tries, row.text_due_at = row.text_tries + 1, None
            row.save(update_fields=["text_tries", "text_due_at"])
    return row


def _text(row: Invitee, provider: sms.Sender) -> int:
    is_sent = _left(row, provider)
    # A link that was renewed in the meantime has a text of its own.
    Invitee.objects.filter(pk=row.pk, link_number=row.link_number).update(
        text_sent_at=clock.now() if is_sent else None,
        text_due_at=None if is_sent else again_at(row.text_tries),
    )
    return int(is_sent)


def _left(row: Invitee, provider: sms.Sender) -> bool:
    facts = _words(row.appeal, row)
    with translation.override(settings.LANGUAGE_CODE):
        text = (
            _(
                "%(host)s向%(capacity)s定向募捐“%(name)s”，不是公开募捐，自愿参加。"
                "只给您本人的链接，请不要转发：%(url)s"
            )
            % facts
        )
    known = {key: facts[key] for key in ("host", "name", "capacity", "url")}
    return went(provider, row.contact, template=sms.DIRECTED_LINK, facts=known, text=text)
