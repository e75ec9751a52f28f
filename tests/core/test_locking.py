"""Rows held until the transaction ends."""

from contextlib import nullcontext
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from apps.core.locking import lock_row
from apps.funds.models import Fund, Host
from apps.ledger.models import Period
from tests.cast import Cast
from tests.crowd import at_once, errors, unlocked


def test_a_row_comes_as_it_is_now_with_what_it_points_to(cast: Cast) -> None:
    Fund.objects.filter(pk=cast.fund.pk).update(name="改过的名字")
    fund = lock_row(Fund, "host", code=cast.fund.code)
    assert (fund, fund.name) == (cast.fund, "改过的名字")
    with CaptureQueriesContext(connection) as asked:
        assert fund.host == cast.host
    assert not asked.captured_queries


def test_several_columns_name_a_row(cast: Cast) -> None:
    month = Period.objects.create(host=cast.host.code, month="2026-03-01")
    assert lock_row(Period, host=cast.host.code, month=month.month) == month


def test_a_row_that_is_not_there_is_none_of_its_model(cast: Cast) -> None:
    with pytest.raises(Fund.DoesNotExist):
        lock_row(Fund, "host", pk=0)


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_would_be_held() -> None:
    with pytest.raises(TransactionManagementError):
        lock_row(Host, pk=1)


def _count_one_more(host: Host) -> None:
    with transaction.atomic():
        number = int(lock_row(Host, pk=host.pk).name)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
        Host.objects.filter(pk=host.pk).update(name=str(number + 1))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False], ids=["locked", "control"])
def test_what_is_read_of_a_locked_row_stays_true_until_it_is_written(cast: Cast, locked: bool) -> None:
    Host.objects.filter(pk=cast.host.pk).update(name="0")
    with nullcontext() if locked else unlocked():
        assert errors(at_once(*[partial(_count_one_more, cast.host)] * 4)) == [None] * 4
    counted = int(Host.objects.get(pk=cast.host.pk).name)
    assert counted == 4 if locked else counted < 4
