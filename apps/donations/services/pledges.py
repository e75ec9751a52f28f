"""Pledges: written down, fulfilled by gifts, released or cancelled. Only the gifts that come are booked."""

from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.core import audit, clock, files, versions
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import notices, permissions, pledging, queries, rules
from apps.donations.models import Campaign, Consent, Donation, Donor, Pledge, PledgeGift, PledgeInstalment
from apps.donations.pledging import Due, PledgeEnding, PledgeForm
from apps.donations.providers.bank import new_reference
from apps.donations.services.booking import Arrival, book
from apps.donations.services.donor_texts import close_pointless
from apps.donations.services.donors import check_consents, clean_identity, consent_rows, new_donor
from apps.donations.services.locks import lock_pledge
from apps.donations.services.offline import check_arrival_day, check_campaigns
from apps.donations.services.purposes import purpose_of
from apps.donations.states import Channel, DonationState, NameChoice
from apps.funds.models import Fund
from apps.funds.queries import gifts_refused, heir_of, takes_gifts
from apps.funds.services import lock_fund
from apps.users.models import User

By = User | None


@dataclass(frozen=True, slots=True)
class NewPledge:
    """A pledge as it was made: how much (fen), by which instalments, in which form, and what may be shown of it."""

    fund: Fund
    amount: int
    plan: tuple[Due, ...]
    form: str
    pledged_on: date
    token: str
    name: str
    contact: str = ""
    kind: str = Donor.Kind.PERSON.value
    name_choice: str = NameChoice.ANONYMOUS.value
    is_under_14: bool = False
    consents: frozenset[str] = frozenset()
    serves_relief: bool = False
    restriction: str | None = None
    campaign: Campaign | None = None
    note: str = ""


@verb
def record_pledge(pledge: NewPledge, *, by: By) -> Pledge:
    """Write a pledge down with its instalments; the same form does it once. Nothing is booked. Raises `Refused`.

    Charity Law, article 41: how it was made decides whether delivery may be claimed.
    """
    permissions.may_handle_money(by, pledge.fund.host).require()
    return write_pledge(pledge, by=by)


@verb
def write_pledge(pledge: NewPledge, *, by: By) -> Pledge:
    """Write a pledge down; the caller asks who may."""
    # Whoever ends the fund waits for this lock, so no pledge is left behind in an ended fund.
    fund = lock_fund(pledge.fund.code)
    key = rules.gift_key(
        pledge.token, fund.code, pledge.amount, pledge.pledged_on, pledge.name, pledge.restriction
    )
    known = Pledge.objects.filter(form_token=key).first()
    if known is not None:
        return known
    _check(pledge, fund)
    name, contact = clean_identity(pledge.name, pledge.contact, pledge.name_choice)
    if not name:
        raise Refused(_("请写认捐人的姓名或单位名称；公示时可以匿名。"), "name")
    now = clock.now()
    donor = new_donor(name=name, contact=contact, kind=pledge.kind, user_id=None, now=now)
    donor.save()
    row = Pledge.objects.create(
        code=new_code("P", 10),
        host=fund.host,
        fund=fund,
        restriction=purpose_of(fund, pledge.restriction),
        campaign=pledge.campaign,
        donor=donor,
        form=pledge.form,
        serves_relief=pledge.serves_relief,
        amount=pledge.amount,
        pledged_on=pledge.pledged_on,
        note=clean_text(pledge.note, field="note", limit=pledging.NOTE_LIMIT),
        reference=new_reference(),
        name_choice=pledge.name_choice,
        public_name=rules.public_name(
            name, pledge.name_choice, is_organisation=pledge.kind == Donor.Kind.ORGANISATION
        ),
        shows_amount=Consent.Purpose.PUBLISH_AMOUNT in pledge.consents,
        made_at=now,
        made_by_id=getattr(by, "pk", None),
        form_token=key,
    )
    PledgeInstalment.objects.bulk_create(
        [PledgeInstalment(pledge=row, due_on=one.due_on, amount=one.amount) for one in pledge.plan]
    )
    Consent.objects.bulk_create(consent_rows(donor, row.code, pledge.consents, now=now))
    audit.record(by, "record_pledge", row, fund=fund.code, amount=row.amount, kind=row.form)
    _show(row)
    return row


