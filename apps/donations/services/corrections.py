"""Moving a gift to the book it belongs in: by entries, never by editing one. Both funds are locked first."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs, money, versions
from apps.core.codes import new_code
from apps.core.models import StoredFile
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import notices, permissions, queries, rules
from apps.donations.models import Correction, Donation, PurposeRequest
from apps.donations.services.donor_texts import close_texts
from apps.donations.services.returns import lock_gift
from apps.donations.states import PURPOSE_MOVES, AnswerWay, CorrectionBasis, PurposeState, TextKind
from apps.funds.models import Fund, Restriction
from apps.funds.queries import available, heir_of
from apps.funds.states import FundState
from apps.ledger import queries as books
from apps.ledger.rules import Draft, EntryKind
from apps.ledger.services import post
from apps.users.models import User

REFERENCE_LIMIT = 120
# How long a donor has to answer: no rule says, so this is a default of ours.
ANSWER_TIME = timedelta(days=30)


@verb
def correct_gift(
    donation: Donation,
    *,
    restriction: Restriction,
    basis: str,
    reason: str,
    reference: str = "",
    dated: date | None = None,
    key: str = "",
    by: User | None,
) -> Correction:
    """Move what is left of a gift to the book of `restriction`: booked wrongly, or under a changed filing.

    With the donor's consent it is asked for first (`ask_purpose`). The money must still be there: what was spent or
    promised is not moved. Receipts stay, as donor and amount do. With a form's token as `key`, it is moved once.
    """
    donation, _general = lock_gift(donation.pk, restriction.fund.code)
    permissions.may_handle_money(by, donation.host).require()
    code = (
        f"K{rules.gift_key(key, donation.code, restriction.code)[:12].upper()}" if key else new_code("K", 10)
    )
    earlier = Correction.objects.filter(code=code).first()
    if earlier is not None:
        return earlier
    if basis == CorrectionBasis.CONSENT:
        raise Refused(_("捐赠人同意改用途的，要先发征询，等捐赠人答复。"), "basis")
    if basis not in CorrectionBasis.values:
        raise Refused(_("请选择为什么改。"), "basis")
    reference = clean_text(reference, field="reference", limit=REFERENCE_LIMIT)
    if basis == CorrectionBasis.FILING:
        if not reference:
            raise Refused(_("请写明备案的编号（慈善法第五十六条）。"), "reference")
        if dated is None or dated > clock.today():
            raise Refused(_("请写明备案的日子，不能在今天以后。"), "dated")
    made = Correction(code=code, basis=basis, reason=_reason(reason), reference=reference, dated=dated)
    return _move(made, donation, restriction, by=by)


def _reason(words: str) -> str:
    words = clean_text(words, field="reason", limit=rules.REASON_LIMIT)
    if not words:
        raise Refused(_("请写明原因，它会留在记录里。"), "reason")
    return words


def _check_target(donation: Donation, restriction: Restriction) -> None:
    """Raise `Refused` unless a gift may be moved to that book at all."""
    fund = restriction.fund
    if fund.host_id != donation.host_id:
        raise Refused(_("只能改到同一家慈善会的基金。"), "restriction")
    if fund.state == FundState.CLOSED:
        raise Refused(_("%(fund)s已经关闭，不能改到那里。") % {"fund": fund.name}, "restriction")
    if restriction.until is not None and restriction.until < clock.today():
        raise Refused(_("这个用途已经不收捐款了，请重新选。"), "restriction")
    now = heir_of(donation.fund, donation.restriction)
    if (now.fund.pk, now.restriction) == (fund.pk, restriction.code):
        raise Refused(_("这笔捐赠已经在那里了。"), "restriction")


def _move(made: Correction, donation: Donation, restriction: Restriction, *, by: User | None) -> Correction:
    """Book the move and write the row. The caller holds the locks of both funds and of the gift."""
    permissions.may_correct(by, donation).require()
    _check_target(donation, restriction)
    old, new = heir_of(donation.fund, donation.restriction), restriction.fund
    amount, fee = donation.left, min(donation.fee, donation.left)
    wanted = amount - fee
    free = max(0, available(old.fund).get(old.restriction, 0))
    if free < wanted:
        raise Refused(
            _("%(fund)s这一项只剩 ¥%(free)s 没有用、没有答应出去，不够改出这笔捐赠的 ¥%(wanted)s，先不能改。")
            % {"fund": old.fund.name, "free": money.written(free), "wanted": money.written(wanted)}
        )
    book, host = (old.fund.code, old.restriction), donation.host.code
    first = queries.account_with(donation)
    accounts = dict.fromkeys([first, *rules.ACCOUNTS.values()])
    held = {name: books.balance(name, host=host, fund=book[0], restriction=book[1]) for name in accounts}
    lines = rules.correction_lines(
        book,
        (new.code, restriction.code),
        donation.donor.code,
        amount=amount,
        fee=fee,
        money_on=rules.spread(wanted, held, otherwise=first),
    )
    post(Draft(EntryKind.CORRECTION.value, made.code, host, clock.today(), lines), by=by)
    made.donation, made.amount, made.fee = donation, amount, fee
    made.from_fund, made.from_restriction = old.fund, old.restriction
    made.to_fund, made.to_restriction = new, restriction.code
    made.made_at, made.made_by_id = clock.now(), getattr(by, "pk", None)
    made.save(force_insert=True)
    before = f"{donation.fund.code}/{donation.restriction}"
    donation.fund, donation.restriction = new, restriction.code
    donation.save(update_fields=["fund", "restriction"])
    after = f"{new.code}/{restriction.code}"
    audit.record(
        by, "correct_gift", donation, correction=made.code, basis=made.basis, before=before, after=after
    )
    # Whoever answered on the link knows; an answer that somebody else wrote down, its donor can still contradict.
    if made.request is None or made.request.answer_way != AnswerWay.LINK:
        notices.tell_corrected(made)
        notices.texts.lay_text(donation, TextKind.CORRECTION, made.code)
    versions.bump(
        "site", *(f"{what}:{code}" for code in {old.fund.code, new.code} for what in ("fund", "money"))
    )
    jobs.hint("seeding.match_gifts")
    return made


@verb
def ask_purpose(
    donation: Donation, *, restriction: Restriction, reason: str, by: User | None
) -> PurposeRequest:
    """Ask the donor whether their gift may serve another purpose; nothing moves before they say yes.

    By letter; by text message where there is only a phone number; else it stands on finance's list, to be asked by
    telephone. Raises `Refused` for a donor who left no contact (a filing is the other way), or when asked already.
    """
    donation, _general = lock_gift(donation.pk)
    permissions.may_correct(by, donation).require()
    _check_target(donation, restriction)
    if not donation.donor.contact:
        raise Refused(_("捐赠人没有留联系方式，没法征询；改用途要报民政部门备案。"))
    if donation.purpose_requests.filter(state=PurposeState.ASKED).exists():
        raise Refused(_("已经在征询捐赠人了，请等答复，或者先撤回。"))
    now = clock.now()
    asked = PurposeRequest.objects.create(
        code=new_code("W", 10),
        donation=donation,
        fund=restriction.fund,
        restriction=restriction.code,
        reason=_reason(reason),
        asked_at=now,
        asked_by_id=getattr(by, "pk", None),
        answer_by=now + ANSWER_TIME,
    )
    audit.record(by, "ask_purpose", donation, request=asked.code, to=restriction.code)
    notices.ask_for_purpose(asked)
    notices.texts.lay_text(donation, TextKind.PURPOSE, asked.code)
    return asked


def _locked(asked: PurposeRequest) -> tuple[PurposeRequest, Donation]:
    donation, _general = lock_gift(asked.donation_id, asked.fund.code)
    return PurposeRequest.objects.select_related("fund").get(pk=asked.pk), donation


@verb
def answer_purpose(asked: PurposeRequest, *, agrees: bool, by: User | None) -> PurposeRequest:
    """Record what the donor says (whoever has the letter's link); after a yes the gift is moved.

    Where the money is no longer free the answer stands and finance moves it later (`carry_out_purpose`). Answered
    already, nothing changes. Raises `Refused` after the deadline.
    """
    asked, donation = _locked(asked)
    if asked.state in {PurposeState.AGREED, PurposeState.REFUSED}:
        return asked
    if asked.state == PurposeState.ASKED and clock.now() > asked.answer_by:
        raise Refused(_("答复的期限过了，这笔捐赠的用途没有改。"))
    asked.answer_way = AnswerWay.LINK.value
    return _take_answer(asked, donation, agrees=agrees, by=by)


@verb
def record_purpose_answer(
    asked: PurposeRequest,
    *,
    agrees: bool,
    way: str,
    answered_on: date,
    paper: StoredFile | None = None,
    by: User | None,
) -> PurposeRequest:
    """Write down what a donor said by telephone or on paper, on which day, and who heard it; a paper comes along.

    By telephone it is heard by another than who asked. Then as `answer_purpose`, and the donor is told of the move.
    Answered already, nothing changes. Raises `Refused` naming the field.
    """
    asked, donation = _locked(asked)
    permissions.may_handle_money(by, donation.host).require()
    if asked.state in {PurposeState.AGREED, PurposeState.REFUSED}:
        return asked
    if way not in {AnswerWay.PHONE, AnswerWay.PAPER}:
        raise Refused(_("请选择是电话里答的，还是书面答的。"), "way")
    if not (verdict := permissions.may_record_answer(by, asked, way)):
        raise Refused(verdict.reason, "way")
    if way == AnswerWay.PAPER and paper is None:
        raise Refused(_("书面答复的，请把它附上。"), "paper")
    last = min(clock.today(), clock.day_of(asked.answer_by))
    if not clock.day_of(asked.asked_at) <= answered_on <= last:
        raise Refused(_("答复的日子要在征询以后、期限以前，不能在今天以后。"), "answered_on")
    asked.answer_way, asked.answered_on, asked.answer_paper = way, answered_on, paper
    asked.answer_by_id = by.pk if by else None
    return _take_answer(asked, donation, agrees=agrees, by=by)


def _take_answer(
    asked: PurposeRequest, donation: Donation, *, agrees: bool, by: User | None
) -> PurposeRequest:
    _close(asked, donation, PurposeState.AGREED.value if agrees else PurposeState.REFUSED.value, by=by)
    if agrees:
        try:
            _carry_out(asked, donation)
        except Refused:
            audit.record(None, "purpose_waits", donation, request=asked.code)
    return asked


def _close(asked: PurposeRequest, donation: Donation, state: str, *, by: User | None) -> None:
    check_move(PURPOSE_MOVES, asked.state, state, what=_("征询"))
    asked.state, asked.answered_at = state, clock.now()
    asked.save(
        update_fields=["state", "answered_at", "answer_way", "answered_on", "answer_by_id", "answer_paper"]
    )
    close_texts(TextKind.PURPOSE, asked.code)
    audit.record(by, "close_purpose", donation, request=asked.code, after=state, way=asked.answer_way)


@verb
def _carry_out(asked: PurposeRequest, donation: Donation, *, by: User | None = None) -> Correction:
    target = Restriction.objects.select_related("fund").get(fund=asked.fund, code=asked.restriction)
    made = Correction(
        code=f"K{asked.code}", request=asked, basis=CorrectionBasis.CONSENT.value, reason=asked.reason
    )
    return _move(made, donation, target, by=by)


@verb
def carry_out_purpose(asked: PurposeRequest, *, by: User | None) -> Correction:
    """Move a gift whose donor agreed earlier, when its money was not free. Moved already, nothing changes."""
    asked, donation = _locked(asked)
    permissions.may_handle_money(by, donation.host).require()
    made = Correction.objects.filter(request=asked).first()
    if made is not None:
        return made
    if asked.state != PurposeState.AGREED:
        raise Refused(_("捐赠人还没有同意，用途不能改。"))
    return _carry_out(asked, donation, by=by)


@verb
def withdraw_purpose(asked: PurposeRequest, *, by: User | None) -> PurposeRequest:
    """Take a question back that the donor has not answered."""
    asked, donation = _locked(asked)
    permissions.may_handle_money(by, donation.host).require()
    if asked.state != PurposeState.WITHDRAWN:
        _close(asked, donation, PurposeState.WITHDRAWN.value, by=by)
    return asked


def lapse_purposes() -> int:
    """Close the questions whose deadline is over; the gifts stay what they were for. Returns how many."""
    late = PurposeRequest.objects.filter(state=PurposeState.ASKED, answer_by__lt=clock.now())
    return sum(_lapse(asked) for asked in late.select_related("fund").order_by("pk")[:200])


@verb
def _lapse(asked: PurposeRequest) -> int:
    asked, donation = _locked(asked)
    if asked.state != PurposeState.ASKED or clock.now() <= asked.answer_by:
        return 0
    _close(asked, donation, PurposeState.LAPSED.value, by=None)
    return 1


def books_of(host_id: int) -> list[Restriction]:
    """Return the books of a host to which a gift may be moved."""
    rows = Restriction.objects.filter(
        fund__in=Fund.objects.filter(host_id=host_id).exclude(state=FundState.CLOSED)
    )
    return list(
        rows.select_related("fund").order_by("fund__division_id", "fund__code", "-is_general", "code")
    )
