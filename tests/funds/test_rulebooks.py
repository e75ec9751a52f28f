"""Adopting rules: versions, levels that may only tighten, and what a change does below."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.core import clock, versions
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import queries, services
from apps.funds.models import Clause, Rulebook
from apps.funds.states import RuleLevel
from apps.users.models import User
from tests.books import assert_books_clean
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=clock.SHANGHAI)
TODAY = NOW.date()
PLACES = {1: "500110", 2: "500110", 3: "500110001", 4: "500110001001"}


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.set_to(NOW):
        yield


def adopt(
    cast: Cast,
    level: int,
    clauses: dict[str, Any],
    *,
    division: str = "",
    effective_from: date = TODAY,
    by: User | None = None,
    **changes: Any,
) -> Rulebook:
    facts = {"title": f"{RuleLevel(level).label}办法", "document": "綦慈〔2026〕1号"} | changes
    return services.adopt_rulebook(
        cast.host,
        level=level,
        division=Division.objects.get(code=division or PLACES[level]),
        clauses={key: (value, "第三条") for key, value in clauses.items()},
        effective_from=effective_from,
        by=by,
        **facts,
    )


def test_levels_tighten_and_the_tightest_rules(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    adopt(cast, 1, {"notice_days": 5, "quorum_bp": [2, 3]})
    adopt(cast, 2, {"notice_days": 7})
    adopt(cast, 3, {"notice_days": 10, "quorum_bp": [3, 4]})
    book = adopt(cast, 4, {"notice_days": 15})
    adopt(cast, 4, {"notice_days": 30}, division="500110001002")
    with django_assert_num_queries(1):
        found = queries.effective_rules(cast.fund, TODAY)
    notice, quorum = found["notice_days"], found["quorum_bp"]
    assert (notice.value, notice.level, notice.version, notice.rulebook_id) == (15, 4, 1, book.pk)
    assert (notice.title, notice.document, notice.article) == ("社区定办法", "綦慈〔2026〕1号", "第三条")
    assert (quorum.value, quorum.level) == ([3, 4], 3)
    assert found["term_years"].default
    assert queries.effective_rules(cast.other_fund)["notice_days"].value == 30
    assert queries.effective_rules(cast.general)["notice_days"].value == 7
    assert queries.effective_rules(cast.fund, TODAY - timedelta(days=1))["notice_days"].default
    assert_books_clean()


def test_a_looser_clause_is_refused_and_names_the_upper_one(cast: Cast) -> None:
    adopt(cast, 2, {"notice_days": 10})
    with pytest.raises(Refused) as refusal:
        adopt(cast, 4, {"notice_days": 9})
    assert refusal.value.field == "notice_days"
    for words in ("区定", "区定办法", "第三条", "10 天", "9 天"):
        assert words in str(refusal.value)
    with pytest.raises(Refused, match="默认值"):
        adopt(cast, 3, {"vote_days_min": 2})
    assert not Rulebook.objects.filter(level__gt=2).exists()


def test_upper_rules_are_those_of_the_first_day(cast: Cast) -> None:
    adopt(cast, 2, {"notice_days": 10})
    adopt(cast, 2, {"notice_days": 20}, effective_from=TODAY + timedelta(days=30))
    adopt(cast, 3, {"notice_days": 12})
    with pytest.raises(Refused):
        adopt(cast, 4, {"notice_days": 15}, effective_from=TODAY + timedelta(days=30))
    assert_books_clean()


def test_when_the_upper_level_tightens_the_lower_clause_is_flagged(cast: Cast) -> None:
    town = adopt(cast, 3, {"notice_days": 12})
    later = TODAY + timedelta(days=10)
    changes = queries.effects(
        cast.host, level=2, division="500110", on=later, clauses={"notice_days": (20, "第九条")}
    )
    assert {(effect.before.value, effect.after.value, len(effect.funds)) for effect in changes} == {
        (7, 20, 1),
        (12, 20, 2),
    }
    assert [setting.rulebook_id for effect in changes for setting in effect.flagged] == [town.pk]
    adopt(cast, 2, {"notice_days": 20}, effective_from=later)
    assert queries.effective_rules(cast.fund)["notice_days"].value == 12
    rule = queries.effective_rules(cast.fund, later)["notice_days"]
    assert (rule.value, rule.level) == (20, 2)
    assert [setting.rulebook_id for setting in rule.loosened] == [town.pk]
    assert_books_clean()


def test_a_version_replaces_the_whole_one_before(cast: Cast) -> None:
    adopt(cast, 2, {"notice_days": 10, "vote_days_min": 5})
    second = adopt(cast, 2, {"notice_days": 8}, effective_from=TODAY + timedelta(days=1))
    assert second.version == 2
    with clock.set_to(NOW + timedelta(days=1)):
        found = queries.effective_rules(cast.fund)
    assert found["notice_days"].value == 8
    assert found["vote_days_min"].default
    assert queries.effective_rules(cast.fund)["notice_days"].value == 10
    assert [book.version for book in queries.versions(cast.host, 2, "500110")] == [2, 1]


def test_dropping_a_clause_shows_as_an_effect(cast: Cast) -> None:
    adopt(cast, 2, {"notice_days": 10, "vote_days_min": 5})
    changes = queries.effects(
        cast.host, level=2, division="500110", on=TODAY, clauses={"notice_days": (10, "")}
    )
    assert [(effect.before.key, effect.after.value, len(effect.funds)) for effect in changes] == [
        ("vote_days_min", 3, 3)
    ]


@pytest.mark.parametrize(
    ("level", "division", "field"),
    [
        (9, "500110", "level"),
        (1, "500110001", "division"),
        (2, "500110001", "division"),
        (3, "500110001001", "division"),
        (3, "500110004", "division"),
        (4, "500110001", "division"),
        (4, "500110004001", "division"),
    ],
)
def test_rules_belong_to_a_place_of_their_level(cast: Cast, level: int, division: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.adopt_rulebook(
            cast.host,
            level=level,
            division=Division.objects.get(code=division),
            title="办法",
            document="文",
            clauses={"notice_days": (7, "")},
            effective_from=TODAY,
            by=None,
        )
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": ""}, "title"), ({"document": " "}, "document"), ({"title": "办" * 121}, "title")],
)
def test_a_rulebook_names_itself_and_its_document(cast: Cast, changes: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        adopt(cast, 1, {"notice_days": 7}, **changes)
    assert refusal.value.field == field


def test_impossible_and_unknown_clauses_change_nothing(cast: Cast) -> None:
    for clauses in ({}, {"quorum_bp": [0, 1]}, {"quorum_bp": [101, 100]}, {"free_lunch": 1}):
        with pytest.raises(Refused):
            adopt(cast, 1, clauses)
    assert not Clause.objects.exists()


def test_who_adopts(cast: Cast) -> None:
    adopt(cast, 1, {"notice_days": 7}, by=cast.admin)
    adopt(cast, 2, {"notice_days": 7}, by=cast.admin)
    adopt(cast, 3, {"notice_days": 7}, by=cast.coordinator)
    for level, person in (
        (4, cast.admin),
        (4, cast.chair),
        (1, cast.coordinator),
        (3, cast.admin),
        (4, cast.coordinator),
        (2, cast.stranger),
    ):
        with pytest.raises(Refused):
            adopt(cast, level, {"notice_days": 8}, by=person)
    with pytest.raises(Refused):
        adopt(cast, 3, {"notice_days": 8}, division="500110002", by=cast.coordinator)


def test_rules_are_not_changed_backwards(cast: Cast) -> None:
    yesterday = TODAY - timedelta(days=1)
    adopt(cast, 1, {"notice_days": 7}, effective_from=yesterday, by=cast.admin)
    with pytest.raises(Refused) as refusal:
        adopt(cast, 1, {"notice_days": 6}, effective_from=yesterday, by=cast.admin)
    assert refusal.value.field == "effective_from"
    adopt(cast, 1, {"notice_days": 6}, effective_from=TODAY + timedelta(days=9), by=cast.admin)
    with pytest.raises(Refused):
        adopt(cast, 1, {"notice_days": 5}, effective_from=TODAY, by=cast.admin)


def test_the_check_finds_a_loosened_clause(cast: Cast) -> None:
    adopt(cast, 2, {"notice_days": 10})
    book = adopt(cast, 3, {"notice_days": 12})
    Clause.objects.filter(rulebook=book).update(value=3)
    with pytest.raises(AssertionError, match=r"funds\.loosened_rules"):
        assert_books_clean()


@pytest.mark.django_db
def test_new_rules_show_at_once_on_every_page_of_the_funds_they_bind(cast: Cast) -> None:
    before = {fund.code: versions.version(f"fund:{fund.code}") for fund in (cast.fund, cast.other_fund)}
    services.adopt_rulebook(
        cast.host,
        level=3,
        division=Division.objects.get(code="500110001"),
        title="古南街道办法",
        document="古南街办〔2026〕1号",
        clauses={"notice_days": (10, "第三条")},
        effective_from=clock.today(),
        by=None,
    )
    for code, version in before.items():
        assert versions.version(f"fund:{code}") == version + 1
