"""Totals of divisions: every level, by month and ever, provable from the flows."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from apps.core.versions import version
from apps.funds import queries, services
from apps.funds.models import DivisionTotal
from apps.funds.queries import Total
from apps.funds.services import totals
from apps.funds.tasks import fold_totals
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give, pay

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = date(2026, 10, 9), date(2026, 11, 3)


def test_a_gift_shows_at_every_level_once(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    give(cast.fund, 100_10, day=OCTOBER)
    give(cast.fund, 50_05, day=NOVEMBER)
    give(cast.other_fund, 7_00, day=NOVEMBER)
    pay(cast.fund, 30_00, day=NOVEMBER)
    assert queries.folded_at() is None
    fold_totals.delay()
    assert queries.folded_at() is not None
    for code in ("500110001", "500110", "5001", "50", ""):
        with django_assert_num_queries(1):
            found = queries.division_totals(code)
        assert found == {"donated": Total(157_15, 3), "spent": Total(-30_00, 1)}
    assert queries.division_totals("500110001001") == {"donated": Total(150_15, 2), "spent": Total(-30_00, 1)}
    assert queries.division_totals("50", "2026-10") == {"donated": Total(100_10, 1)}
    assert queries.division_totals("50", "2026-11") == {"donated": Total(57_05, 2), "spent": Total(-30_00, 1)}
    assert queries.division_totals("51") == {}
    assert queries.host_totals(cast.host) == queries.division_totals("500110")
    assert_books_clean()


def test_children_add_up_to_their_parent(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    give(cast.fund, 100_10)
    give(cast.other_fund, 7_00)
    services.fold_totals()
    with django_assert_num_queries(1):
        children = queries.child_totals("500110001")
    assert set(children) == {"500110001001", "500110001002"}
    parts = sum(flows["donated"].amount for flows in children.values())
    assert parts == queries.division_totals("500110001")["donated"].amount
    assert set(queries.child_totals("")) == {"50"}
    assert queries.child_totals("500110001001") == {}


def test_folding_twice_counts_once_and_bumps_what_changed(cast: Cast) -> None:
    give(cast.fund, 100)
    before = version(f"money:{cast.fund.code}"), version("division:5001"), version("site")
    assert services.fold_totals() == 1
    after = version(f"money:{cast.fund.code}"), version("division:5001"), version("site")
    assert all(new > old for new, old in zip(after, before, strict=True))
    assert services.fold_totals() == 0
    assert version("site") == after[2]
    assert queries.division_totals("50") == {"donated": Total(100, 1)}


def test_batches_fold_like_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "BATCH", 2)
    for number in range(1, 8):
        give(cast.fund, number)
    assert services.fold_totals() == 7
    assert queries.division_totals("") == {"donated": Total(28, 7)}
    assert_books_clean()


def test_an_interrupted_fold_loses_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    give(cast.fund, 100)

    def fail(*_keys: str) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(totals.versions, "bump", fail)
        with pytest.raises(RuntimeError):
            services.fold_totals()
    assert queries.division_totals("50") == {}
    services.fold_totals()
    assert queries.division_totals("50") == {"donated": Total(100, 1)}


def test_a_spoilt_total_is_found_and_rebuilt(cast: Cast) -> None:
    give(cast.fund, 100)
    services.fold_totals()
    give(cast.fund, 11)
    DivisionTotal.objects.filter(division="50", month="").update(amount=101)
    DivisionTotal.objects.filter(division="5001").delete()
    with pytest.raises(AssertionError, match=r"funds\.stray_totals"):
        assert_books_clean()
    call_command("rebuild_totals", stdout=StringIO())
    assert_books_clean()
    assert queries.division_totals("50") == {"donated": Total(100, 1)}
    services.fold_totals()
    assert queries.division_totals("50") == {"donated": Total(111, 2)}
    assert_books_clean()


def test_lists_show_funds_with_the_same_folds(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    give(cast.fund, 100, day=OCTOBER)
    give(cast.fund, 20, day=NOVEMBER)
    services.fold_totals()
    give(cast.fund, 7)
    funds = [cast.fund, cast.other_fund]
    with django_assert_num_queries(1):
        rows = queries.funds_with_totals(funds)
    assert [row.net for row in rows] == [120, 0]
    assert rows[0].flows == {"donated": Total(120, 2)}
    assert queries.balances(funds) == {cast.fund.code: 127, cast.other_fund.code: 0}
