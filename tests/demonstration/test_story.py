"""The demonstration tells 綦江's published figures, on any day it is made."""

import runpy
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.test import Client

from apps.core import clock
from apps.demonstration import also_given, gifts, plan, story, walk
from apps.disclosure.queries.reports import overdue_reports
from apps.donations.models import Donation, Refund
from apps.finance.models import BankStatement
from apps.funds.models import Fund, Host
from apps.governance.models import Motion
from apps.governance.states import DECIDED
from apps.grants.models import Grant
from apps.grants.queries import compare
from apps.ledger import queries as books
from apps.projects.models import Call, Evidence, Offer, Project, SatisfactionReply
from apps.projects.queries import is_sealed
from apps.seeding.models import Programme
from tests.books import assert_books_clean
from tests.demonstration.shown import every_desk_has_something, shows_everything, unlike_the_page


@pytest.mark.parametrize("days", [0, 1, 17, 40, 101, 200, 333])
def test_gifts_add_up_on_any_day(days: int) -> None:
    now = datetime(2026, 11, 21, 8, tzinfo=UTC) + timedelta(days=days)
    told = gifts.make(range(7), plan.FUNDS, now=now)
    assert sum(gift.amount for gift in told) == gifts.DAILY_FEN == plan.RAISED_FEN - also_given.TOTAL
    assert len(told) == plan.GIFTS
    assert all(gift.amount > 0 for gift in told)
    assert max(gift.at for gift in told) <= now
    assert {gift.fund for gift in told} == set(range(plan.FUNDS - 1)), "the last fund stays empty"
    asleep = [gift for gift in told if gift.fund == plan.FUNDS + plan.IDLE_FUND]
    assert len(asleep) == 1 and (now - asleep[0].at).days > 400


@pytest.mark.parametrize("project", plan.PROJECTS, ids=lambda project: project.key)
def test_every_project_has_come_as_far_as_it_reaches_at_any_hour(project: plan.ProjectPlan) -> None:
    """Steps happen in the daytime; made before breakfast, the demonstration must tell today's steps as done before."""
    last = {"draft": walk.APPLY, "submitted": walk.SUBMIT, "open": walk.OPEN + 1, "notice": walk.CLOSE}
    assert project.started_days_ago > last.get(project.reaches, walk.PAY + 1)


@pytest.fixture
def workers_as_before() -> Iterator[None]:
    """The story keeps kicks from the workers of its whole process; tests that come after it need theirs."""
    before = {name: current_app.conf[name] for name in ("broker_url", "task_always_eager")}
    yield
    current_app.conf.update(before)


@pytest.mark.real_clock
@pytest.mark.django_db
@pytest.mark.usefixtures("workers_as_before")
def test_the_whole_story(settings: Any, tmp_path: Path, client: Client) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("told once, on the demonstration's own database")
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "files", tmp_path
    now = datetime.now(UTC)
    story.build(now=now)
    host = Host.objects.get()

    communities = Fund.objects.filter(kind=Fund.Kind.COMMUNITY, state=Fund.State.OPEN)
    assert communities.count() == 79
    assert len({code[:9] for code in communities.values_list("division", flat=True)}) == 21
    assert Donation.objects.filter(state="booked").aggregate(s=Sum("amount"))["s"] == plan.RAISED_FEN
    assert Refund.objects.filter(state="done").count() == 4
    assert Donation.objects.filter(state="failed").count() == 1
    assert Evidence.objects.filter(state="accepted").aggregate(s=Sum("person_times"))["s"] == 78_000
    assert Project.objects.filter(call=None).count() == 12
    call, bought, open_call = Call.objects.order_by("created_at")
    assert {project.state for project in open_call.projects.all()} == {"draft", "submitted"}
    assert bought.kind == "purchase" and not is_sealed(bought.projects.all()[0])
    assert Offer.objects.filter(project__call=bought, project__state="submitted").count() == 6
    assert sorted(row.count for row in compare(call).rows) == [5, 5, 5]
    assert all(row.scores for row in compare(call).rows) and len(compare(call).suggested()) == 2
    assert set(Project.objects.values_list("field", flat=True)) == {
        "relief",
        "elderly",
        "children",
        "social",
        "safety",
    }
    assert set(Project.objects.values_list("state", flat=True)) == {state.value for state in Project.State}
    assert Motion.objects.filter(state="open").count() == 1
    assert Grant.objects.filter(state="notice").count() == 1
    assert SatisfactionReply.objects.count() > 200
    assert [late.fund.name for late in overdue_reports(host)] == ["菜坝社区慈善基金"]
    empty = communities.order_by("division__code").last()
    assert empty is not None
    assert books.fund_balance(empty.code, host=host.code) == 0
    assert {path.suffix for path in (tmp_path / "files-to-import").iterdir()} == {".csv", ".xlsx"}
    assert BankStatement.objects.count() == 0
    assert set(Motion.objects.values_list("kind", flat=True)) == set(Motion.Kind.values)
    assert set(Programme.objects.values_list("kind", flat=True)) == set(Programme.Kind.values)
    assert_books_clean()
    with clock.set_to(now):
        shows_everything(host)
        every_desk_has_something()
        recompute_everything(client, tmp_path)

    with clock.set_to(now):
        for address in ("/", "/d/500110/", "/projects/", "/motions/", "/books/", f"/f/{empty.code}/"):
            answer = client.get(address)
            assert answer.status_code == 200, address


def recompute_everything(client: Client, folder: Path) -> None:
    """Recompute every closed motion and every seed programme from what everyone can download, with the two scripts;
    each says the same as the page. Each script runs once as anybody runs it, then in this process: Python's start takes
    longer than any vote."""
    votes = [f"/m/{motion.code}/" for motion in Motion.objects.filter(state__in=DECIDED)]
    seeds = [f"/s/{programme.code}/" for programme in Programme.objects.all()]
    assert len(votes) >= 16
    for script, pages in (("recompute_vote.py", votes), ("recompute_seed.py", seeds)):
        file = folder / f"{script}.json"
        path = str(settings.ROOT / "charityfund" / "static" / "verify" / script)
        main = runpy.run_path(path)["main"]
        for number, page in enumerate(pages):
            shown = client.get(page)
            assert shown.status_code == 200, page
            file.write_bytes(client.get(f"{page}record.json").getvalue())
            if number == 0:
                command = [sys.executable, "-I", path, str(file)]
                answer = subprocess.run(command, capture_output=True, text=True, check=False)
                code, said = answer.returncode, answer.stdout
            else:
                with redirect_stdout(StringIO()) as written:
                    code = main([str(file)])
                said = written.getvalue()
            assert code == 0, (page, said)
            assert "✗" not in said
            assert not unlike_the_page(said, shown.content.decode()), page


def test_never_in_production(settings: Any) -> None:
    settings.IS_PRODUCTION = True
    with pytest.raises(RuntimeError):
        story.build()
