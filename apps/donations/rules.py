"""What a gift must be, what the public sees of it, and the lines that book it. Plain values only; amounts in fen."""

import hashlib
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.core import money
from apps.core.names import clean_text, mask_organisation, mask_person
from apps.core.verdicts import Refused
from apps.donations.states import Channel, DedicationKind, NameChoice
from apps.ledger.rules import Line

# A fund's code and a restriction's.
Book = tuple[str, str]
ANONYMOUS_NAME = gettext_noop("爱心居民")
NAME_LIMIT, MESSAGE_LIMIT, CONTACT_LIMIT, REASON_LIMIT = 60, 100, 100, 200
DEDICATION_LIMIT = 30
# No thanks wake anybody: from when to when texts leave.
TEXTS_FROM, TEXTS_UNTIL = 8, 21
# How long a payment page stays open.
PAGE_OPEN = timedelta(hours=2)
PRESETS = (2000, 5000, 10000, 20000)
# The provider takes no smaller payment in CNY, and at most eight digits in fen.
LIMITS = {
    Channel.STRIPE.value: (100, 99_999_999),
    Channel.BANK.value: (1, money.MAX_FEN),
    Channel.CASH.value: (1, money.MAX_FEN),
    Channel.PLATFORM.value: (1, money.MAX_FEN),
}
ACCOUNTS = {
    Channel.STRIPE.value: "provider_money",
    Channel.BANK.value: "bank_deposits",
    Channel.CASH.value: "cash_on_hand",
    # Until the platform pays out, what it collected is 其他货币资金.
    Channel.PLATFORM.value: "provider_money",
}
# Where the money of a way of paying lies that is not named here: with its provider.
AT_PROVIDER = "provider_money"
# Order 74: the host's unified social credit code, A, and a five-digit number.
_FILING_NUMBER = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}A[0-9]{5}", re.ASCII)
_RECEIPT_CODE, _RECEIPT_NUMBER = re.compile(r"[0-9]{8}", re.ASCII), re.compile(r"[0-9]{10}", re.ASCII)
_CHECK_CODE = re.compile(r"[0-9A-Za-z]{4,20}", re.ASCII)
_FORM_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_PHONE = re.compile(r"(?:1\d{10}|\+\d{6,15})", re.ASCII)
_PHONE_NOISE = re.compile(r"[\s()（）\-‐‑–—.]+")


@dataclass(frozen=True, slots=True)
class Giver:
    """Who acts as a donor: a signed-in person, and the contact they proved to be theirs (as its keyed hash)."""

    user_id: int | None = None
    contact_index: str = ""

    @property
    def pk(self) -> int | None:
        """Whom the audit trail names; a donor without an account is nobody there."""
        return self.user_id

    def __bool__(self) -> bool:
        return self.user_id is not None or bool(self.contact_index)


def is_phone(contact: str) -> bool:
    """Whether a normal contact is a phone number that text messages reach."""
    return _PHONE.fullmatch(contact) is not None


def normal_contact(contact: str) -> str:
    """Return a contact as it is compared: a phone number without spaces, dashes and the +86 of the mainland; an e-mail
    address (and whatever else people write) in lower case without space around it."""
    digits = _PHONE_NOISE.sub("", contact)
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix) and _PHONE.fullmatch(digits.removeprefix(prefix)):
            return digits.removeprefix(prefix)
    if digits.startswith("00") and _PHONE.fullmatch("+" + digits[2:]):
        return "+" + digits[2:]
    return digits if _PHONE.fullmatch(digits) else contact.strip().casefold()


def check_amount(amount: int, channel: str) -> None:
    """Raise `Refused` unless this many fen may be given this way."""
    if channel not in LIMITS:
        raise Refused(_("请选择怎么付。"), "channel")
    check_within(amount, *LIMITS[channel])


def check_within(amount: int, least: int, most: int) -> None:
    """Raise `Refused` unless this many fen lie within what a way of paying takes."""
    if type(amount) is not int or amount < least:
        raise Refused(_("这种方式最少捐 ¥%(least)s。") % {"least": money.written(least)}, "amount")
    if amount > most:
        raise Refused(
            _("这种方式一次最多捐 ¥%(most)s，更多请用银行转账或联系慈善会。") % {"most": money.written(most)},
            "amount",
        )


