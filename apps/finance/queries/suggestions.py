"""What open bank lines may prove: announced and recorded gifts, payments, refunds, money that came back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import money
from apps.donations.custody import HandOverState, Nature
from apps.donations.models import Custody, Donation, GiftBatch, HandOver, Refund
from apps.donations.providers import registry
from apps.donations.providers.bank import references_in
from apps.donations.queries import donor_name, held_by_platforms, pledges_to_come
from apps.donations.states import BatchState, Channel
from apps.finance.models import BankMatch, StatementLine
from apps.finance.queries.deposits import deposits_of
from apps.finance.queries.platforms import unpaid_files
from apps.finance.rules import matching
from apps.finance.rules.matching import BankLine, Candidate, Clue, Offer, Reason
from apps.finance.rules.platform_titles import PLATFORMS, Platform
from apps.funds.models import Host
from apps.grants.models import ClawbackReturn, Payment

Kind = BankMatch.Subject
# Money for a pledge becomes a gift, which is what the line then proves.
PLEDGE = "pledge"
# Gifts that a bank line may still prove.
OPEN_GIFTS = (Donation.State.STARTED, Donation.State.PENDING, Donation.State.EXPIRED)
REASONS: dict[Reason, Promise] = {
    Reason.CODE_AND_AMOUNT: gettext_lazy("编号、金额都相同"),
    Reason.SERIAL_AND_AMOUNT: gettext_lazy("银行流水号、金额都相同"),
    Reason.CODE_OTHER_AMOUNT: gettext_lazy("编号相同，金额不同"),
    Reason.CODE_AGAIN: gettext_lazy("这个附言码已经到过一次账，会另记一笔"),
    Reason.NAME_AND_AMOUNT: gettext_lazy("金额、户名相同，没写编号"),
    Reason.AMOUNT: gettext_lazy("只有金额相同"),
    Reason.WORDS: gettext_lazy("附言里写明了"),
    Reason.PLATFORM_FILE: gettext_lazy("平台名、一个文件的净额都相同"),
    Reason.PLATFORM_PART: gettext_lazy("平台名相同，金额不是整个文件的净额"),
}


@dataclass(frozen=True)
class Suggested:
    """An open line with what is offered for it."""

    line: StatementLine
    clue: Clue
    offers: tuple[Offer, ...]

    @property
    def first(self) -> Offer | None:
        """The likeliest offer."""
        return self.offers[0] if self.offers else None


def reason_words(offer: Offer) -> str:
    """Return why a candidate is offered, in words; with both amounts when they differ."""
    words = str(REASONS[offer.reason])
    if offer.reason is Reason.CODE_OTHER_AMOUNT:
        words += _("（登记的是 %(amount)s）") % {"amount": money.written(abs(offer.candidate.amount))}
    return words


def suggest(host: Host, lines: Sequence[StatementLine]) -> list[Suggested]:
    """Return what each open line may prove, in a handful of queries whatever the number of lines."""
    # Each line is opened once.
    opened = [bank_line(line) for line in lines]
    found = _candidates(host, opened)
    owed = _owed(host) if any(line.amount > 0 for line in lines) else []
    payers, suggested = registry.payers(), []
    for line, bank in zip(lines, opened, strict=True):
        own = [_labelled(one) for one in matching.own_candidates(bank, payers)] + _platform_payouts(
            bank, owed
        )
        mine = (
            own + found[abs(bank.amount)] + [one for code in references_in(bank.memo) for one in found[code]]
        )
        answer = matching.suggest(bank, list(dict.fromkeys(mine)))
        suggested.append(Suggested(line, answer.clue, answer.offers))
    return suggested


@dataclass(frozen=True)
class Owed:
    """What a platform still holds for a host, and the net sums of its files that no payout has cleared."""

    platform: Platform
    held: int
    nets: frozenset[int]


def _owed(host: Host) -> list[Owed]:
    held = {code: fen for code, fen in held_by_platforms(host).items() if fen > 0 and code in PLATFORMS}
    if not held:
        return []
    files = unpaid_files(host)
    return [
        Owed(PLATFORMS[code], fen, frozenset(file.net for file in files if file.platform == code))
        for code, fen in held.items()
    ]


def _platform_payouts(line: BankLine, owed: Sequence[Owed]) -> list[Candidate]:
    """Return which platform may have paid a line: never more than it holds."""
    found = []
    for one in owed:
        if not 0 < line.amount <= one.held:
            continue
        said = [word for word in one.platform.payers if word in line.words]
        label = _("%(platform)s结算到账，还欠 ¥%(held)s") % {
            "platform": one.platform.name,
            "held": money.written(one.held),
        }
        amount = line.amount if line.amount in one.nets or line.amount == one.held else one.held
        code = f"{one.platform.code}:{line.reference}"[:80]
        found.append(Candidate(Kind.PLATFORM, code, amount, "", label, mark=said[0] if said else ""))
    return found


def suggest_one(line: StatementLine) -> Suggested:
    """Return what one line may prove."""
    return suggest(line.host, [line])[0]


def bank_line(line: StatementLine) -> BankLine:
    """Return a line as the bank wrote it."""
    return BankLine(line.amount, line.counterparty, line.memo, line.reference)


def _labelled(one: Candidate) -> Candidate:
    words = {Kind.INTEREST: _("银行利息，记慈善会本部"), Kind.FEE: _("银行手续费，记慈善会本部的管理费用")}
    return replace(one, label=words.get(Kind(one.kind), _("支付机构结算到账")))


Found = defaultdict[int | str, list[Candidate]]


def _candidates(host: Host, lines: Sequence[BankLine]) -> Found:
    """Return what may be proved, by absolute amount and by reference code."""
    found: Found = defaultdict(list)
    came = [line for line in lines if line.amount > 0]
    went = [-line.amount for line in lines if line.amount < 0]
    codes = {code for line in came for code in references_in(line.memo)}
    amounts = {line.amount for line in came}
    if came:
        for one in _gifts(host, amounts, codes):
            found[one.amount].append(one)
            if one.mark:
                found[one.mark].append(one)
        for one in _pledges(host, amounts, codes):
            found[one.amount].append(one)
            found[one.mark].append(one)
        came_in = (_batches, _custodies, deposits_of, _returns)
        found_in = [one for read in came_in for one in read(host, amounts)]
        _add(found, [*found_in, *_bounces(host, came)])
    if went:
        out = set(went)
        _add(found, [*_payments(host, out), *_refunds(host, out), *_hand_overs(host, out)])
    return found


def _add(found: Found, candidates: Iterable[Candidate]) -> None:
    for one in candidates:
        found[abs(one.amount)].append(one)


def _taken(kind: str, codes: Iterable[str]) -> set[str]:
    rows = BankMatch.objects.filter(subject_kind=kind, subject_code__in=list(codes))
    return set(rows.values_list("subject_code", flat=True))


def _gifts(host: Host, amounts: set[int], codes: set[str]) -> list[Candidate]:
    """Gifts by bank that are open or recorded already, of one of the amounts or under one of the codes."""
    state = Q(state__in=OPEN_GIFTS, reference__isnull=False) | Q(state=Donation.State.BOOKED)
    rows = list(
        Donation.objects.filter(
            state,
            Q(amount__in=amounts) | Q(reference__in=codes),
            host=host,
            channel=Donation.Channel.BANK,
            # A list came as one transfer, so its gifts are proved together or not at all.
            batch_line=None,
        )
        .select_related("donor", "fund")
        .order_by("started_at", "pk")
    )
    taken = _taken(Kind.DONATION, [row.code for row in rows])
    return [
        Candidate(
            Kind.DONATION,
            row.code,
            row.amount,
            donor_name(row.donor),
            _("捐赠 · %(fund)s · %(state)s") % {"fund": row.fund.name, "state": row.get_state_display()},
            mark=row.reference or "",
            serial=_serial(row.payment_id),
            is_taken=row.code in taken,
            counts_again=bool(row.reference),
        )
        for row in rows
        if row.code not in taken or row.reference in codes
    ]


def _batches(host: Host, amounts: set[int]) -> list[Candidate]:
    """Lists of gifts that came as one transfer of one of the amounts: many gifts, one line."""
    rows = (
        GiftBatch.objects.filter(
            host=host, state=BatchState.BOOKED, channel=Channel.BANK, expected_total__in=amounts
        )
        .select_related("fund")
        .order_by("day", "pk")
    )
    taken = _taken(Kind.BATCH, [row.code for row in rows])
    return [
        Candidate(
            Kind.BATCH,
            row.code,
            row.expected_total,
            row.name,
            _("捐款名单 · %(fund)s · %(n)d 笔") % {"fund": row.fund.name, "n": row.expected_count},
            mark=row.code,
        )
        for row in rows
        if row.code not in taken
    ]


def _pledges(host: Host, amounts: set[int], codes: set[str]) -> list[Candidate]:
    """Pledges that wait for one of the amounts (the next instalment or all that is missing) or whose code is named."""
    found = []
    for one in pledges_to_come(host):
        pledge, due = one.pledge, one.next
        wanted = [due.missing if due else one.missing, one.missing]
        amount = next((fen for fen in wanted if fen in amounts), wanted[0])
        if amount in amounts or pledge.reference in codes:
            label = _("认捐 · %(fund)s · 还差 ¥%(missing)s") % {
                "fund": pledge.fund.name,
                "missing": money.written(one.missing),
            }
            found.append(
                Candidate(PLEDGE, pledge.code, amount, donor_name(pledge.donor), label, mark=pledge.reference)
            )
    return found


def _serial(payment_id: str | None) -> str:
    """Return the bank's number under which finance recorded a gift, if it was recorded under one."""
    key = (payment_id or "").removeprefix("bank:")
    return "" if key.startswith("form-") else key


