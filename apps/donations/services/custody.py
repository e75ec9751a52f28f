"""Custodial gifts: taken in for a named receiver, passed on by two people. No fund has them for a moment."""

from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.core import audit, clock, files, money, versions
from apps.core.codes import new_code
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.sealing import seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import custody as terms
from apps.donations import notices, permissions, queries, rules
from apps.donations.custody import Basis, CustodyState, HandOverKind, HandOverState, Nature
from apps.donations.models import Custody, Donor, HandOver
from apps.donations.services.donors import new_donor
from apps.donations.services.offline import check_arrival_day
from apps.donations.states import Channel
from apps.funds.models import Fund
from apps.funds.queries import general_fund
from apps.ledger.rules import Draft, EntryKind
from apps.ledger.services import post
from apps.users.models import User

By = User | None


@dataclass(frozen=True, slots=True)
class Handed:
    """What a principal handed over: for whom, through which fund, and why it is custodial; amounts in fen."""

    fund: Fund
    nature: str
    amount: int
    principal: str
    receiver: str
    basis: str
    day: date
    token: str
    what: str = ""
    contact: str = ""
    kind: str = Donor.Kind.PERSON.value
    receiver_is_organisation: bool = False
    meets_conditions: bool = False
    is_no_interested_party: bool = False
    note: str = ""


@verb
def take_custody(handed: Handed, *, agreement: "UploadedFile[bytes] | None" = None, by: By) -> Custody:
    """Register and book what is to be passed on; the same form does it once. Raises `Refused` naming the field.

    财会〔2024〕25号, article 58: by an agreement, or because one named receiver is meant and nobody here can change it;
    whoever may choose receivers within a circle takes a restricted gift instead. Charity Law, article 40: the receiver
    is no interested party of the principal.
    """
    host = handed.fund.host
    permissions.may_handle_money(by, host).require()
    key = rules.gift_key(
        handed.token, handed.fund.code, handed.amount, handed.principal, handed.receiver, handed.day
    )
    known = Custody.objects.filter(form_token=key).first()
    if known is not None:
        return known
    names = _check(handed, has_agreement=agreement is not None)
    now, by_id = clock.now(), getattr(by, "pk", None)
    donor = new_donor(name=names[0], contact=names[1], kind=handed.kind, user_id=None, now=now)
    donor.save()
    code = new_code("T", 10)
    row = Custody.objects.create(
        code=code,
        host=host,
        fund=handed.fund,
        principal=donor,
        nature=handed.nature,
        what=clean_text(handed.what, field="what", limit=terms.WHAT_LIMIT),
        amount=handed.amount,
        receiver_sealed=seal(names[2], context=f"custody:{code}:receiver"),
        receiver_is_organisation=handed.receiver_is_organisation,
        basis=handed.basis,
        agreement=files.keep_document(agreement, by_id=by_id, field="agreement", signed=True)
        if agreement
        else None,
        note=clean_text(handed.note, field="note", limit=terms.NOTE_LIMIT),
        day=handed.day,
        received_at=now,
        entered_by_id=by_id,
        form_token=key,
    )
    lines = terms.custody_lines(general_fund(host).code, row.amount)
    post(Draft(EntryKind.CUSTODIAL_IN.value, row.code, host.code, row.day, lines), by=by)
    audit.record(by, "take_custody", row, fund=row.fund.code, amount=row.amount, kind=row.nature)
    versions.bump("site", f"fund:{row.fund.code}")
    return row


def _check(handed: Handed, *, has_agreement: bool) -> tuple[str, str, str]:
    """Return the cleaned principal, contact and receiver. Raises `Refused` naming the field."""
    if handed.nature not in Nature.values:
        raise Refused(_("请选择交来的是钱还是物。"), "nature")
    if handed.nature == Nature.GOODS and not handed.what.strip():
        raise Refused(_("请写清楚交来的是什么。"), "what")
    if handed.basis not in Basis.values:
        raise Refused(_("请选择为什么算代管。"), "basis")
    if handed.basis == Basis.AGREEMENT and not has_agreement:
        raise Refused(_("请存转交协议的扫描件。"), "agreement")
    if handed.basis == Basis.NAMED and not handed.meets_conditions:
        raise Refused(_("三个条件有一个不符合，就不是代管，请按限定用途的捐赠登记。"), "meets_conditions")
    if not handed.is_no_interested_party:
        raise Refused(_("受助方是委托人的利害关系人的，不能收（慈善法第四十条）。"), "is_no_interested_party")
    rules.check_amount(handed.amount, Channel.BANK)
    check_arrival_day(handed.day)
    principal = clean_text(handed.principal, field="principal", limit=rules.NAME_LIMIT)
    receiver = clean_text(handed.receiver, field="receiver", limit=rules.NAME_LIMIT)
    if not principal:
        raise Refused(_("请写委托人的姓名或单位名称。"), "principal")
    if not receiver:
        raise Refused(_("请写委托人指定的受助方。"), "receiver")
    return principal, clean_text(handed.contact, field="contact", limit=rules.CONTACT_LIMIT), receiver


