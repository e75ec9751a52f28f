"""Fiscal receipts: asked for, waived, issued with the finance department's numbers, made void, asked for again."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core import audit, clock, money
from apps.core.codes import new_code
from apps.core.models import StoredFile
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.sealing import seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import goods, notices, permissions, queries, rules
from apps.donations.models import Donation, Donor, FiscalReceipt, InKindGift
from apps.donations.services.locks import lock_given
from apps.donations.states import RECEIPT_MOVES, ReceiptState, TextKind, VoidReason
from apps.registry.rules import clean_uscc
from apps.users.models import User


@dataclass(frozen=True, slots=True)
class ReceiptNumber:
    """What the finance department's system gave a receipt: 票据代码, 票据号码, 校验码 and its date."""

    batch_code: str
    number: str
    check_code: str
    day: date


@verb
def request_receipt(
    gift: Donation | InKindGift,
    *,
    name: str,
    kind: str = Donor.Kind.PERSON.value,
    uscc: str = "",
    by: rules.Giver | User | None,
) -> FiscalReceipt:
    """Ask for a gift's receipt in a person's name or an organisation's with its unified credit code.

    Things get one at the value at which they were accepted; a service, and what no value is proved of, gets none.

    Asked again before it is issued, it changes the name. `by` is None for a donor without an account, whose page's
    address proves that the gift is theirs. Raises `Refused`.
    """
    gift = lock_given(gift)
    permissions.may_request_receipt(by, gift).require()
    name, uscc = clean_payer(name, kind, uscc)
    receipt = queries.open_receipt(gift)
    before = receipt.state if receipt else ""
    if receipt is None:
        receipt = FiscalReceipt(code=new_code("P", 10), **queries.for_gift(gift), host=gift.host)
    if before != ReceiptState.REQUESTED:
        receipt.asked_at = clock.now()
        receipt.asked_by_id = getattr(by, "pk", None)
    receipt.state, receipt.kind, receipt.payer_uscc = ReceiptState.REQUESTED.value, kind, uscc
    receipt.amount = queries.receiptable(gift)
    receipt.payer_sealed = seal(name, context=f"receipt:{receipt.code}:payer")
    receipt.save()
    audit.record(by, "request_receipt", receipt, before=before, kind=kind)
    return receipt


def clean_payer(name: str, kind: str, uscc: str) -> tuple[str, str]:
    """Return the cleaned name and code of who stands on the receipt. Raises `Refused` naming the field."""
    if kind not in Donor.Kind.values:
        raise Refused(_("请选择抬头是个人还是单位。"), "kind")
    name = clean_text(name, field="name", limit=rules.NAME_LIMIT)
    if not name:
        raise Refused(_("请写票据抬头：个人写姓名，单位写全称。"), "name")
    if kind == Donor.Kind.PERSON:
        return name, ""
    code = clean_uscc(uscc)
    if not code:
        raise Refused(_("单位抬头要写统一社会信用代码。"), "uscc")
    return name, code


@verb
def waive_receipt(gift: Donation | InKindGift, *, by: rules.Giver | User | None) -> FiscalReceipt:
    """Record that the donor wants no receipt, as article 38 of the Charity Law asks. It can be asked for later."""
    gift = lock_given(gift)
    permissions.may_request_receipt(by, gift).require()
    receipt = queries.open_receipt(gift)
    if receipt is None:
        receipt = FiscalReceipt(
            code=new_code("P", 10), **queries.for_gift(gift), host=gift.host, asked_at=clock.now()
        )
    if receipt.state != ReceiptState.WAIVED:
        before, receipt.state, receipt.payer_sealed, receipt.payer_uscc = receipt.state, "waived", "", ""
        receipt.save()
        audit.record(by, "waive_receipt", receipt, before=before)
    return receipt