def account_of(channel: str) -> str:
    """Return the account on which gifts of a channel arrive."""
    return ACCOUNTS.get(channel, AT_PROVIDER)


def by_hand() -> list[str]:
    """Return the channels whose gifts do not arrive at a payment provider."""
    return [channel for channel, account in ACCOUNTS.items() if account != AT_PROVIDER]


def public_name(name: str, choice: str, *, is_organisation: bool) -> str:
    """Return what the public sees of a donor: the name, the masked name, or 爱心居民 for the anonymous."""
    if choice == NameChoice.REAL and name:
        return name
    if choice == NameChoice.MASKED and name:
        return mask_organisation(name) if is_organisation else mask_person(name)
    return ANONYMOUS_NAME


def spoken_name(shown: str) -> str:
    """Return a public name as the reader says it: names stay, the word for the anonymous has a translation."""
    return _(ANONYMOUS_NAME) if shown == ANONYMOUS_NAME else shown


def clean_dedication(name: str, kind: str) -> tuple[str, str]:
    """Return (name, kind) of a gift's dedication, both empty without one. Raises `Refused` naming the field."""
    name = clean_text(name, field="dedication_to", limit=DEDICATION_LIMIT)
    if not name:
        return "", ""
    if kind not in DedicationKind.values:
        raise Refused(_("请选是献给这位，还是以这位的名义。"), "dedication_kind")
    return name, kind


def dedication_words(kind: str, name: str) -> str:
    """Return a dedication as a sentence's part: 献给某人, 以某人的名义; empty without a name."""
    if not name:
        return ""
    words = _("以%(name)s的名义") if kind == DedicationKind.IN_NAME_OF else _("献给%(name)s")
    return words % {"name": name}


def is_filing_number(text: str) -> bool:
    """Whether a filing number has the form of Order 74; its credit code's check digit is judged apart."""
    return _FILING_NUMBER.fullmatch(text) is not None


def check_receipt_number(batch_code: str, number: str, *, code_field: str, number_field: str) -> None:
    """Raise `Refused` unless these are a fiscal receipt's 票据代码 (8 digits) and 票据号码 (10 digits)."""
    if not _RECEIPT_CODE.fullmatch(batch_code):
        raise Refused(_("票据代码是 8 位数字，请对照票据。"), code_field)
    if not _RECEIPT_NUMBER.fullmatch(number):
        raise Refused(_("票据号码是 10 位数字，前面的 0 也要写。"), number_field)


def is_check_code(text: str) -> bool:
    """Whether this may be a receipt's 校验码, which the finance department prints beside the number."""
    return _CHECK_CODE.fullmatch(text) is not None


def gift_key(token: str, *parts: object) -> str:
    """Return the key of one submission: the same form sent twice has one key, an edited form another.

    Raises `Refused` for a token that no form of ours carries.
    """
    if not _FORM_TOKEN.fullmatch(token):
        raise Refused(_("这个页面放得太久了，请刷新后再填一次。"))
    content = "\x1f".join([token, *(str(part) for part in parts)])
    return hashlib.sha256(content.encode()).hexdigest()[:40]


def again_key(code: str, channel: str) -> str:
    """Return the key of a gift that is tried again by a way of paying: pressed twice, it is tried once."""
    return hashlib.sha256(f"again\x1f{code}\x1f{channel}".encode()).hexdigest()[:40]


def gift_lines(fund: str, restriction: str, donor: str, *, account: str, amount: int, fee: int) -> list[Line]:
    """Book a gift: what arrived on `account`, the provider's fee as fundraising expense, the gross as income.

    财会〔2024〕25号: a fee is 筹资费用; money at a provider is 其他货币资金.
    """
    lines = [Line("donation_income", -amount, fund, restriction, donor=donor)]
    if amount - fee:
        lines.append(Line(account, amount - fee, fund, restriction, donor=donor))
    if fee:
        lines.append(Line("fundraising_expense", fee, fund, restriction, donor=donor))
    return lines


