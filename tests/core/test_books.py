"""The tests' own look at the books: what it remembers of a check must not hide a fault that comes later."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.checks import Check, Row
from apps.users.models import User
from tests import books
from tests.cast import person

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def remembered(check: Check) -> bool:
    return any(name == check.name for name, _day in books._asked)


def test_a_fault_that_comes_after_a_clean_look_is_found() -> None:
    check = Check("tests.nobody", "", lambda: map(dict, User.objects.filter(name="无名").values("name")))
    other = Check("tests.other", "", lambda: map(dict, User.objects.filter(name="别人").values("name")))
    assert books.violations_of([check, other]) == books.violations_of([other, check]) == []
    assert remembered(check) and remembered(other)
    person("无名", "nobody@qj.test")
    for _time in range(2):
        assert [found.rows for found in books.violations_of([other, check])] == [[{"name": "无名"}]]


def test_a_check_that_weighs_rows_runs_each_time() -> None:
    def rows() -> Iterator[Row]:
        names = list(User.objects.values_list("name", flat=True))
        if len(names) != 1:
            yield {"names": names}

    check = Check("tests.one", "", rows)
    person("张三", "z3@qj.test")
    assert not books.violations_of([check]) and not remembered(check)
    person("李四", "l4@qj.test")
    assert books.violations_of([check])


def test_nothing_found_is_not_remembered_where_nothing_is_a_fault() -> None:
    check = Check("tests.someone", "", lambda: () if User.objects.exists() else ({"users": 0},))
    assert books.violations_of([check]) and not remembered(check)
    person("张三", "z3@qj.test")
    assert not books.violations_of([check])


def test_what_depends_on_the_hour_is_asked_anew() -> None:
    check = Check(
        "tests.late", "", lambda: map(dict, User.objects.filter(date_joined__lt=clock.now()).values("name"))
    )
    with clock.set_to(clock.now() - timedelta(hours=2)):
        assert books.violations_of([check]) == []
    with clock.set_to(clock.now() - timedelta(hours=1)):
        User.objects.filter(pk=person("张三", "z3@qj.test").pk).update(date_joined=clock.now())
    assert [found.rows for found in books.violations_of([check])] == [[{"name": "张三"}]]
