"""The opening proof of a merger, a split or a closing: what stood before, every line that moved it, what stands after.

Plain values only; a row of balances is [fund, restriction, account, fen], sorted. Anyone can check a proof from itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from apps.ledger.charts import ACCOUNTS

Balances = dict[tuple[str, str, str], int]
FORMAT = "charityfund/succession/1"
# What a fund owns and owes moves; what it earned and spent this month stays and closes to its own net assets.
MOVING = frozenset({"asset", "liability"})


def rows_of(balances: Balances) -> list[list[str | int]]:
    """Return balances as sorted rows without zeros."""
    return [[*key, amount] for key, amount in sorted(balances.items()) if amount]


def read_rows(rows: Sequence[Sequence[Any]]) -> Balances:
    """Return rows as balances."""
    return {(fund, restriction, account): amount for fund, restriction, account, amount in rows}


def by_account(balances: Balances) -> dict[str, int]:
    """Return the fen of each account over all funds and restrictions, zeros left out."""
    found: Counter[str] = Counter()
    for (_fund, _restriction, account), amount in balances.items():
        found[account] += amount
    return {account: amount for account, amount in sorted(found.items()) if amount}


def faults(body: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a proof, in words for the log; empty when it holds to the fen.

    After = before + lines, account by account; every account's total is what it was; an ended fund keeps nothing.
    """
    before, after = read_rows(body["before"]), read_rows(body["after"])
    ends = {fund["code"] for fund in body["funds"] if fund["ends"]}
    moved: Counter[tuple[str, str, str]] = Counter()
    for entry in body["entries"]:
        for fund, restriction, account, amount in entry["lines"]:
            moved[fund, restriction, account] += amount
    found = [
        f"{' '.join(key)} does not follow from before and the entries"
        for key in sorted({*before, *after, *moved})
        if before.get(key, 0) + moved[key] != after.get(key, 0)
    ]
    if by_account(before) != by_account(after):
        found.append("an account's total has changed")
    found += [
        f"{' '.join(key)} was left behind"
        for key, amount in after.items()
        if amount and key[0] in ends and ACCOUNTS[key[2]].kind in MOVING
    ]
    return found
