"""What tests begin with is the same whether it was written or put back."""

import pytest
from django.db import transaction

from apps.core import versions
from apps.core.models import AuditEvent, ContentVersion
from apps.divisions.models import Division
from apps.governance.models import Seat
from tests.cast import Cast, make_cast, person
from tests.grants.house import money, seat_everyone
from tests.replay import _rows, replayed

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_rows_and_answer_are_put_back() -> None:
    calls = []

    def house(cast: Cast) -> Cast:
        calls.append(cast)
        seat_everyone(cast)
        money(cast)
        return cast

    begin_cast, begin_house = replayed(make_cast), replayed(house)
    seen = []
    for _time in range(3):
        with transaction.atomic():
            here = begin_house(begin_cast())
            assert Seat.objects.filter(user=here.chair, committee__fund=here.fund).exists()
            assert AuditEvent.objects.exists()
            assert ContentVersion.objects.exists()
            seen.append((_rows(), here))
            transaction.set_rollback(True)
    assert seen[0] == seen[1] == seen[2]
    assert len(calls) == 1
    assert seen[1][1].fund is not seen[2][1].fund


def test_where_ids_are_taken_it_is_written_anew() -> None:
    begin = replayed(lambda: person("甲", "a@qj.test"))
    with transaction.atomic():
        first = begin()
        transaction.set_rollback(True)
    type(first).objects.create(pk=first.pk, email="b@qj.test", name="乙")
    assert begin().pk != first.pk


def test_another_cast_has_its_own() -> None:
    begin = replayed(lambda cast: person(cast.host.name, f"{cast.fund.pk}@qj.test"))
    made = []
    for _time in range(2):
        with transaction.atomic():
            cast = make_cast()
            made.append((cast.fund.pk, begin(cast).email))
            transaction.set_rollback(True)
    assert [email for _fund, email in made] == [f"{fund}@qj.test" for fund, _email in made]


def test_where_other_rows_stand_it_is_written_anew() -> None:
    begin = replayed(lambda _cast: versions.bump("met"))
    cast = make_cast()
    found = []
    for met in (7, 7, 0, 3):
        with transaction.atomic():
            for _time in range(met):
                versions.bump("met")
            begin(cast)
            found.append(ContentVersion.objects.get(key="met").version)
            transaction.set_rollback(True)
    assert found == [8, 8, 1, 4]


def test_what_stood_before_is_not_taken_for_its_own() -> None:
    begin = replayed(make_cast)
    with transaction.atomic():
        Division.objects.create(code="50", name="重庆市", level=1)
        begin()
        transaction.set_rollback(True)
    begin()
    assert Division.objects.filter(code="50").exists()
