"""Bank transfer: the donor writes a reference code into the memo, the statement import finds it again."""

import re
import secrets

from django.utils.translation import gettext_lazy as _

from apps.core import money
from apps.donations.providers.base import Declined, Order, PaymentFact, RefundFact, Started

# Letters that are not mistaken for digits in handwriting or on a small screen.
LETTERS = "ABCDEFGHJKMNPQRTUVWXY"
DIGITS_AND_LETTERS = "23456789ABCDEFGHJKMNPQRTUVWXY"
_REFERENCE = re.compile(
    rf"(?<![0-9A-Z])([{LETTERS}]{{3}})[-\u2010-\u2015\uff0d_ ]?([{DIGITS_AND_LETTERS}]{{4}})(?![0-9A-Z])",
    re.ASCII,
)
_WIDE = str.maketrans({chr(0xFF01 + i): chr(0x21 + i) for i in range(94)})


class BankTransfer:
    """Always open, inside WeChat too: our page shows account and reference, the bank statement tells the rest."""

    name = "bank"
    label = _("银行转账")
    hint = _("给您一个专用附言，到账自动对上")
    consents: tuple[str, ...] = ()
    least, most = 1, money.MAX_FEN
    has_page = gives_back = False
    wechat_hint = payout_words = payout_id = ""

    def is_open(self) -> bool:
        """Every host has a bank account."""
        return True

    def start(self, order: Order) -> Started:
        """Send the donor to the page with the account and the reference."""
        return Started("", order.instructions_url)

    def ask(self, session_id: str) -> PaymentFact | None:
        """A bank is not asked: its statement is imported."""
        return None

    def close(self, session_id: str) -> None:
        """A bank has no page. A transfer that comes all the same is a gift."""

    def refund(self, payment_id: str, *, amount: int, code: str) -> RefundFact:
        """Finance transfers the money back."""
        raise Declined("a bank transfer is given back by finance")

    def account(self) -> None:
        """A bank brings no events: its statement is imported."""


def new_reference() -> str:
    """Return a code such as `BBT-7K2Q`, always with a digit in its second half; the database keeps it unique."""
    head = "".join(secrets.choice(LETTERS) for _place in range(3))
    tail = [secrets.choice("23456789")] + [secrets.choice(DIGITS_AND_LETTERS) for _place in range(3)]
    secrets.SystemRandom().shuffle(tail)
    return f"{head}-{''.join(tail)}"


def references_in(memo: str) -> list[str]:
    """Return the reference codes that a bank memo may hold, in their written form, in order.

    Banks drop hyphens, change case and widen letters: `捐款ｂｂｔ7k2q` still gives `BBT-7K2Q`.
    """
    plain = memo.translate(_WIDE).upper()
    found = [f"{match[1]}-{match[2]}" for match in _REFERENCE.finditer(plain)]
    return list(dict.fromkeys(code for code in found if any(mark.isdigit() for mark in code)))
