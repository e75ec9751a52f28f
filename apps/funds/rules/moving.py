"""Moving what stands in one book to others: which fen goes where, and the lines that book it. Plain values only.

A book is a fund and a restriction. A move is no income and no expense: what the one owns and owes the other owns and
owes, and the net assets go along.
"""

from collections.abc import Mapping, Sequence

from apps.core.money import split
from apps.ledger.rules import SPENDABLE, Line

# (fund, restriction)
Book = tuple[str, str]
Accounts = Mapping[str, int]
BANK = "bank_deposits"


def spendable(accounts: Accounts) -> int:
    """Return the fen of a book that can be spent."""
    return sum(amount for account, amount in accounts.items() if account in SPENDABLE)


def shared(accounts: Accounts, *, weights: Sequence[int], reserved: Sequence[int]) -> list[dict[str, int]]:
    """Return which fen of each account goes to each heir; over the heirs every account adds up to the fen.

    An heir gets what is reserved for it and its share, by `weights` and largest remainder, of the spendable rest; of
    what cannot be spent it gets its share. Raises ValueError when more is reserved than can be spent.
    """
    whole = spendable(accounts)
    free = whole - sum(reserved)
    if free < 0:
        raise ValueError("more is reserved than can be spent")
    parts = [kept + share for kept, share in zip(reserved, split(free, weights), strict=True)]
    found: list[dict[str, int]] = [{} for _part in parts]
    for account, amount in sorted(accounts.items()):
        if account == BANK:
            continue
        by = parts if account in SPENDABLE and whole else weights
        for heir, share in zip(found, _signed_split(amount, by), strict=True):
            heir[account] = share
    for heir, part in zip(found, parts, strict=True):
        # The bank takes what the other purses leave of an heir's part.
        heir[BANK] = part - spendable(heir)
    return [{account: amount for account, amount in heir.items() if amount} for heir in found]


def _signed_split(amount: int, weights: Sequence[int]) -> list[int]:
    sign = -1 if amount < 0 else 1
    return [sign * part for part in split(abs(amount), weights)]


def transfer_lines(source: Book, target: Book, amounts: Accounts) -> list[Line]:
    """Return the lines that move what stands on accounts (assets and liabilities) from one book to another."""
    lines: list[Line] = []
    for account, amount in sorted(amounts.items()):
        if amount:
            lines += [Line(account, -amount, *source), Line(account, amount, *target)]
    total = sum(amounts.values())
    if total:
        lines += [Line(_net(source), total, *source), Line(_net(target), -total, *target)]
    return lines


def _net(book: Book) -> str:
    return "net_restricted" if book[1] else "net_unrestricted"