def _custodies(host: Host, amounts: set[int]) -> list[Candidate]:
    """Money taken in for a named receiver, which is no gift."""
    rows = Custody.objects.filter(host=host, nature=Nature.MONEY, amount__in=amounts)
    rows = rows.select_related("principal").order_by("day", "pk")
    taken = _taken(Kind.CUSTODY, [row.code for row in rows])
    return [
        Candidate(
            Kind.CUSTODY,
            row.code,
            row.amount,
            donor_name(row.principal),
            _("代管收到 · %(code)s") % {"code": row.code},
            mark=row.code,
        )
        for row in rows
        if row.code not in taken
    ]


def _hand_overs(host: Host, amounts: set[int]) -> list[Candidate]:
    """Money passed on to its receiver, or given back to the principal."""
    rows = HandOver.objects.filter(
        custody__host=host, custody__nature=Nature.MONEY, state=HandOverState.DONE, amount__in=amounts
    ).select_related("custody__principal")
    taken = _taken(Kind.HAND_OVER, [row.code for row in rows])
    return [
        Candidate(
            Kind.HAND_OVER,
            row.code,
            -row.amount,
            row.paid_to,
            _("代管转交 · %(code)s") % {"code": row.custody.code},
            mark=row.code,
        )
        for row in rows
        if row.code not in taken
    ]