def _check(pledge: NewPledge, fund: Fund) -> None:
    """Raise `Refused` naming the field unless this may be written down."""
    if not takes_gifts(fund):
        raise Refused(gifts_refused(fund), "fund")
    if pledge.form not in PledgeForm.values:
        raise Refused(_("请选择认捐是怎么作出的。"), "form")
    rules.check_amount(pledge.amount, Channel.BANK)
    if pledge.pledged_on > clock.today():
        raise Refused(_("认捐的日子不能在今天以后。"), "pledged_on")
    check_campaigns([(pledge.campaign, fund, pledge.pledged_on)])
    if pledge.name_choice == NameChoice.REAL and Consent.Purpose.PUBLISH_NAME not in pledge.consents:
        raise Refused(_("没有捐赠人公开姓名的同意，请选只公开姓或匿名。"), "name_choice")
    check_consents(pledge.name_choice, (), pledge.consents, is_under_14=pledge.is_under_14)
    pledging.check_plan(pledge.amount, pledge.plan, pledged_on=pledge.pledged_on)


def _show(pledge: Pledge) -> None:
    versions.bump("site", f"fund:{pledge.fund.code}")


@verb
def receive_pledged(pledge: Pledge, *, amount: int, channel: str, day: date, key: str, by: By) -> Donation:
    """Book money that came for a pledge as a gift of its donor, and count it: once per `key` (a bank line, a form).

    What is more than the pledge is a gift all the same and counts for nothing. Raises `Refused`.
    """
    pledge = lock_pledge(pledge.pk)
    permissions.may_receive_pledge(by, pledge).require()
    payment = f"{channel}:{clean_text(key, field='key', limit=80)}"
    known = Donation.objects.filter(payment_id=payment).first()
    if known is not None:
        return known
    if channel not in {Channel.BANK, Channel.CASH}:
        raise Refused(_("请选择银行转账或现金。"), "channel")
    rules.check_amount(amount, channel)
    check_arrival_day(day)
    heir = heir_of(pledge.fund, pledge.restriction)
    if not takes_gifts(heir.fund, day):
        raise Refused(gifts_refused(heir.fund))
    donation = Donation.objects.create(
        code=new_code("", 10),
        host=heir.fund.host,
        fund=heir.fund,
        restriction=heir.restriction,
        campaign=pledge.campaign,
        donor=pledge.donor,
        channel=channel,
        amount=amount,
        name_choice=pledge.name_choice,
        public_name=pledge.public_name,
        shows_amount=pledge.shows_amount,
        started_at=clock.now(),
        entered_by_id=getattr(by, "pk", None),
    )
    standing = pledge.donor.consents.filter(donation_code=pledge.code, withdrawn_at=None)
    Consent.objects.bulk_create(
        [
            Consent(
                donor=row.donor,
                purpose=row.purpose,
                donation_code=donation.code,
                text=row.text,
                given_at=row.given_at,
            )
            for row in standing.select_related("donor")
        ]
    )
    book([Arrival(donation, payment, amount, 0, day)], by=by)
    _count(pledge, donation, by=by)
    return donation


@verb
def match_pledge(pledge: Pledge, *, donation: Donation, by: By) -> PledgeGift:
    """Count a gift that is booked already for a pledge to the same book. Twice changes nothing. Raises `Refused`."""
    pledge = lock_pledge(pledge.pk)
    donation = lock_row(Donation, pk=donation.pk)
    known = PledgeGift.objects.filter(pledge=pledge, donation=donation, taken_off_at=None).first()
    if known is not None:
        return known
    permissions.may_receive_pledge(by, pledge).require()
    if donation.state != DonationState.BOOKED or donation.left == 0:
        raise Refused(_("这笔捐赠还没有入账，或者已经全部退回。"), "donation")
    heir = heir_of(pledge.fund, pledge.restriction)
    if (donation.fund_id, donation.restriction) != (heir.fund.pk, heir.restriction):
        raise Refused(_("这笔捐赠不是捐给认捐的那个基金和用途的；捐错了地方，先更正去处。"), "donation")
    if PledgeGift.objects.filter(donation=donation, taken_off_at=None).exists():
        raise Refused(_("这笔捐赠已经算给另一份认捐了。"), "donation")
    return _count(pledge, donation, by=by)


def _count(pledge: Pledge, donation: Donation, *, by: By) -> PledgeGift:
    """Count a gift as far as the pledge still waits for money; the pledge is locked."""
    missing = pledge.amount - queries.received_for(pledge)
    row = PledgeGift.objects.create(
        pledge=pledge,
        donation=donation,
        amount=min(donation.left, missing),
        matched_at=clock.now(),
        matched_by_id=getattr(by, "pk", None),
    )
    close_pointless(pledge.texts.all())
    audit.record(by, "match_pledge", pledge, gift=donation.code, amount=row.amount)
    _show(pledge)
    return row


