"""Entries between two books of one host: no income, no expense, and free money stays free (3101 on both sides)."""

from datetime import date

from apps.ledger.rules import Draft, EntryKind, Line
from apps.seeding.models import Programme


def gift_of(programme: Programme, key: str, *, fund: str, amount: int, day: date) -> Draft:
    """Move `amount` fen from the programme's source to a fund, under a key that books it once."""
    source = programme.source
    lines = (
        Line("bank_deposits", amount, fund),
        Line("net_unrestricted", -amount, fund),
        Line("net_unrestricted", amount, source.code),
        Line("bank_deposits", -amount, source.code),
    )
    return Draft(EntryKind.SEED, f"{programme.code}:{key}", source.host.code, day, lines, programme.title)


def taking_back(programme: Programme, key: str, *, fund: str, amount: int, short: int, day: date) -> Draft:
    """Move `amount` fen back from a fund; what the fund has already spent (`short`) it owes to the source.

    The fund's own line of receivables is the debt; over the host both lines cancel out.
    """
    source, paid = programme.source, amount - short
    lines = [Line("net_unrestricted", amount, fund), Line("net_unrestricted", -amount, source.code)]
    if paid:
        lines += [Line("bank_deposits", -paid, fund), Line("bank_deposits", paid, source.code)]
    if short:
        lines += [Line("receivables", -short, fund), Line("receivables", short, source.code)]
    return Draft(EntryKind.SEED, f"{programme.code}:{key}", source.host.code, day, lines, programme.title)
