"""Gifts in kind: received and valued, handed out, sold, written off. Whoever takes things out locks fund and gift."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.models import StoredFile
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import goods, notices, permissions, rules
from apps.donations.goods import Beneficiaries, LossCause, LossState, MoveKind, Nature, Valuation
from apps.donations.models import Campaign, Consent, Donor, GoodsMove, InKindGift, WriteOff
from apps.donations.services.donors import check_consents, clean_identity, consent_rows, new_donor
from apps.donations.services.locks import lock_goods
from apps.donations.services.offline import check_arrival_day, check_campaigns
from apps.donations.services.purposes import purpose_of
from apps.donations.states import LOSS_MOVES, Channel, NameChoice
from apps.funds.models import Fund
from apps.funds.queries import gifts_refused, takes_gifts
from apps.funds.services import lock_fund
from apps.ledger.rules import Draft, EntryKind
from apps.ledger.services import post
from apps.users.models import User

# What happened to a gift in kind, under the kind of its entry.
ENTRY_KINDS = {
    MoveKind.ISSUE.value: EntryKind.IN_KIND_OUT.value,
    MoveKind.SALE.value: EntryKind.IN_KIND_SALE.value,
    MoveKind.LOSS.value: EntryKind.IN_KIND_LOSS.value,
    MoveKind.RETURN.value: EntryKind.IN_KIND_RETURN.value,
}
# In which of a gift's counts a move is kept.
COUNTED = {
    MoveKind.ISSUE.value: "issued",
    MoveKind.SALE.value: "sold",
    MoveKind.LOSS.value: "lost",
    MoveKind.RETURN.value: "lost",
}
FIRST_MONEY = (Channel.BANK.value, Channel.CASH.value)


@dataclass(frozen=True, slots=True)
class GoodsGift:
    """A gift in kind as finance received it: one sort of things, or one service."""

    fund: Fund
    nature: str
    name: str
    quantity: int
    unit: str
    valuation: Valuation
    day: date
    token: str
    place: str = ""
    expires_on: date | None = None
    donor_name: str = ""
    contact: str = ""
    name_choice: str = NameChoice.ANONYMOUS.value
    kind: str = Donor.Kind.PERSON.value
    is_under_14: bool = False
    consents: frozenset[str] = frozenset()
    restriction: str | None = None
    campaign: Campaign | None = None


@verb
def receive_goods(gift: GoodsGift, *, by: User | None) -> InKindGift:
    """Register a gift in kind and, when it has a value that counts, book it. The same form is registered once.

    Out: the gift. Raises `Refused` naming the field. Charity Law, article 36: things must be safe and fit for use, so
    what is past its date is not taken; article 40: no tobacco is judged by the person who takes it in.
    """
    permissions.may_handle_money(by, gift.fund.host).require()
    # Whoever ends the fund waits for this lock, so nothing is left behind in an ended fund.
    fund = lock_fund(gift.fund.code)
    facts = (fund.code, gift.name, gift.quantity, gift.unit, gift.day, gift.donor_name)
    # Without a campaign the key is what it was before things could have one.
    key = rules.gift_key(gift.token, *facts, *([gift.campaign.code] if gift.campaign else []))
    known = InKindGift.objects.filter(form_token=key).select_related("fund", "host", "donor").first()
    if known is not None:
        return known
    check_arrival_day(gift.day)
    if not takes_gifts(fund, gift.day):
        raise Refused(gifts_refused(fund), "fund")
    check_campaigns([(gift.campaign, fund, gift.day)])
    name, contact = clean_identity(gift.donor_name, gift.contact, gift.name_choice)
    if gift.name_choice == NameChoice.REAL and Consent.Purpose.PUBLISH_NAME not in gift.consents:
        raise Refused(_("没有捐赠人公开姓名的同意，请选只公开姓或匿名。"), "name_choice")
    check_consents(gift.name_choice, (), gift.consents, is_under_14=gift.is_under_14)
    value = goods.booked_value(gift.nature, gift.valuation)
    row = _row(gift, value, key, name, by)
    now = row.received_at
    row.donor = new_donor(name=name, contact=contact, kind=gift.kind, user_id=None, now=now)
    row.donor.save()
    row.save(force_insert=True)
    Consent.objects.bulk_create(consent_rows(row.donor, row.code, gift.consents, now=now))
    if value:
        lines = goods.receive_lines(
            fund.code, row.restriction, row.donor.code, value, is_service=gift.nature == Nature.SERVICE
        )
        post(Draft(EntryKind.IN_KIND.value, row.code, fund.host.code, row.day, lines), by=by)
    audit.record(
        by, "receive_goods", row, fund=fund.code, quantity=row.quantity, value=value, basis=row.basis
    )
    versions.bump("site", f"fund:{fund.code}")
    return row


def _row(gift: GoodsGift, value: int, key: str, donor_name: str, by: User | None) -> InKindGift:
    """Check what was received and return its unsaved row."""
    name = clean_text(gift.name, field="name", limit=goods.NAME_LIMIT)
    unit = clean_text(gift.unit, field="unit", limit=goods.UNIT_LIMIT)
    place = clean_text(gift.place, field="place", limit=goods.PLACE_LIMIT)
    if not name:
        raise Refused(_("请写清楚捐的是什么。"), "name")
    if not unit:
        raise Refused(_("请写数量的单位，比如袋、箱、次。"), "unit")
    if type(gift.quantity) is not int or not 0 < gift.quantity <= goods.MAX_QUANTITY:
        raise Refused(_("数量要是大于 0 的整数；不满一件的，请换小一点的单位。"), "quantity")
    if gift.nature == Nature.GOODS and not place:
        raise Refused(_("请写存放地点。"), "place")
    if gift.expires_on is not None and gift.expires_on < gift.day:
        raise Refused(_("过期的物资不能收，请核对保质期。"), "expires_on")
    said = gift.valuation
    return InKindGift(
        code=new_code("K", 10),
        host=gift.fund.host,
        fund=gift.fund,
        restriction=purpose_of(gift.fund, gift.restriction),
        campaign=gift.campaign,
        name_choice=gift.name_choice,
        public_name=rules.public_name(
            donor_name, gift.name_choice, is_organisation=gift.kind == Donor.Kind.ORGANISATION
        ),
        nature=gift.nature,
        name=name,
        quantity=gift.quantity,
        unit=unit,
        value=value,
        basis=said.basis,
        voucher_value=said.voucher,
        valuation_note=clean_text(said.note, field="note", limit=goods.NOTE_LIMIT),
        place=place,
        expires_on=gift.expires_on,
        day=gift.day,
        received_at=clock.now(),
        entered_by_id=getattr(by, "pk", None),
        form_token=key,
    )


@verb
def issue_goods(
    gift: InKindGift,
    *,
    quantity: int,
    beneficiaries: str,
    people: int,
    receipt: str,
    day: date,
    token: str,
    note: str = "",
    evidence: StoredFile | None = None,
    by: User | None,
) -> GoodsMove:
    """Hand things out to a kind of beneficiaries against a signed list; they become an expense of the same purpose.

    `people` is how many signed this time. The same form does it once. Raises `Refused` naming the field, first of all
    for more than is left.
    """
    if beneficiaries not in Beneficiaries.values:
        raise Refused(_("请选择发给了哪类人。"), "beneficiaries")
    if type(people) is not int or not 0 < people <= goods.MAX_QUANTITY:
        raise Refused(_("请写有多少人签收，至少 1 人。"), "people")
    receipt = clean_text(receipt, field="receipt", limit=goods.RECEIPT_LIMIT)
    if not receipt:
        raise Refused(_("请写签收单编号：没有签收，不能记发放。"), "receipt")
    move = GoodsMove(
        kind=MoveKind.ISSUE,
        quantity=quantity,
        day=day,
        beneficiaries=beneficiaries,
        people=people,
        receipt=receipt,
        evidence=evidence,
        note=note,
    )
    return _take_out(gift, move, token=token, by=by)


@verb
def sell_goods(
    gift: InKindGift,
    *,
    quantity: int,
    proceeds: int,
    channel: str,
    day: date,
    token: str,
    note: str,
    by: User | None,
) -> GoodsMove:
    """Sell things that are hard to keep or cannot be used, and book what was paid as money of the same purpose.

    Charity Law, article 54: the net proceeds are used for charity. Raises `Refused` naming the field.
    """
    if channel not in FIRST_MONEY:
        raise Refused(_("请选择银行转账或现金。"), "channel")
    rules.check_amount(proceeds, channel)
    if not note.strip():
        raise Refused(_("请写为什么变卖、卖给了谁家单位，给审计看。"), "note")
    move = GoodsMove(
        kind=MoveKind.SALE, quantity=quantity, day=day, proceeds=proceeds, channel=channel, note=note
    )
    return _take_out(gift, move, token=token, by=by)


def _take_out(gift: InKindGift, move: GoodsMove, *, token: str, by: User | None) -> GoodsMove:
    """Lock, then take units out of what is left, and book their part of the value."""
    permissions.may_handle_money(by, gift.host).require()
    key = rules.gift_key(token, gift.code, move.kind, move.quantity, move.people, move.day, move.proceeds)
    move.note = clean_text(move.note, field="note", limit=goods.NOTE_LIMIT)
    gift = lock_goods(gift)
    known = GoodsMove.objects.filter(form_token=key).first()
    if known is not None:
        return known
    _check_out(gift, move)
    move.code, move.gift, move.form_token = new_code("M", 10), gift, key
    move.at, move.by_id = clock.now(), getattr(by, "pk", None)
    move.value = goods.part_value(gift.value, gift.quantity, gift.gone, move.quantity)
    move.save(force_insert=True)
    field = COUNTED[move.kind]
    setattr(gift, field, getattr(gift, field) + move.quantity)
    gift.save(update_fields=[field])
    lines = goods.leave_lines(
        gift.fund.code,
        gift.restriction,
        move.kind,
        move.value,
        proceeds=move.proceeds,
        account=rules.ACCOUNTS.get(move.channel, ""),
    )
    if lines:
        post(Draft(ENTRY_KINDS[move.kind], move.code, gift.host.code, move.day, lines), by=by)
    audit.record(
        by,
        f"{move.kind}_goods",
        gift,
        move=move.code,
        quantity=move.quantity,
        value=move.value,
        proceeds=move.proceeds,
    )
    versions.bump("site", f"fund:{gift.fund.code}")
    return move


def _check_out(gift: InKindGift, move: GoodsMove) -> None:
    if gift.nature == Nature.SERVICE:
        raise Refused(_("服务不入库，没有可以发放的。"))
    if type(move.quantity) is not int or move.quantity <= 0:
        raise Refused(_("数量要是大于 0 的整数。"), "quantity")
    if move.quantity > gift.left:
        raise Refused(
            _("库里只剩 %(left)d%(unit)s，不够 %(wanted)d%(unit)s。")
            % {"left": gift.left, "wanted": move.quantity, "unit": gift.unit},
            "quantity",
        )
    check_arrival_day(move.day)
    if move.day < gift.day:
        raise Refused(_("日期不能早于收到这批物资的那天。"), "day")
    if move.kind == MoveKind.ISSUE and gift.expires_on is not None and move.day > gift.expires_on:
        raise Refused(_("这批物资已经过期，不能再发，请走核销。"), "day")


@verb
def ask_write_off(
    gift: InKindGift,
    *,
    quantity: int,
    reason: str,
    token: str,
    cause: str = LossCause.SPOILT.value,
    by: User,
) -> WriteOff:
    """Ask that spoilt, expired or missing things be written off, or what went back to the donor or never came; another
    person of finance decides. What is no gift any more keeps no receipt: that is made void first. Raises `Refused`."""
    permissions.may_handle_money(by, gift.host).require()
    if cause not in LossCause.values:
        raise Refused(_("请选择是坏了、退回了，还是登记错了。"), "cause")
    reason = clean_text(reason, field="reason", limit=goods.NOTE_LIMIT)
    if not reason:
        raise Refused(_("请写明为什么核销。"), "reason")
    key = rules.gift_key(token, gift.code, quantity, reason)
    gift = lock_goods(gift)
    known = WriteOff.objects.filter(form_token=key).first()
    if known is not None:
        return known
    probe = GoodsMove(kind=MoveKind.LOSS, quantity=quantity, day=clock.today())
    _check_out(gift, probe)
    permissions.may_undo_goods(by, gift, cause).require()
    row = WriteOff.objects.create(
        code=new_code("L", 10),
        gift=gift,
        quantity=quantity,
        cause=cause,
        reason=reason,
        asked_at=clock.now(),
        asked_by_id=by.pk,
        form_token=key,
    )
    audit.record(by, "ask_write_off", gift, write_off=row.code, quantity=quantity, cause=cause)
    notices.ask_write_off(row)
    return row


@verb
def release_write_off(write_off: WriteOff, *, by: User) -> WriteOff:
    """Write the things off as the second person; what went back for no reason of ours, or never came, lowers income
    (财会〔2024〕25号, article 73). Raises `Refused`, also when less is left by now."""
    row = _decide(write_off, LossState.DONE.value, by=by)
    kind = LossCause(row.cause).move
    move = GoodsMove(kind=kind, quantity=row.quantity, day=clock.today(), note=row.reason)
    _take_out(row.gift, move, token=f"write-off-{row.code}", by=by)
    if LossCause(row.cause).is_undoing:
        InKindGift.objects.filter(pk=row.gift_id).update(undone=F("undone") + row.quantity)
    return row


@verb
def reject_write_off(write_off: WriteOff, *, by: User) -> WriteOff:
    """Turn a write-off down, or withdraw it; nothing is booked."""
    row = _decide(write_off, LossState.REJECTED.value, by=by)
    audit.record(by, "reject_write_off", row.gift, write_off=row.code)
    return row


def _decide(write_off: WriteOff, state: str, *, by: User) -> WriteOff:
    gift = lock_goods(write_off.gift)
    row = lock_row(WriteOff, pk=write_off.pk)
    row.gift = gift
    if state == LossState.DONE:
        permissions.may_undo_goods(by, gift, row.cause).require()
    is_release = state == LossState.DONE
    may = permissions.may_release_write_off if is_release else permissions.may_reject_write_off
    may(by, row).require()
    check_move(LOSS_MOVES, row.state, state, what=_("这次核销"))
    row.state, row.decided_at, row.decided_by_id = state, clock.now(), by.pk
    row.save(update_fields=["state", "decided_at", "decided_by_id"])
    return row
