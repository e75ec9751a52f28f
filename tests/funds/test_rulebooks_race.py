"""Several people adopt rules of one level at once, on a real PostgreSQL; and what happens without the lock."""

from functools import partial

import pytest
from django.db import IntegrityError

from apps.core import clock
from apps.divisions.models import Division
from apps.funds import services
from apps.funds.models import Clause, Rulebook
from tests.cast import Cast
from tests.crowd import at_once, unlocked

CROWD = 6
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def adopt_all(cast: Cast) -> list[Rulebook | Exception]:
    """Let six threads adopt a version each at the same moment; return what each got."""
    town = Division.objects.get(code="500110001")

    def adopt(number: int) -> Rulebook:
        return services.adopt_rulebook(
            cast.host,
            level=3,
            division=town,
            title=f"街道办法 {number}",
            document="古南街办〔2026〕1号",
            clauses={"notice_days": (10 + number, "")},
            effective_from=clock.today(),
            by=None,
        )

    return at_once(*[partial(adopt, number) for number in range(CROWD)])


def test_versions_adopted_at_once_get_numbers_of_their_own(cast: Cast) -> None:
    adopted = [one for one in adopt_all(cast) if isinstance(one, Rulebook)]
    assert sorted(book.version for book in adopted) == list(range(1, CROWD + 1))
    assert Rulebook.objects.count() == Clause.objects.count() == CROWD


def test_without_the_lock_they_collide(cast: Cast) -> None:
    with unlocked():
        adopted = adopt_all(cast)
    assert any(isinstance(one, IntegrityError) for one in adopted)
