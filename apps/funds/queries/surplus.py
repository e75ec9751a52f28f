"""What a fund that ends has left, kind by kind, and whether the fund that is to receive it is for the same."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.funds.models import Fund, FundAgreement
from apps.funds.queries.funds import available, promised
from apps.funds.rules.purposes import covers


@dataclass(frozen=True)
class Left:
    """Money of one kind: what it is for in words, how much in fen, and whether the receiver's purpose names it.

    `restriction` is empty for money that no donor restricted; that is never flagged.
    """

    restriction: str
    purpose: str
    amount: int
    differs: bool = False


def what_is_left(fund: Fund, receiver: Fund | None = None) -> list[Left]:
    """Return what a fund has, promises included, by restriction; without a receiver nothing is flagged.

    Money for the fund's own purposes is compared by the fund's purpose. The flag is a comparison of words; whether
    purposes are the same or similar is judged by people (Charity Law, article 58).
    """
    free, held = available(fund), promised(fund)
    rows = {one.code: one for one in fund.restrictions.order_by("pk")}
    found = []
    for code in ("", *rows):
        amount = free.get(code, 0) + held.get(code, 0)
        if not amount:
            continue
        if not code:
            found.append(Left("", _("非限定资金"), amount))
            continue
        purpose = fund.purpose if rows[code].is_general else rows[code].purpose
        differs = receiver is not None and not covers(receiver.purpose, purpose)
        found.append(Left(code, purpose, amount, differs))
    return found


@dataclass(frozen=True)
class Receiver:
    """A fund that could receive what is left, and which of the purposes of that money its own does not name."""

    fund: Fund
    unnamed: tuple[str, ...]


def compare_receivers(fund: Fund, receivers: Iterable[Fund]) -> list[Receiver]:
    """Return the funds that could receive what a fund has left, those whose purposes name all of it first.

    None where no purpose binds what is left. It asks the books once, however many could receive; as in `what_is_left`,
    words are compared and people judge.
    """
    purposes = [one.purpose for one in what_is_left(fund) if one.restriction]
    if not purposes:
        return []
    rows = [
        Receiver(one, tuple(purpose for purpose in purposes if not covers(one.purpose, purpose)))
        for one in receivers
    ]
    return sorted(rows, key=lambda row: len(row.unnamed))


def agreed_surplus(fund: Fund) -> str:
    """Return what the agreement by which a fund was opened says about what is left at its end; empty without one."""
    agreement = FundAgreement.objects.filter(application__fund=fund).first()
    return agreement.surplus if agreement else ""
