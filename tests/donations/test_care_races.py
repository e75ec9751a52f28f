"""Merging donors at once: whatever crosses, each row stands for whom the acts say, because of the lock."""

import time
from typing import Any

import pytest

from apps.donations import queries
from apps.donations.models import Donation, Donor
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import care, settle_session
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.crowd import at_once
from tests.donations.conftest import Give
from tests.donations.test_care import MAIL, PHONE, gift, merge
from tests.donations.test_races import no_errors

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def three(cast: Cast) -> list[Donor]:
    return [gift(cast, name="欧阳雪", contact=contact).donor for contact in (PHONE, MAIL, "023-1234567")]


def slowly(*_names: Any, **_facts: Any) -> None:
    time.sleep(0.3)


def test_two_merges_of_one_donor_and_the_same_merge_twice(cast: Cast) -> None:
    one, both, other = three(cast)
    no_errors(
        at_once(
            lambda: merge(cast, one, both), lambda: merge(cast, both, other), lambda: merge(cast, one, both)
        )
    )
    assert set(Donor.objects.exclude(pk=one.pk).values_list("merged_into", flat=True)) == {one.pk}
    assert_books_clean()


def test_without_the_lock_a_row_stands_for_the_wrong_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    one, both, other = three(cast)

    def unlocked(donors: list[Donor]) -> list[Donor]:
        return list(Donor.objects.filter(pk__in=[donor.pk for donor in donors]).order_by("pk"))

    monkeypatch.setattr(care, "_locked", unlocked)
    monkeypatch.setattr(care.audit, "record", slowly)
    no_errors(at_once(lambda: merge(cast, one, both), lambda: merge(cast, both, other)))
    assert list(queries.misplaced_donors())


def test_gifts_settled_during_a_merge_are_the_one_donors(cast: Cast, give: Give, stand_in: StandIn) -> None:
    gifts = [give(contact="one@example.org"), give(contact="other@example.org")]
    for waiting in gifts:
        stand_in.pay(waiting.session_id)
    no_errors(
        at_once(
            lambda: merge(cast, *[row.donor for row in gifts]),
            *[lambda row=row: settle_session(row) for row in gifts],
        )
    )
    head = min(row.donor_id for row in gifts)
    assert {row.donor_id for row in Donation.objects.filter(state="booked")} == {
        row.donor_id for row in gifts
    }
    assert queries.giving_by_head([head], [cast.host])[head].count == 2
    assert_books_clean()