def _lock(pk: int) -> Custody:
    rows = Custody.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("host", "fund", "principal").get(pk=pk)


@verb
def ask_hand_over(
    custody: Custody,
    *,
    amount: int,
    kind: str,
    account: str,
    token: str,
    reason: str = "",
    proof: "UploadedFile[bytes] | None" = None,
    by: User,
) -> HandOver:
    """Ask a second person to pass on `amount` fen to the receiver, or to give it back; the same form asks once.

    Raises `Refused` for more than is held and not asked for already.
    """
    custody = _lock(custody.pk)
    permissions.may_hand_over(by, custody).require()
    key = rules.gift_key(token, custody.code, amount, kind, account)
    known = HandOver.objects.filter(form_token=key).first()
    if known is not None:
        return known
    if kind not in HandOverKind.values:
        raise Refused(_("请选择转交还是退回。"), "kind")
    left = queries.custody_left(custody)
    if type(amount) is not int or not 0 < amount <= left:
        raise Refused(_("最多还能转交 ¥%(left)s。") % {"left": money.written(left)}, "amount")
    account = clean_text(account, field="account", limit=terms.ACCOUNT_LIMIT)
    if custody.nature == Nature.MONEY and not account:
        raise Refused(_("请写收款账户，复核的人要核对户名。"), "account")
    reason = clean_text(reason, field="reason", limit=terms.NOTE_LIMIT)
    if kind == HandOverKind.PRINCIPAL and not reason:
        raise Refused(_("退回委托人要写明受助方为什么收不了。"), "reason")
    code = new_code("Y", 10)
    row = HandOver.objects.create(
        code=code,
        custody=custody,
        kind=kind,
        amount=amount,
        account_sealed=seal(account, context=f"hand-over:{code}:account"),
        proof=files.keep_document(proof, by_id=by.pk, field="proof") if proof else None,
        reason=reason,
        asked_at=clock.now(),
        asked_by_id=by.pk,
        form_token=key,
    )
    audit.record(by, "ask_hand_over", custody, amount=amount, kind=kind)
    notices.ask_hand_over(row)
    return row


@verb
def release_hand_over(row: HandOver, *, day: date | None = None, by: User) -> HandOver:
    """Book what was passed on, by another person than the one who asked. Released again it changes nothing."""
    custody = _lock(row.custody_id)
    row = HandOver.objects.select_related("custody__host").get(pk=row.pk)
    if row.state == HandOverState.DONE and row.decided_by_id == by.pk:
        return row
    permissions.may_release_hand_over(by, row).require()
    check_move(terms.HAND_OVER_MOVES, row.state, HandOverState.DONE.value, what=_("这次转交"))
    row.day = day or clock.today()
    check_arrival_day(row.day)
    if row.day < custody.day:
        raise Refused(_("转交不能早于收到。"), "day")
    row.state, row.decided_at, row.decided_by_id = HandOverState.DONE.value, clock.now(), by.pk
    row.save(update_fields=["state", "day", "decided_at", "decided_by_id"])
    lines = terms.custody_lines(general_fund(custody.host).code, -row.amount)
    post(Draft(EntryKind.CUSTODIAL_OUT.value, row.code, custody.host.code, row.day, lines), by=by)
    if queries.custody_left(custody, waiting_counts=False) == 0:
        check_move(terms.CUSTODY_MOVES, custody.state, CustodyState.PASSED.value, what=_("这笔代管"))
        custody.state = CustodyState.PASSED.value
        custody.save(update_fields=["state"])
    audit.record(by, "release_hand_over", custody, amount=row.amount, kind=row.kind)
    versions.bump("site", f"fund:{custody.fund.code}")
    return row


@verb
def reject_hand_over(row: HandOver, *, by: User) -> HandOver:
    """Turn a hand-over down that waits, or take one's own back."""
    custody = _lock(row.custody_id)
    row = HandOver.objects.select_related("custody__host").get(pk=row.pk)
    if row.state == HandOverState.REJECTED:
        return row
    permissions.may_handle_money(by, custody.host).require()
    check_move(terms.HAND_OVER_MOVES, row.state, HandOverState.REJECTED.value, what=_("这次转交"))
    row.state, row.decided_at, row.decided_by_id = HandOverState.REJECTED.value, clock.now(), by.pk
    row.save(update_fields=["state", "decided_at", "decided_by_id"])
    audit.record(by, "reject_hand_over", custody, amount=row.amount)
    return row
