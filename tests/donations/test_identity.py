"""Paying and giving back in full leaves the books as they were, but for the fee that the provider keeps."""

import random
from datetime import timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.donations.models import Donation
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import (
    OfflineGift,
    record_offline,
    refund,
    send_refunds,
    settle,
    settle_session,
)
from apps.funds.models import Fund
from apps.ledger import queries as books
from apps.ledger.rules import Draft, Line
from apps.ledger.services import post
from tests.cast import Cast
from tests.donations.conftest import Give, agree

pytestmark = pytest.mark.django_db
ACCOUNTS = ("donation_income", "provider_money", "bank_deposits", "cash_on_hand", "receivables")


def standing(cast: Cast) -> dict[tuple[str, str], int]:
    """What stands on each account of each fund."""
    host = cast.host.code
    return {
        (account, fund.code): books.balance(account, host=host, fund=fund.code)
        for account in ACCOUNTS
        for fund in Fund.objects.filter(host=cast.host)
    }


def by_card(dice: random.Random, give: Give, stand_in: StandIn, amount: int) -> Donation:
    gift = give(amount)
    stand_in.pay(gift.session_id, method=dice.choice(["card", "alipay", "wechat_pay"]))
    stand_in.webhooks.waiting.clear()
    return settle_session(gift)


def offline(cast: Cast, dice: random.Random, number: int, amount: int) -> Donation:
    channel, day = dice.choice(["bank", "cash"]), clock.today() - timedelta(days=dice.randrange(3))
    reported = OfflineGift(cast.fund, amount, channel, day, f"I{number}", name_choice="anonymous")
    return record_offline(reported, by=None)


def back(dice: random.Random, gift: Donation, stand_in: StandIn) -> None:
    """Give a gift back in one to three parts, some of which fail once on the way."""
    left = gift.amount
    for part in range(dice.randint(1, 3), 0, -1):
        amount = left if part == 1 else dice.randint(1, max(1, left - part))
        row: Any = refund(gift, amount=amount, why="twice", by=None)
        send_refunds(row.code)
        row.refresh_from_db()
        if row.state == "asked":
            works = dice.random() < 0.8
            stand_in.finish_refund(str(row.provider_id), succeeded=works)
            stand_in.webhooks.let_go()
            settle()
            if not works:
                row = refund(gift, amount=amount, why="twice", by=None)
                send_refunds(row.code)
                stand_in.finish_refunds()
                stand_in.webhooks.let_go()
                settle()
        stand_in.webhooks.waiting.clear()
        left -= amount
        if not left:
            break


def test_paid_and_given_back_is_as_before(cast: Cast, give: Give, stand_in: StandIn, full: bool) -> None:
    general = cast.general.code
    lines = [Line("bank_deposits", 10**9, general), Line("net_unrestricted", -(10**9), general)]
    post(Draft("opening", "house", cast.host.code, clock.today(), lines))
    dice = random.Random(5)
    before, fees, host = standing(cast), 0, cast.host.code
    for number in range(1_000 if full else 40):
        amount = dice.choice([100, 101, dice.randint(100, 20_000), dice.randint(100, 90_000)])
        gift = (
            by_card(dice, give, stand_in, amount)
            if dice.random() < 0.5
            else offline(cast, dice, number, amount)
        )
        back(dice, gift, stand_in)
        gift.refresh_from_db()
        assert gift.refunded == gift.amount
        fees += gift.fee
    after = standing(cast)
    assert after["donation_income", cast.fund.code] == before["donation_income", cast.fund.code]
    # The fee was paid: the fund owes it to the host, who advanced it, and it stands as fundraising expense.
    assert books.balance("fundraising_expense", host=host) == fees
    assert after["receivables", cast.fund.code] == -fees
    cash = ("provider_money", "bank_deposits", "cash_on_hand")
    total = sum(
        after[name, fund.code] - before[name, fund.code]
        for name in cash
        for fund in (cast.fund, cast.general)
    )
    assert total == -fees
    agree(stand_in)