@verb
def take_off_pledge(row: PledgeGift, *, reason: str, by: By) -> PledgeGift:
    """Count a gift no longer for a pledge, because it was matched wrongly. The gift itself stays as it is booked."""
    pledge = lock_pledge(row.pledge_id)
    permissions.may_handle_money(by, pledge.host).require()
    row = PledgeGift.objects.get(pk=row.pk)
    if row.taken_off_at is None:
        row.taken_off_why = _said(reason)
        row.taken_off_at, row.taken_off_by_id = clock.now(), getattr(by, "pk", None)
        row.save(update_fields=["taken_off_why", "taken_off_at", "taken_off_by_id"])
        audit.record(by, "take_off_pledge", pledge, gift=row.donation.code, amount=row.amount)
        _show(pledge)
    return row


def _said(reason: str) -> str:
    words = clean_text(reason, field="reason", limit=pledging.NOTE_LIMIT)
    if not words:
        raise Refused(_("请写明原因，它会留在记录里。"), "reason")
    return words


@verb
def end_pledge(
    pledge: Pledge,
    *,
    why: str,
    reason: str,
    reported_to: str = "",
    reported_on: date | None = None,
    proof: "UploadedFile[bytes] | None" = None,
    by: By,
) -> Pledge:
    """Let a pledge go: released in hardship, waived, or written down wrongly. Ended already, nothing changes.

    Charity Law, article 41: who is released reports to the civil affairs department first and tells the public why, so
    `reason` is then what the public reads. Raises `Refused` naming the field.
    """
    pledge = lock_pledge(pledge.pk)
    if pledge.state != pledging.PledgeState.OPEN and pledge.ended_why == why:
        return pledge
    permissions.may_end_pledge(by, pledge, why).require()
    state = pledging.ENDS_AS[why]
    check_move(pledging.PLEDGE_MOVES, pledge.state, state, what=_("这份认捐"))
    pledge.explanation = clean_text(reason, field="reason", limit=pledging.EXPLANATION_LIMIT)
    if not pledge.explanation:
        raise Refused(_("请写明原因，它会留在记录里。"), "reason")
    if why == PledgeEnding.HARDSHIP:
        pledge.reported_to = clean_text(reported_to, field="reported_to", limit=pledging.AUTHORITY_LIMIT)
        if not pledge.reported_to:
            raise Refused(_("请写明向哪一级民政部门报告的（慈善法第四十一条）。"), "reported_to")
        if reported_on is None or not pledge.pledged_on <= reported_on <= clock.today():
            raise Refused(_("请写明报告的日子，在认捐以后、今天以前。"), "reported_on")
        pledge.reported_on = reported_on
    if proof is not None:
        pledge.proof = files.keep_document(proof, by_id=getattr(by, "pk", None), field="proof")
    pledge.state, pledge.ended_why = state, why
    pledge.ended_at, pledge.ended_by_id = clock.now(), getattr(by, "pk", None)
    pledge.save()
    close_pointless(pledge.texts.all())
    audit.record(by, "end_pledge", pledge, after=state, why=why)
    _show(pledge)
    return pledge


def hide_pledge(pledge: Pledge, purpose: str) -> None:
    """Take from the public what a donor no longer agrees to show of a pledge. The caller withdraws the consent."""
    if purpose == Consent.Purpose.PUBLISH_AMOUNT:
        pledge.shows_amount = False
    elif purpose == Consent.Purpose.PUBLISH_NAME and pledge.name_choice == NameChoice.REAL:
        pledge.name_choice, pledge.public_name = NameChoice.ANONYMOUS.value, rules.ANONYMOUS_NAME
    pledge.save(update_fields=["shows_amount", "name_choice", "public_name"])
    _show(pledge)


def remind_pledges() -> int:
    """Write once to the donors whose instalment is due soon or was missed; return how many could be told."""
    today, said = clock.today(), 0
    rows = Pledge.objects.filter(state=pledging.PledgeState.OPEN, donor__erased_at=None)
    rows = rows.select_related("fund", "host", "donor")
    for one in map(queries.stand, queries.with_received(rows)):
        if one.next is None:
            continue
        days = (one.next.due_on - today).days
        if 0 <= days <= pledging.REMIND_BEFORE:
            said += notices.pledges.remind_pledge(one.pledge, one.next, is_late=False)
        elif days <= -pledging.REMIND_AFTER:
            said += notices.pledges.remind_pledge(one.pledge, one.next, is_late=True)
    return said
