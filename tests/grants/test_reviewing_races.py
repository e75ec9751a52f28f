"""Two submissions of one review at once leave one current; a score and the tabling do not pass each other."""

import threading

import pytest
from django.db import connection

from apps.core import clock, jobs
from apps.core.verdicts import Refused
from apps.grants import services
from apps.projects.models import Project, Review
from apps.projects.services import reviews
from tests.cast import Cast
from tests.crowd import at_once, errors
from tests.grants import calls as c
from tests.grants import house as h

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CROWD = 12


@pytest.fixture(autouse=True)
def no_kicks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_send", lambda *_what: None)


@pytest.fixture
def project(cast: Cast) -> Project:
    h.seat_everyone(cast)
    h.money(cast)
    return c.answered(cast, c.published(cast))


def test_many_windows_of_one_reviewer_leave_one_current_review(cast: Cast, project: Project) -> None:
    with clock.set_to(c.REVIEWING):

        def hand_in(points: int) -> object:
            return services.review(
                project, points={1: points % 11, 2: 1}, opinion="", seen=project.text_hash, by=cast.chair
            )

        raised = errors(at_once(*[lambda n=n: hand_in(n) for n in range(CROWD)]))  # type: ignore[misc]
    assert raised == [None] * CROWD
    assert Review.objects.filter(project=project, is_current=True).count() == 1
    # Twelve windows, eleven different answers: equal ones that follow each other are one.
    assert Review.objects.count() in (CROWD - 1, CROWD)


def test_without_the_lock_the_windows_collide(
    cast: Cast, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the project's lock off, the constraint is all that is left, and it refuses with an error."""

    def unlocked(found: Project) -> Project:
        return Project.objects.select_related("fund__host", "organisation", "call").get(pk=found.pk)

    monkeypatch.setattr(reviews, "lock_project", unlocked)
    monkeypatch.setattr("apps.projects.services.lock_project", unlocked)
    with clock.set_to(c.REVIEWING):
        meet = threading.Barrier(2)
        original = reviews.queries.own_review

        def slow(found: Project, user: object) -> Review | None:
            before = original(found, user)  # type: ignore[arg-type]
            meet.wait()
            return before

        monkeypatch.setattr(reviews.queries, "own_review", slow)

        def hand_in(points: int) -> object:
            return services.review(
                project, points={1: points, 2: 1}, opinion="", seen=project.text_hash, by=cast.chair
            )

        raised = errors(at_once(lambda: hand_in(1), lambda: hand_in(2)))
    assert sum(error is not None for error in raised) == 1
    assert connection.vendor == "postgresql"


def test_a_score_and_the_tabling_never_pass_each_other(cast: Cast) -> None:
    h.seat_everyone(cast)
    h.money(cast)
    points = dict.fromkeys(range(1, 6), 8)
    for number in range(5):
        one = h.submitted(cast, title=f"第{number}个")
        with clock.set_to(h.NOON):
            raised = errors(
                at_once(
                    lambda one=one: services.table_project(one, by=cast.secretary),  # type: ignore[misc]
                    lambda one=one: services.review(  # type: ignore[misc]
                        one, points=points, opinion="", seen=one.text_hash, by=cast.chair
                    ),
                )
            )
        assert raised[0] is None
        one.refresh_from_db()
        given = Review.objects.filter(project=one)
        if raised[1] is None:
            assert given.count() == 1
        else:
            assert isinstance(raised[1], Refused) and not given.exists()
        assert one.state == "tabled" and one.review_closed_at is not None
