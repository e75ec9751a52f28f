"""Many hands in one store: no more goes out than came in, because of the lock."""

import time
from typing import Any

import pytest

from apps.core.verdicts import Refused
from apps.donations.models import GoodsMove, InKindGift
from apps.donations.services import inkind
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.crowd import at_once
from tests.donations.test_goods import fresh, issue, receive

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_ten_issues_of_four_out_of_ten(cast: Cast) -> None:
    gift = receive(cast, quantity=10)
    found = at_once(*[lambda: issue(cast, fresh(gift), 4)] * 10)
    assert {type(row) for row in found} == {GoodsMove, Refused}
    assert len([row for row in found if isinstance(row, GoodsMove)]) == 2
    assert fresh(gift).left == 2
    assert_books_clean()


def test_ten_sends_of_one_form_are_one_issue(cast: Cast) -> None:
    gift = receive(cast, quantity=10)
    found = at_once(*[lambda: issue(cast, fresh(gift), 4, token="one-form-sent-ten-times")] * 10)
    assert len({row.code for row in found}) == 1
    assert fresh(gift).left == 6
    assert_books_clean()


def test_without_the_lock_more_is_promised_than_there_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    gift = receive(cast, quantity=10)

    def unlocked(gift: InKindGift) -> InKindGift:
        return fresh(gift)

    def slowly(*_names: Any, **_facts: Any) -> None:
        time.sleep(0.3)

    monkeypatch.setattr(inkind, "lock_goods", unlocked)
    monkeypatch.setattr(inkind.audit, "record", slowly)
    at_once(*[lambda: issue(cast, fresh(gift), 4)] * 5)
    assert sum(GoodsMove.objects.values_list("quantity", flat=True)) > 10
