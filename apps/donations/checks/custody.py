"""Live invariants of money held in custody: every taking and passing on has its entry, and what is held is owed."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.donations import queries
from apps.donations.checks.compare import compare
from apps.donations.custody import HandOverState
from apps.donations.models import Custody, HandOver
from apps.funds.models import Host
from apps.ledger import queries as books
from apps.ledger.rules import EntryKind


def custody_and_entries() -> Iterator[Row]:
    """What was taken in custody or passed on without its entry, entries without it, or other amounts."""
    taken = dict(Custody.objects.values_list("code", "amount"))
    yield from compare(taken, books.amounts_by_source(EntryKind.CUSTODIAL_IN.value, "custodial_assets"))
    done = HandOver.objects.filter(state=HandOverState.DONE).values_list("code", "amount")
    booked = books.amounts_by_source(EntryKind.CUSTODIAL_OUT.value, "custodial_assets")
    yield from compare({code: -amount for code, amount in done}, booked)


def custody_and_books() -> Iterator[Row]:
    """Books whose 1801 is not their 2601, and hosts whose 1801 is not what the register says is held."""
    held = queries.custody_by_host(list(Host.objects.values_list("code", flat=True)))
    for host, expected in held.items():
        assets = books.by_book("custodial_assets", host=host)
        debts = books.by_book("custodial_liabilities", host=host)
        for book in sorted({*assets, *debts}):
            if assets.get(book, 0) + debts.get(book, 0):
                yield {"host": host, "book": book, "assets": assets.get(book, 0), "debts": debts.get(book, 0)}
        if sum(assets.values()) != expected or expected < 0:
            yield {"host": host, "register": expected, "books": sum(assets.values())}


CHECKS = [
    Check(
        "donations.custody_and_entries",
        _("每笔代管、每次转交恰好有一张同样金额的凭证。"),
        custody_and_entries,
    ),
    Check(
        "donations.custody_and_books",
        _("每本账的受托代理资产等于受托代理负债，也等于登记簿上还在代管的。"),
        custody_and_books,
    ),
]
