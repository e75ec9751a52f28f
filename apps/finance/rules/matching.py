"""What a bank line may prove. Plain values only; amounts are fen, positive in, negative out.

A clue is `one` only when nothing is left to judge: the code and the amount agree, or the bank's own serial number does.
Everything else is for a person to choose; an amount that differs is never taken silently.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

CAME_BACK = re.compile("退汇|退票|账户不符|户名不符")
# The reasons that banks write, as they may be passed on: whatever else stands in a memo may name somebody.
WHY_BACK = re.compile(
    "(?:账户|账号|户名)不符|(?:账号|账户)不存在|账号有误|账户冻结|账户状态异常|已销户|销户|超过限额"
)
INTEREST = re.compile(r"结息|利息")
FEE = re.compile("手续费|账户管理费|账户维护费|工本费|回单费|短信费|年费")


class Clue(StrEnum):
    """How sure a suggestion is."""

    ONE = "one"
    CHOOSE = "choose"
    NONE = "none"


class Reason(StrEnum):
    """Why a candidate was offered."""

    CODE_AND_AMOUNT = "code_and_amount"
    SERIAL_AND_AMOUNT = "serial_and_amount"
    CODE_OTHER_AMOUNT = "code_other_amount"
    CODE_AGAIN = "code_again"
    NAME_AND_AMOUNT = "name_and_amount"
    AMOUNT = "amount"
    WORDS = "words"
    PLATFORM_FILE = "platform_file"
    PLATFORM_PART = "platform_part"


MOST_OFFERS = 8
CERTAIN = frozenset({Reason.CODE_AND_AMOUNT, Reason.SERIAL_AND_AMOUNT, Reason.WORDS, Reason.PLATFORM_FILE})


@dataclass(frozen=True)
class BankLine:
    """A line as the bank wrote it."""

    amount: int
    counterparty: str
    memo: str
    reference: str

    @property
    def words(self) -> str:
        """Everything the line says in words."""
        return f"{self.memo} {self.counterparty}"


@dataclass(frozen=True)
class Candidate:
    """Something a line may prove.

    `code` is its own code, `mark` what a memo would carry, `serial` the bank's number if it is known, `amount` signed
    like the line's. `is_taken` says that another line proved it already; `counts_again` that it may be paid once more.
    """

    kind: str
    code: str
    amount: int
    name: str
    label: str
    mark: str = ""
    serial: str = ""
    is_taken: bool = False
    counts_again: bool = False


@dataclass(frozen=True)
class Offer:
    """A candidate and why it is offered."""

    candidate: Candidate
    reason: Reason

    @property
    def key(self) -> str:
        """What a form sends to choose it."""
        return f"{self.candidate.kind}:{self.candidate.code}"


@dataclass(frozen=True)
class Suggestion:
    """What is offered for one line, the likeliest first."""

    clue: Clue
    offers: tuple[Offer, ...] = ()


def folded(text: str) -> str:
    """Return text for comparison: width, case, spaces and dashes do not count."""
    return re.sub(r"[\s\-‐-―－_·•.。,，()（）]+", "", unicodedata.normalize("NFKC", text)).casefold()


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same as a bank would write them."""
    return bool(folded(one)) and folded(one) == folded(other)


def says_it_came_back(memo: str) -> bool:
    """Tell whether a line's memo says that a payment of ours came back (退汇, 退票)."""
    return bool(CAME_BACK.search(memo))


def why_it_came_back(memo: str) -> str:
    """Return the bank's reason in the words that every bank uses, "" where the memo has none of them."""
    found = WHY_BACK.search(memo)
    return found.group() if found else ""


def suggest(line: BankLine, candidates: Sequence[Candidate]) -> Suggestion:
    """Return what a line may prove out of what is known."""
    offers = [Offer(one, reason) for one in candidates if (reason := _reason(line, one)) is not None]
    order = list(Reason)
    offers.sort(key=lambda offer: order.index(offer.reason))
    if not offers:
        return Suggestion(Clue.NONE)
    sure = [offer for offer in offers if offer.reason in CERTAIN]
    if len(sure) == 1 and not any(offer.reason is Reason.CODE_OTHER_AMOUNT for offer in offers):
        return Suggestion(Clue.ONE, (sure[0],))
    return Suggestion(Clue.CHOOSE, tuple(offers[:MOST_OFFERS]))


def _reason(line: BankLine, one: Candidate) -> Reason | None:
    if (line.amount > 0) != (one.amount > 0):
        return None
    if one.kind == "platform":
        # A donor may transfer through the same payment company, so a name alone proves no payout.
        if one.mark and folded(one.mark) in folded(line.words):
            return Reason.PLATFORM_FILE if one.amount == line.amount else Reason.PLATFORM_PART
        return Reason.AMOUNT if one.amount == line.amount else None
    is_marked = bool(one.mark) and folded(one.mark) in folded(line.memo)
    equal = line.amount == one.amount
    if one.is_taken:
        return Reason.CODE_AGAIN if is_marked and one.counts_again else None
    if one.serial and folded(one.serial) == folded(line.reference):
        return Reason.SERIAL_AND_AMOUNT if equal else Reason.CODE_OTHER_AMOUNT
    if is_marked:
        return Reason.CODE_AND_AMOUNT if equal else Reason.CODE_OTHER_AMOUNT
    if not equal or (one.serial and one.kind == "donation"):
        return None
    # A bank's own fee names nobody at the other end; whoever else is paid may be paid for something.
    if one.kind in {"interest", "payout"} or (one.kind == "fee" and not line.counterparty):
        return Reason.WORDS
    return Reason.NAME_AND_AMOUNT if same_name(one.name, line.counterparty) else Reason.AMOUNT


class Payer(Protocol):
    """How bank lines name a payment provider and its payouts."""

    @property
    def words(self) -> re.Pattern[str]: ...

    @property
    def number(self) -> re.Pattern[str]: ...


P = TypeVar("P", bound=Payer)


def payer_of(line: BankLine, payers: Iterable[P]) -> P | None:
    """Return the payment provider that a line names."""
    return next((payer for payer in payers if payer.words.search(line.words)), None)


def own_candidates(line: BankLine, payers: Iterable[Payer]) -> list[Candidate]:
    """Return what a line proves by its own words: bank interest, the bank's fee, a payment provider's payout."""
    if line.amount <= 0:
        return [Candidate("fee", line.reference, line.amount, "", "")] if FEE.search(line.memo) else []
    if INTEREST.search(line.memo):
        return [Candidate("interest", line.reference, line.amount, "", "")]
    payer = payer_of(line, payers)
    if payer is not None:
        found = payer.number.search(line.memo)
        code = found.group(0) if found else line.reference
        return [Candidate("payout", code, line.amount, "", "")]
    return []
