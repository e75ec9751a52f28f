"""What stands on the accounts now: reads of the balance rows. Amounts are integer fen."""

from collections import defaultdict
from datetime import date

from apps.core.compiled import asking
from apps.ledger import charts
from apps.ledger.models import Balance
from apps.ledger.rules import SPENDABLE


def account_code(key: str, day: date) -> str:
    """Return the account's code on `day`, such as 5201 for `admin_expense` in 2025. Raises LookupError."""
    return charts.chart_on(day).accounts[key].code


def spendable(fund: str, *, host: str) -> dict[str, int]:
    """Return what the fund has to spend, by restriction: cash, bank and provider money less payables."""
    found: defaultdict[str, int] = defaultdict(int)
    for restriction, amount in _spendable_rows(fund, host):
        found[restriction] += amount
    return dict(found)


def fund_balance(fund: str, *, host: str) -> int:
    """Return what the fund has to spend, whatever its restriction: one indexed query over its balance rows."""
    return sum(amount for _restriction, amount in _spendable_rows(fund, host))


def _spendable_rows(fund: str, host: str) -> list[tuple[str, int]]:
    """Read the few balance rows by hand: this is asked more than anything else."""
    with asking() as cursor:
        cursor.execute(
            "SELECT restriction, amount FROM ledger_balance"
            " WHERE fund = %s AND host = %s AND account_id IN (%s, %s, %s, %s)",
            [fund, host, *SPENDABLE],
        )
        return [(restriction, amount) for restriction, amount in cursor.fetchall()]


def fund_balances(funds: list[str], *, host: str) -> dict[str, int]:
    """Return what each of the funds has to spend, in one query."""
    found = dict.fromkeys(funds, 0)
    rows = Balance.objects.filter(fund__in=funds, host=host, account__in=SPENDABLE)
    for fund, amount in rows.values_list("fund", "amount"):
        found[fund] += amount
    return found


def balance(account: str, *, host: str, fund: str | None = None, restriction: str | None = None) -> int:
    """Return the balance of one account, of the whole host or of one fund or one of its restrictions."""
    rows = Balance.objects.filter(account=account, host=host)
    if fund is not None:
        rows = rows.filter(fund=fund)
    if restriction is not None:
        rows = rows.filter(restriction=restriction)
    return sum(rows.values_list("amount", flat=True))


def by_book(account: str, *, host: str) -> dict[tuple[str, str], int]:
    """Return the balance of one account in every book of the host, by (fund, restriction), zero ones left out."""
    rows = Balance.objects.filter(account=account, host=host).exclude(amount=0)
    return {(fund, code): amount for fund, code, amount in rows.values_list("fund", "restriction", "amount")}


def standing(fund: str, *, host: str) -> dict[str, dict[str, int]]:
    """Return what the fund owns and owes, by restriction and account; without income, expense and net assets."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    rows = Balance.objects.filter(fund=fund, host=host).exclude(amount=0)
    for restriction, account, amount in rows.values_list("restriction", "account_id", "amount"):
        if charts.ACCOUNTS[account].kind in {"asset", "liability"}:
            found[restriction][account] = amount
    return dict(found)


def whole_book(fund: str, *, host: str) -> list[tuple[str, str, int]]:
    """Return (restriction, account, fen) of every account of the fund that has a balance, in order."""
    rows = Balance.objects.filter(fund=fund, host=host).exclude(amount=0)
    return list(rows.order_by("restriction", "account_id").values_list("restriction", "account_id", "amount"))


def inventory(fund: str, *, host: str) -> int:
    """Return the value of the things the fund holds."""
    return balance("inventory", host=host, fund=fund)
