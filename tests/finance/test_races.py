"""Many at once, on PostgreSQL: one line, one gift; one file, one statement; one quarter, one report."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from apps.core.verdicts import Refused
from apps.disclosure import services as disclosure
from apps.disclosure.models import PeriodReport
from apps.donations import services as donations
from apps.donations.models import Donation
from apps.finance import services
from apps.finance.models import BankMatch, BankStatement, StatementLine
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.crowd import at_once
from tests.finance.test_matching import announce, bring

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 8


def many(call: Callable[[int], Any]) -> list[Any]:
    """Run a call many times at once; return results or exceptions."""
    return at_once(*[partial(call, number) for number in range(AT_ONCE)])


def test_one_line_confirmed_by_many_books_one_gift(cast: Cast) -> None:
    gift = announce(cast)
    (line,) = bring(cast, f"2026-11-20,,100.00,欧阳雪,{gift.reference},L1")
    before = books.fund_balance(cast.fund.code, host=cast.host.code)
    found = many(lambda _n: services.match_line(line, kind="donation", code=gift.code, by=cast.finance))
    assert {match.pk for match in found} == {BankMatch.objects.get().pk}
    assert books.fund_balance(cast.fund.code, host=cast.host.code) - before == 10000
    assert_books_clean()


def test_one_gift_claimed_by_many_lines_is_proved_once_and_the_rest_are_gifts_of_their_own(
    cast: Cast,
) -> None:
    gift = announce(cast)
    rows = [f"2026-11-20,,100.00,欧阳雪,{gift.reference},L{n}" for n in range(AT_ONCE)]
    lines = bring(cast, *rows)
    before = books.fund_balance(cast.fund.code, host=cast.host.code)
    found = many(lambda n: services.match_line(lines[n], kind="donation", code=gift.code, by=cast.finance))
    done = [one for one in found if isinstance(one, BankMatch)]
    assert all(isinstance(one, BankMatch | Refused) for one in found), found
    assert len({one.subject_code for one in done}) == len(done)
    moved = books.fund_balance(cast.fund.code, host=cast.host.code) - before
    assert moved == 10000 * len(done)
    assert StatementLine.objects.filter(state="matched").count() == len(done)
    assert_books_clean()


def test_one_file_imported_by_many_is_one_statement(cast: Cast) -> None:
    body = "交易日期,金额,流水号\n2026-11-19,5,L1\n".encode()
    found = many(lambda n: services.import_statement(cast.host, body=body, filename=f"{n}", by=cast.finance))
    assert {one.pk for one in found} == {BankStatement.objects.get().pk}
    assert StatementLine.objects.count() == 1


def test_one_unannounced_gift_recorded_by_many(cast: Cast) -> None:
    (line,) = bring(cast, "2026-11-20,,66.00,,爱心,L1")
    found = many(lambda _n: services.gift_of_line(line, fund=cast.fund, by=cast.finance))
    assert {one.pk for one in found} == {BankMatch.objects.get().pk}
    assert Donation.objects.count() == 1
    assert_books_clean()


def test_one_report_drafted_and_published_by_many(cast: Cast) -> None:
    donations.record_offline(
        donations.OfflineGift(cast.fund, 5000, "cash", date(2026, 8, 1), "K1"), by=cast.finance
    )
    drafts = many(lambda _n: disclosure.draft_report(cast.fund, quarter="2026-Q3", by=cast.admin))
    assert {one.pk for one in drafts} == {PeriodReport.objects.get().pk}
    published = many(lambda _n: disclosure.publish_report(drafts[0], by=cast.finance))
    assert {one.published_at for one in published} == {PeriodReport.objects.get().published_at}
    assert_books_clean()
