"""Finance closes the months of its host's books, the oldest first."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.donations import services as donations
from apps.finance import queries, services
from apps.finance.waiting import waiting_for
from apps.funds.queries import available
from apps.ledger import queries as books
from apps.users.models import User
from tests.books import assert_books_clean
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ADDRESS = "/finance/H-QJ/months/"
NOON = datetime(2026, 11, 21, 12, tzinfo=clock.SHANGHAI)
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


@pytest.fixture(autouse=True)
def here(cast: Cast) -> Iterator[None]:
    with clock.set_to(NOON):
        for day in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 11, 2)):
            donations.record_offline(
                donations.OfflineGift(cast.fund, 100_00, "bank", day, f"gift-{day}"), by=cast.finance
            )
        yield
        assert_books_clean()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_oldest_month_that_is_over_comes_next(cast: Cast) -> None:
    before = available(cast.fund)
    for month in (SEPTEMBER, OCTOBER):
        assert queries.month_to_close(cast.host) == month
        for _time in range(2):
            services.close_books(cast.host, month=month, by=cast.finance)
    assert queries.month_to_close(cast.host) is None
    assert available(cast.fund) == before
    assert books.balance("net_restricted", host=cast.host.code) == -200_00
    assert AuditEvent.objects.filter(verb="close_month", by_id=cast.finance.pk).count() == 2


@pytest.mark.parametrize(
    ("month", "who", "words"),
    [
        (date(1, 1, 1), "finance", "没有账"), (date(2026, 8, 31), "finance", "没有账"),
        (OCTOBER, "finance", "先结 2026-09"), (date(2026, 11, 1), "finance", "还没有过完"),
        (SEPTEMBER, "admin", "财务"), (SEPTEMBER, "auditor", "财务"), (SEPTEMBER, "stranger", "财务"),
    ],
)  # fmt: skip
def test_what_cannot_be_closed_is_refused(cast: Cast, month: date, who: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        services.close_books(cast.host, month=month, by=getattr(cast, who))
    assert not books.is_closed(cast.host.code, SEPTEMBER)


def test_finance_closes_on_the_page_what_it_was_shown(cast: Cast) -> None:
    client = signed_in(cast.finance)
    page = client.get(ADDRESS).text
    assert 'name="month" value="2026-09-01"' in page and "2026-09-30 的科目余额表" in page
    # What came in September, in the bank and as income; October's is not there yet.
    assert page.count("100.00") >= 2 and "200.00" not in page
    unsure = client.post(ADDRESS, {"month": "2026-09-01"})
    assert unsure.status_code == 422 and "请先核对" in unsure.text
    for month, words in (("2026-10-01", "先结 2026-09"), ("x", "重新打开"), ("", "重新打开")):
        refused = client.post(ADDRESS, {"month": month, "sure": "on"})
        assert refused.status_code == 422 and words in refused.text, month
    assert not books.is_closed(cast.host.code, SEPTEMBER)
    assert client.post(ADDRESS, {"month": "2026-09-01", "sure": "on"}).status_code == 302
    assert books.is_closed(cast.host.code, SEPTEMBER) and not books.is_closed(cast.host.code, OCTOBER)
    # What comes too late for the month is booked in one that is open.
    late = donations.record_offline(
        donations.OfflineGift(cast.fund, 1_00, "bank", SEPTEMBER, "late"), by=cast.finance
    )
    entry = books.entry_of("donation", late.code)
    assert entry is not None and entry.day == NOON.date()


def test_it_says_what_may_still_be_booked(cast: Cast) -> None:
    donations.record_offline(
        donations.OfflineGift(cast.fund, 5_00, "cash", SEPTEMBER, "cash-gift"), by=cast.finance
    )
    assert queries.unsettled(cast.host, SEPTEMBER) == {"lines": 0, "cash": 1, "parked": 0}
    assert "1 笔现金还没存银行" in signed_in(cast.finance).get(ADDRESS).text


def test_the_auditor_reads_any_month_and_closes_none(cast: Cast) -> None:
    client = signed_in(cast.auditor)
    page = client.get(f"{ADDRESS}?month=2026-10").text
    assert "2026-10-31 的科目余额表" in page and 'name="sure"' not in page and "200.00" in page
    for wrong in ("2026-13", "x", "1999-01", "\u0661"):
        assert "2026-09-30 的科目余额表" in client.get(ADDRESS, {"month": wrong}).text
    refused = client.post(ADDRESS, {"month": "2026-09-01", "sure": "on"})
    assert refused.status_code == 422 and not books.is_closed(cast.host.code, SEPTEMBER)
    assert signed_in(cast.admin).get(ADDRESS).status_code == 404


def test_it_waits_on_finances_desk(cast: Cast) -> None:
    def told(user: User) -> list[str]:
        return [row.title for row in waiting_for(user) if "账" in row.title]

    assert told(cast.finance) == ["结 2026-09 的账"] and told(cast.admin) == []
    for month in (SEPTEMBER, OCTOBER):
        services.close_books(cast.host, month=month, by=None)
    assert told(cast.finance) == []
    with clock.set_to(NOON + timedelta(days=10)):
        assert told(cast.finance) == ["结 2026-11 的账"]