def _locked(receipt: FiscalReceipt, by: User | None) -> FiscalReceipt:
    given = lock_given(receipt.gift)
    permissions.may_handle_money(by, given.host).require()
    row = FiscalReceipt.objects.select_related("replaces").get(pk=receipt.pk)
    for column, value in queries.for_gift(given).items():
        setattr(row, column, value)
    row.host = given.host
    return row


@verb
def issue_receipt(
    receipt: FiscalReceipt,
    *,
    given: ReceiptNumber,
    file: StoredFile | None = None,
    amount: int | None = None,
    proof: str = "",
    by: User | None,
) -> FiscalReceipt:
    """Keep the numbers that the finance department's system gave. `amount` (fen) is what that system printed, if known.

    `proof` says which proof of fair value the donor of things handed in, where no voucher of theirs gives the value.

    With the same numbers again it changes nothing but a file that was missing. Raises `Refused`, with the field, for a
    number that another receipt has, for what was refunded, and for another amount than is left of the gift.
    """
    receipt = _locked(receipt, by)
    if receipt.state == ReceiptState.ISSUED and _same(receipt, given):
        if file is not None and receipt.file_id is None:
            receipt.file = file
            receipt.save(update_fields=["file"])
        return receipt
    check_move(RECEIPT_MOVES, receipt.state, ReceiptState.ISSUED.value, what=_("票据申请"))
    _check_number(given, clock.today())
    left = queries.receiptable(receipt.gift)
    if left <= 0:
        raise Refused(permissions.why_not_receiptable(receipt.gift))
    receipt.proof = _clean_proof(receipt, proof)
    if amount is not None and amount != left:
        raise Refused(
            _("这笔捐赠现在应开 ¥%(left)s，您的表里是 ¥%(amount)s。可能申请以后退过款，请重新导出。")
            % {"left": money.written(left), "amount": money.written(amount)},
            "amount",
        )
    receipt.state, receipt.amount = ReceiptState.ISSUED.value, left
    receipt.batch_code, receipt.number = given.batch_code, given.number
    receipt.check_code, receipt.issued_on, receipt.file = given.check_code, given.day, file
    receipt.issued_at, receipt.issued_by_id = clock.now(), getattr(by, "pk", None)
    _save_numbered(receipt, "number")
    audit.record(by, "issue_receipt", receipt, number=f"{given.batch_code}-{given.number}", amount=left)
    notices.tell_receipt(receipt)
    notices.texts.lay_text(receipt.gift, TextKind.RECEIPT, receipt.code)
    return receipt


def _clean_proof(receipt: FiscalReceipt, proof: str) -> str:
    if receipt.in_kind is None or not goods.needs_proof(receipt.in_kind.basis):
        return ""
    proof = clean_text(proof, field="proof", limit=100)
    if not proof:
        raise Refused(
            _(
                "这批物资不是按捐赠方的凭据计价的，请写捐赠人交来的公允价值证明（名称、编号）；"
                "没有证明的不能开票（公告2020年第27号第十三条）。"
            ),
            "proof",
        )
    return proof


def _same(receipt: FiscalReceipt, given: ReceiptNumber) -> bool:
    return (receipt.batch_code, receipt.number) == (given.batch_code, given.number)


def _check_number(given: ReceiptNumber, today: date) -> None:
    rules.check_receipt_number(given.batch_code, given.number, code_field="batch_code", number_field="number")
    if not rules.is_check_code(given.check_code):
        raise Refused(_("校验码是 4 到 20 位的数字和字母。"), "check_code")
    if given.day > today:
        raise Refused(_("开票日期不能在今天以后。"), "issued_on")


def _save_numbered(receipt: FiscalReceipt, field: str) -> None:
    try:
        with transaction.atomic():
            receipt.save()
    except IntegrityError:
        raise Refused(_("这个票据号码已经登记在另一张票据上。"), field) from None


