"""Every figure on a project's public pages opens to rows that come to it, or is a record itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.disclosure import bodies
from apps.disclosure.queries.project_rows import OF_ONE, ROWS, Rule, made_of, rows_of
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.grants import queries, services
from apps.grants.models import Grant
from apps.projects import services as projects
from apps.projects.models import Project
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.disclosure.figure_walk import Walk, numbers
from tests.grants import house as h
from tests.projects.house import photo, report

pytestmark = pytest.mark.django_db
PLAN: dict[str, Any] = {
    "milestones": [("第一个月", date(2026, 12, 20)), ("再送 4000 份", date(2027, 5, 31))],
    "indicators": [("送餐", "pieces", 9000), ("独居老人", "persons", 75)],
    "funding": [("own", "自己的钱", 100_000, True)],
}
LATER = h.AFTER_NOTICE + timedelta(days=20)


@pytest.mark.parametrize(
    ("values", "rule", "value"),
    [
        ([], Rule.SUM, 0),
        ([3, -1], Rule.SUM, 2),
        ([40, 75], Rule.LAST, 75),
        ([5, 4, 4], Rule.AVERAGE, 43),
        ([5, 4], Rule.AVERAGE, 45),
        ([12, 5], Rule.PERCENT, 41),
        ([0, 0], Rule.PERCENT, 0),
    ],
)
def test_what_rows_come_to(values: list[int], rule: Rule, value: int) -> None:
    assert made_of(values, rule) == value


def test_a_figure_without_rows_is_found() -> None:
    page = (
        "<main><p>来了 12 人次</p><td>3,400.00</td><td>7</td><ul data-records><li>9 人</li></ul>"
        '<a href="/p/P/rows/paid/">¥5.00</a></main>'
    )
    walk = Walk(page)
    assert (walk.loose, walk.opened) == (["12 人次", "3,400.00", "7"], [("paid", "¥5.00")])


@pytest.fixture
def project(cast: Cast, settings: Any, tmp_path: Path) -> Iterator[Project]:
    """A project with everything that a page can show, its account not yet handed in."""
    settings.MEDIA_ROOT = tmp_path
    bodies.forget()
    h.seat_everyone(cast)
    h.money(cast)
    yield whole(cast)
    bodies.forget()


def whole(cast: Cast) -> Project:
    """Take a project all the way: a changed budget, two reports, occasions, spending, ratings, money asked back."""
    grant = h.at_work(cast, h.submitted(cast, **PLAN))
    h.paid(cast, grant)
    with clock.set_to(h.AFTER_NOTICE):
        now = queries.budget_now(grant)
        one, two = list(now)[:2]
        shifted = {one: now[one] - 50_000, two: now[two] + 50_000}
        services.change_budget(grant, lines=shifted, reason="保温盒涨了", by=cast.chair)
        project = Project.objects.get(pk=grant.project_id)
        keep_records(cast, project)
        for final, meals, persons in ((False, 100, 40), (True, 4200, 70)):
            told = report(
                cast, project, milestone=None if final else 1, is_final=final, persons=persons,
                person_times=meals, photos=[photo()], figures={1: meals, 2: persons},
            )  # fmt: skip
            h.accept(told, by=cast.secretary)
        codes = projects.issue_rating_codes(Project.objects.get(pk=project.pk), count=8, by=None)
        for code, stars in zip(codes, (5, 5, 4, 2), strict=False):
            projects.rate(code, stars=stars, words="饭是烫的。")
        projects.enter_call_back(project, code=codes[-1], stars=5, by=cast.secretary)
    h.paid(cast, grant, 2)
    with clock.set_to(LATER):
        ask_back(cast, Grant.objects.get(pk=grant.pk))
    return Project.objects.get(pk=project.pk)


def keep_records(cast: Cast, project: Project) -> None:
    """Write down spending, on one line more than its budget, and two occasions."""
    lines = list(project.budget_lines.order_by("pk"))
    for line, amount in ((lines[0], 1_000_000), (lines[0], 333_33), (lines[2], 260_000)):
        projects.record_expense(
            project, line=line.pk, paid_on=h.PAID_ON, payee="粮油店", amount=amount, voucher=photo(),
            by=cast.implementer,
        )  # fmt: skip
    for persons, helpers, minutes in ((30, 2, 95), (42, 3, 130)):
        projects.record_activity(
            project, held_on=h.PAID_ON, words="送餐", persons=persons, volunteers=helpers, minutes=minutes,
            by=cast.implementer,
        )  # fmt: skip


def ask_back(cast: Cast, grant: Grant) -> None:
    """Ask money back twice: one sum comes back, of the other a part is written off by a vote."""
    for amount, came in ((700_00, 700_00), (1_000_00, 400_00)):
        clawback = services.ask_back(grant, amount=amount, reason="票据不全", by=cast.admin)
        services.return_money(
            clawback, amount=came, received_on=clock.today(), bank_reference=f"R{came}", by=cast.finance
        )
    change = services.ask_write_off(clawback, reason="人找不到了", by=cast.chair)
    motion = Motion.objects.get(pk=change.motion_id)
    motion = governance.open_voting(motion, closes_at=clock.now() + timedelta(days=4), by=cast.chair)
    for user in (cast.chair, *cast.members):
        governance.cast(motion, user=user, choice="yes", subject_hash=motion.subject_hash, by=user)
    with clock.set_to(clock.now() + timedelta(days=5)):
        governance.close(motion)
        services.settle_decided()


def check(project: Project, address: str) -> set[str]:
    """Hold every figure of a page to its rows; return the names of the rows that it opens."""
    page = Client().get(address).content.decode()
    walk = Walk(page)
    assert not walk.loose, walk.loose
    for what, text in walk.opened:
        told = rows_of(project, what)
        assert told is not None and told.adds_up, what
        shown = numbers(text.replace("−", ""))
        assert not shown or numbers(told.figure.replace("−", "")) & shown, (what, text, told.figure)
    for summary, fold in walk.folded:
        counts = {number for number in numbers(summary) if f"{number}%" not in summary}
        assert counts <= numbers(fold) or "第" in summary, (summary, fold)
    return {what for what, _text in walk.opened}


def test_every_figure_opens_to_rows_that_come_to_it(cast: Cast, project: Project) -> None:
    address = f"/p/{project.code}/"
    with clock.set_to(LATER + timedelta(days=6)):
        seen = check(project, address)
        account = services.hand_in_account(project, words="照实报", by=cast.implementer)
        services.check_account(account, by=cast.finance)
        project.refresh_from_db()
        bodies.forget()
        seen |= check(project, address) | check(project, f"{address}account/")
        for what in seen:
            told = rows_of(project, what)
            assert told is not None
            bodies.forget()
            answer = Client().get(f"{address}rows/{what}/").content.decode()
            assert told.figure in answer and all(told.written(row) in answer for row in told.rows[:50]), what
        for wrong in ("payees", "spent-99", "spent-0", "stars-6", "planned-1000000", "outstanding-9"):
            assert Client().get(f"{address}rows/{wrong}/").status_code == 404, wrong
    assert all(told.adds_up for what in ROWS if (told := rows_of(project, what)) is not None)
    # What no page of this project shows: shares of several funds, gifts that name it, what came back since.
    assert set(ROWS) - seen <= {"shares", "wishes", "owed-again", "came-after", "expected-persons", "called"}
    assert {name for name in OF_ONE if not any(what.startswith(f"{name}-") for what in seen)} == {"share"}
    assert_books_clean()


def test_every_figure_of_what_two_funds_paid_and_one_asked_back_opens(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    """Joint, closed, partly returned, the rest written off: the whole counts once, and each fund's part is its own."""
    settings.MEDIA_ROOT = tmp_path
    bodies.forget()
    there = replace(cast, fund=cast.other_fund)
    for side in (cast, there):
        h.seat_everyone(side)
        h.money(side)
    project = h.submitted(cast, partners=[(there.fund, 6_600_00)])
    for side in (cast, there):
        with clock.set_to(h.NOON):
            motion = services.table_project(project, fund=side.fund, by=side.secretary)
            motion = governance.open_voting(motion, closes_at=h.CLOSES, by=side.chair)
        h.vote(side, motion)
    assert {"shares", "share-1", "share-2"} <= check(project, f"/p/{project.code}/")
    bodies.forget()
    with clock.set_to(h.AFTER_VOTE):
        services.award_carried(motion.code)
    with clock.set_to(h.AFTER_NOTICE):
        services.end_notices()
    grants = [Grant.objects.get(fund=side.fund) for side in (cast, there)]
    for number in (1, 2):
        for grant in grants:
            h.paid(cast, grant, number)
        if number == 1:
            h.accepted(cast, grants[0])
    with clock.set_to(LATER):
        ask_back(there, Grant.objects.get(pk=grants[1].pk))
    project.refresh_from_db()
    with clock.set_to(LATER + timedelta(days=6)):
        seen = check(project, f"/p/{project.code}/")
    bodies.forget()
    wanted = {"shares", "granted", "paid", "returned", "written-off", "granted-1", "granted-2"}
    wanted |= {f"{name}-{place}" for name in ("asked-back", "returned", "outstanding") for place in (1, 2)}
    assert project.state == "closed" and wanted | {"written-off-2"} <= seen, wanted - seen
    told = {name: rows_of(project, name) for name in ("shares", "granted", "paid", "returned", "written-off")}
    assert {name: rows.value for name, rows in told.items() if rows} == {
        "shares": 18_600_00, "granted": 18_600_00, "paid": 17_500_00, "returned": 1_100_00, "written-off": 600_00,
    }  # fmt: skip
    assert_books_clean()
