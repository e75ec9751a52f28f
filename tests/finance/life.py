"""What the tests of mergers, splits and closings set up: two funds with money, a running grant, everything that hangs
on a fund."""

from datetime import date

from apps.core import clock
from apps.divisions.models import Division
from apps.funds import services as funds
from apps.funds.models import Fund
from apps.ledger import queries as books
from apps.users.models import User
from tests.cast import Cast

DOCUMENT = "綦江府〔2026〕12号"


def third_fund(cast: Cast, division: str = "500110002001", name: str = "沱湾社区慈善基金") -> Fund:
    """Open one more community fund."""
    return funds.open_fund(
        cast.host,
        kind="community",
        division=Division.objects.get(code=division),
        name=name,
        purpose="老人午餐和儿童书屋",
        agreement=f"綦慈协〔2026〕{name}",
        day=date(2026, 1, 1),
        by=cast.admin,
    )


def money_of(*held: Fund) -> dict[str, int]:
    """Return what the funds have to spend, by restriction, over all of them."""
    found: dict[str, int] = {}
    for fund in held:
        for restriction, amount in books.spendable(fund.code, host=fund.host.code).items():
            found[restriction] = found.get(restriction, 0) + amount
    return {restriction: amount for restriction, amount in found.items() if amount}


def refreshed(fund: Fund) -> Fund:
    """Return the fund as it is now."""
    return Fund.objects.select_related("host", "division").get(pk=fund.pk)


def named_purpose(cast: Cast, fund: Fund, purpose: str = "楼道扶手") -> str:
    """Open a narrower purpose and return its code."""
    return funds.open_restriction(fund, purpose=purpose, by=cast.admin).code


def whoever(cast: Cast) -> User:
    """Who merges, splits and closes."""
    return cast.admin


def today() -> date:
    """Today in Shanghai."""
    return clock.today()