@verb
def void_receipt(
    receipt: FiscalReceipt, *, why: str, red_batch_code: str = "", red_number: str = "", by: User | None
) -> FiscalReceipt:
    """Note that a receipt was reversed by a red-letter one in the finance department's system. Raises `Refused`."""
    receipt = _locked(receipt, by)
    if receipt.state == ReceiptState.VOID:
        return receipt
    check_move(RECEIPT_MOVES, receipt.state, ReceiptState.VOID.value, what=_("票据"))
    if why not in VoidReason.values:
        raise Refused(_("请选择为什么冲红。"), "why")
    rules.check_receipt_number(
        red_batch_code, red_number, code_field="red_batch_code", number_field="red_number"
    )
    if (red_batch_code, red_number) == (receipt.batch_code, receipt.number):
        raise Refused(_("红票有自己的号码，不是原来那张的。"), "red_number")
    receipt.state, receipt.void_why = ReceiptState.VOID.value, why
    receipt.red_batch_code, receipt.red_number = red_batch_code, red_number
    receipt.voided_at, receipt.voided_by_id = clock.now(), getattr(by, "pk", None)
    _save_numbered(receipt, "red_number")
    audit.record(by, "void_receipt", receipt, why=why)
    return receipt


@verb
def reissue_receipt(receipt: FiscalReceipt, *, by: User | None) -> FiscalReceipt:
    """Ask for a new receipt in the place of a void one, for what is left of the gift. A lost one is replaced once.

    Asked twice it is one. Raises `Refused`.
    """
    receipt = _locked(receipt, by)
    earlier = FiscalReceipt.objects.filter(replaces=receipt).first()
    if earlier is not None:
        return earlier
    permissions.may_reissue(by, receipt).require()
    code = new_code("P", 10)
    fresh = FiscalReceipt.objects.create(
        code=code,
        **queries.for_gift(receipt.gift),
        host=receipt.host,
        state=ReceiptState.REQUESTED,
        kind=receipt.kind,
        payer_sealed=seal(receipt.payer, context=f"receipt:{code}:payer"),
        payer_uscc=receipt.payer_uscc,
        amount=queries.receiptable(receipt.gift),
        asked_at=clock.now(),
        asked_by_id=getattr(by, "pk", None),
        replaces=receipt,
    )
    audit.record(by, "reissue_receipt", fresh, replaces=receipt.code)
    return fresh


@verb
def decline_receipt(receipt: FiscalReceipt, *, reason: str, by: User | None) -> FiscalReceipt:
    """Close a request without a receipt: given back, or no gift in the sense of 财综〔2024〕1号, article 8."""
    receipt = _locked(receipt, by)
    check_move(RECEIPT_MOVES, receipt.state, ReceiptState.CLOSED.value, what=_("票据申请"))
    reason = clean_text(reason, field="reason", limit=rules.REASON_LIMIT)
    if not reason:
        raise Refused(_("请写明为什么不开，捐赠人会看到。"), "reason")
    receipt.state, receipt.declined = ReceiptState.CLOSED.value, reason
    receipt.save(update_fields=["state", "declined"])
    audit.record(by, "decline_receipt", receipt)
    return receipt


def recall_receipt(donation: Donation) -> None:
    """Mark that a standing receipt must be made void, as money went back without asking us. The gift is locked."""
    rows = FiscalReceipt.objects.filter(donation=donation, state=ReceiptState.ISSUED, recalled_at=None)
    rows.update(recalled_at=clock.now())


def forget_requests(donor: Donor) -> None:
    """Destroy the names on what was never issued. What was issued stays: its stub is kept by law."""
    rows = FiscalReceipt.objects.filter(Q(donation__donor=donor) | Q(in_kind__donor=donor)).exclude(
        state__in=[ReceiptState.ISSUED, ReceiptState.VOID]
    )
    rows.filter(state=ReceiptState.REQUESTED).update(state=ReceiptState.CLOSED)
    rows.update(payer_sealed="", payer_uscc="")
