"""Accounts read in the reader's language."""

from apps.ledger.charts import CHARTS
from apps.ledger.charts.names import NAMES


def test_every_account_of_every_chart_is_marked_for_translation() -> None:
    assert set(NAMES) == {account.name for chart in CHARTS for account in chart.accounts.values()}