def refund_lines(
    fund: str, restriction: str, donor: str, *, account: str, amount: int, fee: int, short: int, general: str
) -> list[Line]:
    """Book money given back: less income, less money, and what a dispute costs as fundraising expense.

    What the fund cannot pay any more (`short`) comes out of the host's general fund, which keeps a receivable against
    this fund; the fund's own line of that account is the debt. Over the host both cancel out.
    """
    lines = [Line("donation_income", amount, fund, restriction, donor=donor)]
    if fee:
        lines.append(Line("fundraising_expense", fee, fund, restriction, donor=donor))
    if amount + fee - short:
        lines.append(Line(account, -(amount + fee - short), fund, restriction, donor=donor))
    if short:
        lines.append(Line("receivables", -short, fund, restriction))
        lines.append(Line("receivables", short, general))
        lines.append(Line(account, -short, general))
    return lines


def correction_lines(
    old: Book, new: Book, donor: str, *, amount: int, fee: int, money_on: Mapping[str, int]
) -> list[Line]:
    """Move what is left of a gift, with its fee, from one book to another: income, fee and the money on its accounts.

    Neither income nor expense over the host: each line has its mirror image in the other book.
    """
    lines = [Line("donation_income", amount, *old, donor=donor)]
    if fee:
        lines.append(Line("fundraising_expense", -fee, *old, donor=donor))
    lines.extend(Line(account, -part, *old, donor=donor) for account, part in money_on.items() if part)
    return lines + [Line(line.account, -line.amount, *new, donor=donor) for line in lines]


def spread(wanted: int, held: Mapping[str, int], *, otherwise: str) -> dict[str, int]:
    """Return from which accounts `wanted` fen are taken, in the order of `held`; what none holds is `otherwise`'s."""
    taken: dict[str, int] = {}
    for account, balance in held.items():
        part = min(max(balance, 0), wanted - sum(taken.values()))
        if part:
            taken[account] = part
    rest = wanted - sum(taken.values())
    if rest:
        taken[otherwise] = taken.get(otherwise, 0) + rest
    return taken


def texting_time(now: datetime) -> datetime:
    """Return when a text that can wait may leave: at once by day, else at eight in the morning. Local time."""
    morning = now.replace(hour=TEXTS_FROM, minute=0, second=0, microsecond=0)
    if now < morning:
        return morning
    return now if now.hour < TEXTS_UNTIL else morning + timedelta(days=1)


def month_key(what: str) -> str:
    """Return the key of one month's gift, made from its invoice or from the plan and the month."""
    return hashlib.sha256(f"month\x1f{what}".encode()).hexdigest()[:40]


def day_in_month(year: int, month: int, day: int) -> date:
    """Return a day of a month, its last one where the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def next_month_day(day: int, *, after: date) -> date:
    """Return the first date later than `after` that is the `day`-th, or the last, of its month."""
    this = day_in_month(after.year, after.month, day)
    if this > after:
        return this
    year, month = (after.year + 1, 1) if after.month == 12 else (after.year, after.month + 1)
    return day_in_month(year, month, day)


# From what shows least of a donor to what shows most.
OPENNESS = (NameChoice.ANONYMOUS.value, NameChoice.MASKED.value, NameChoice.REAL.value)


def opens(name_choice: str, shows_amount: bool, *, before: tuple[str, bool]) -> bool:
    """Whether the public would see more of a gift than `before` (its name choice, and whether its amount shows)."""
    name_before, amount_before = before
    return OPENNESS.index(name_choice) > OPENNESS.index(name_before) or (shows_amount and not amount_before)


def taken_back(name_choice: str, shows_amount: bool, *, before: tuple[str, bool]) -> tuple[str, bool]:
    """Return the most that a monthly gift's other months may show once its donor chose this for one: what was chosen,
    or, where more is shown of that one, only what is shown less. More is agreed to for each gift by itself."""
    if not opens(name_choice, shows_amount, before=before):
        return name_choice, shows_amount
    is_less = OPENNESS.index(name_choice) < OPENNESS.index(before[0])
    return name_choice if is_less else NameChoice.REAL.value, shows_amount or not before[1]


def least_open(*choices: str) -> str:
    """Return the name choice that shows least."""
    return min(choices, key=OPENNESS.index)