def _payments(host: Host, amounts: set[int]) -> list[Candidate]:
    # What was sent to the bank is booked by its line.
    states = [Payment.State.SENT, Payment.State.PAID, Payment.State.BOUNCED]
    return _of_payments(host, Kind.PAYMENT, amounts, states)


def _bounces(host: Host, lines: Sequence[BankLine]) -> list[Candidate]:
    """Payments that may have come back: of the amount of a line that says so, or names the payment."""
    said = {line.amount for line in lines if matching.says_it_came_back(line.memo)}
    return _of_payments(host, Kind.BOUNCE, said, [Payment.State.PAID, Payment.State.BOUNCED])


def _of_payments(host: Host, kind: Kind, amounts: set[int], states: Sequence[str]) -> list[Candidate]:
    rows = Payment.objects.filter(
        instalment__grant__fund__host=host, state__in=states, amount__in=amounts
    ).select_related("instalment__grant__project")
    taken = _taken(kind, [row.code for row in rows])
    is_back = kind == Kind.BOUNCE
    words = (
        _("退汇 · %(project)s 第 %(number)d 期 · %(payee)s")
        if is_back
        else _("拨付 · %(project)s 第 %(number)d 期 · %(payee)s")
    )
    return [
        Candidate(
            kind,
            row.code,
            row.amount if is_back else -row.amount,
            row.payee,
            words
            % {
                "project": row.instalment.grant.project.title,
                "number": row.instalment.number,
                "payee": row.payee,
            },
            mark=row.code,
            serial=row.return_reference if is_back else row.bank_reference,
        )
        for row in rows
        if row.code not in taken
    ]


def _refunds(host: Host, amounts: set[int]) -> list[Candidate]:
    rows = Refund.objects.filter(
        donation__host=host,
        # Cash that was paid in is given back out of the bank.
        donation__channel__in=(Channel.BANK, Channel.CASH),
        state=Refund.State.DONE,
        amount__in=amounts,
    ).select_related("donation__donor", "donation__fund")
    taken = _taken(Kind.REFUND, [row.code for row in rows])
    return [
        Candidate(
            Kind.REFUND,
            row.code,
            -row.amount,
            donor_name(row.donation.donor),
            _("退款 · %(fund)s") % {"fund": row.donation.fund.name},
            mark=row.code,
        )
        for row in rows
        if row.code not in taken
    ]


def _returns(host: Host, amounts: set[int]) -> list[Candidate]:
    rows = ClawbackReturn.objects.filter(clawback__grant__fund__host=host, amount__in=amounts).select_related(
        "clawback__grant__project__organisation"
    )
    taken = _taken(Kind.RETURN, [row.code for row in rows])
    return [
        Candidate(
            Kind.RETURN,
            row.code,
            row.amount,
            row.clawback.grant.project.organisation.name,
            _("资助退回 · %(project)s") % {"project": row.clawback.grant.project.title},
            mark=row.code,
            serial=row.bank_reference,
        )
        for row in rows
        if row.code not in taken
    ]
