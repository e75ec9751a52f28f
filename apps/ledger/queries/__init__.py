"""Every read of the books. Amounts are integer fen, days are accounting days in Asia/Shanghai."""

from apps.ledger.queries.balances import (
    account_code,
    balance,
    by_book,
    fund_balance,
    fund_balances,
    inventory,
    spendable,
)
from apps.ledger.queries.entries import (
    BookedEntry,
    BookedLine,
    BookLine,
    VoucherLine,
    amounts_by_source,
    entry,
    entry_of,
    fund_lines,
    voucher_lines,
)
from apps.ledger.queries.flows import (
    flow_totals,
    flows,
    monthly_flows,
    waiting_to_fold,
)
from apps.ledger.queries.statements import (
    ConversionRow,
    TrialRow,
    conversion_proof,
    first_and_last_day,
    is_closed,
    periods,
    sums,
    trial_balance,
)

__all__ = [
    "BookLine",
    "BookedEntry",
    "BookedLine",
    "ConversionRow",
    "TrialRow",
    "VoucherLine",
    "account_code",
    "amounts_by_source",
    "balance",
    "by_book",
    "conversion_proof",
    "entry",
    "entry_of",
    "first_and_last_day",
    "flow_totals",
    "flows",
    "fund_balance",
    "fund_balances",
    "fund_lines",
    "inventory",
    "is_closed",
    "monthly_flows",
    "periods",
    "spendable",
    "sums",
    "trial_balance",
    "voucher_lines",
    "waiting_to_fold",
]
