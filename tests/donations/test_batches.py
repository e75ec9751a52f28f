"""Lists of gifts are booked whole or not at all; boxes are counted by two people."""

from itertools import count
from typing import Any

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import queries, services
from apps.donations.checks.cash import batches_are_whole
from apps.donations.models import BoxCount, CollectionBox, Consent, Donation, GiftBatch
from apps.donations.services import BatchLine, ListRefused
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast

_tokens = count(1)
LINES = [
    BatchLine(2, 100_00, "王建国", "13912345678", "masked", publish_amount=True),
    BatchLine(3, 66_66, "单雄信", "", "real", publish_name=True),
    BatchLine(4, 1),
]
TOTAL = 166_67


def declare(cast: Cast, **changes: Any) -> GiftBatch:
    words: dict[str, Any] = {
        "kind": "event",
        "name": "社区邻里节",
        "channel": "cash",
        "day": clock.today(),
        "count": 3,
        "total": TOTAL,
        "token": f"token-of-a-batch-{next(_tokens):05d}",
    }
    return services.declare_batch(cast.fund, by=cast.finance, **(words | changes))


def test_a_list_that_agrees_is_booked_once(cast: Cast) -> None:
    batch = declare(cast)
    for _turn in range(2):
        batch = services.book_batch(batch, LINES, by=cast.finance)
    assert batch.state == "booked"
    assert [row.donation.public_name for row in batch.lines.order_by("number")] == [
        "王**",
        "单雄信",
        "爱心居民",
    ]
    assert Consent.objects.filter(purpose="publish_name").count() == 1
    # What nobody agreed to publish stays closed, and counts.
    assert sorted(gift.amount or 0 for _key, gift in queries.roll(cast.fund)) == [0, 0, 100_00]
    assert queries.received(cast.fund) == (3, TOTAL)
    assert books.fund_balance(cast.fund.code, host=cast.host.code) == TOTAL
    assert_books_clean()


def test_a_collective_gift_is_one_transfer_of_many_givers(cast: Cast) -> None:
    batch = declare(cast, kind="collective", name="綦江齿轮传动有限公司", channel="bank")
    services.book_batch(batch, LINES, by=cast.finance)
    assert books.balance("bank_deposits", host=cast.host.code) == TOTAL
    assert Donation.objects.values("donor").distinct().count() == 3
    assert_books_clean()


@pytest.mark.parametrize(
    "lines",
    [LINES[:2], [*LINES, LINES[2]], [*LINES[:2], BatchLine(4, 2)], []],
    ids=["too few", "too many", "another total", "none"],
)
def test_a_list_that_does_not_agree_books_nothing(cast: Cast, lines: list[BatchLine]) -> None:
    batch = declare(cast)
    with pytest.raises(ListRefused):
        services.book_batch(batch, lines, by=cast.finance)
    assert not Donation.objects.exists()
    batch.refresh_from_db()
    assert batch.state == "declared"


def test_every_fault_is_named_by_row_and_field(cast: Cast) -> None:
    lines = [
        BatchLine(2, 0, "甲"),
        BatchLine(3, 5, "", "", "masked"),
        BatchLine(4, 5, "乙", "", "real"),
        BatchLine(5, 5, "丙\u202e"),
        BatchLine(6, 5, "丁"),
        BatchLine(7, 5, "戊", message="字" * 101),
    ]
    with pytest.raises(ListRefused) as refused:
        services.book_batch(declare(cast), lines, by=cast.finance)
    assert [(fault.row, fault.field) for fault in refused.value.faults] == [
        (2, "amount"),
        (3, "name"),
        (4, "name_choice"),
        (5, "name"),
        (7, "message"),
    ]
    assert not Donation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 2_001}, "count"),
        ({"total": 0}, "amount"),
        ({"channel": "stripe"}, "channel"),
        ({"kind": "lottery"}, "kind"),
        ({"name": " "}, "name"),
    ],
)
def test_what_must_not_be_declared(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        declare(cast, **changes)
    assert refused.value.field == field


def test_others_book_nothing(cast: Cast) -> None:
    batch = declare(cast)
    for other in (cast.stranger, cast.admin, cast.auditor):
        with pytest.raises(Refused):
            services.book_batch(batch, LINES, by=other)


def test_the_check_sees_a_changed_declaration(cast: Cast) -> None:
    services.book_batch(declare(cast), LINES, by=cast.finance)
    GiftBatch.objects.update(expected_total=1)
    assert list(batches_are_whole())


def box_count(cast: Cast, total: int = 23_50, **changes: Any) -> BoxCount:
    box = services.place_box(cast.fund, place="服务大厅", by=cast.finance)
    words: dict[str, Any] = {
        "opened_on": clock.today(),
        "token": f"token-of-a-count-{next(_tokens):05d}",
        "denominations": {20_00: 1, 1_00: 3, 50: 1},
    }
    return services.count_box(box, total=total, by=cast.finance, **(words | changes))


def test_a_box_is_booked_when_a_second_person_counts_the_same(cast: Cast) -> None:
    row = box_count(cast)
    assert not Donation.objects.exists()
    with pytest.raises(Refused):
        services.sign_count(row, total=23_50, by=cast.finance)
    with pytest.raises(Refused) as refused:
        services.sign_count(row, total=23_00, by=cast.second_finance)
    assert refused.value.field == "total"
    for _turn in range(2):
        services.sign_count(row, total=23_50, by=cast.second_finance)
    gift = Donation.objects.get()
    assert (gift.amount, gift.channel, gift.public_name) == (23_50, "cash", "爱心居民")
    assert books.balance("cash_on_hand", host=cast.host.code) == 23_50
    assert_books_clean()


def test_a_wrong_count_is_thrown_away(cast: Cast) -> None:
    row = box_count(cast)
    services.discard_count(row, by=cast.finance)
    with pytest.raises(Refused):
        services.sign_count(row, total=23_50, by=cast.second_finance)
    services.sign_count(box_count(cast, total=5, denominations=None), total=5, by=cast.second_finance)
    assert CollectionBox.objects.count() == 1
    assert_books_clean()


@pytest.mark.parametrize("pieces", [{20_00: 1}, {100_00: 1}, {23_50: -1}])
def test_other_pieces_are_refused(cast: Cast, pieces: dict[int, int]) -> None:
    with pytest.raises(Refused):
        box_count(cast, denominations=pieces)
    assert not BoxCount.objects.exists()
