"""A fund's balance at a million postings, against reading one row by its primary key."""

from django.db import connection

from apps.funds.models import Fund
from apps.ledger import queries
from tests.bench.measure import interleaved, milliseconds, report
from tests.bench.rows import make_postings


def measure(*, full: bool) -> None:
    """Both run over the same connection in turns."""
    make_postings(1_000_000, funds=1000)
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM funds_fund")
        key = cursor.fetchone()[0]

    def by_key() -> None:
        Fund.objects.filter(pk=key).values_list("name", flat=True).get()

    limit, value = interleaved(
        [
            lambda: milliseconds(by_key),
            lambda: milliseconds(lambda: queries.fund_balance("B500", host="H-BENCH")),
        ],
        rounds=5,
    )
    report("fund balance at 1,000,000 postings", value, limit, unit="ms", at_most=1.5)
