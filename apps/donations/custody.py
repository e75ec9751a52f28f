"""Custodial gifts: only passed on to a named third party. Never income, never a fund's. Plain values only; fen."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.ledger.rules import Line

WHAT_LIMIT, NOTE_LIMIT, ACCOUNT_LIMIT = 100, 200, 100


class Nature(TextChoices):
    """What was handed over."""

    MONEY = "money", _("钱")
    GOODS = "goods", _("物")


class Basis(TextChoices):
    """Why it is custodial (财会〔2024〕25号, article 58)."""

    AGREEMENT = "agreement", _("有转交协议")
    NAMED = "named", _("没有协议，但三个条件都符合")


class CustodyState(TextChoices):
    """How far the passing on is."""

    HELD = "held", _("代管中")
    PASSED = "passed", _("已全部转交或退回")


class HandOverKind(TextChoices):
    """To whom it goes."""

    RECEIVER = "receiver", _("转交给指定的受助方")
    PRINCIPAL = "principal", _("受助方收不了，退回委托人")


class HandOverState(TextChoices):
    """How far one hand-over is."""

    WAITING = "waiting", _("待复核")
    DONE = "done", _("已转交")
    REJECTED = "rejected", _("不予转交")


CUSTODY_MOVES = {"held": frozenset({"passed"})}
# A hand-over is decided once, by a second person.
HAND_OVER_MOVES = {"waiting": frozenset({"done", "rejected"})}


def custody_lines(fund: str, amount: int) -> list[Line]:
    """Book what is held for another: 1801 against 2601 (财会〔2024〕25号); a negative amount books it out again.

    Money is booked on 1801, too, so that it never counts as a fund's money in the bank.
    """
    return [Line("custodial_assets", amount, fund), Line("custodial_liabilities", -amount, fund)]
