"""The published record recomputes with the stand-alone script, and any change to it is noticed."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from apps.core import canonical, clock
from apps.governance import queries, services
from apps.governance.checks import CHECKS
from apps.governance.models import Ballot, Motion
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, open_motion, vote

SCRIPT = Path(settings.ROOT) / "charityfund" / "static" / "verify" / "recompute_vote.py"
pytestmark = pytest.mark.django_db


def recompute(record: object, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "record.json"
    file.write_text(record if isinstance(record, str) else json.dumps(record), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(file)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def closed(house: Cast) -> Motion:
    motion = open_motion(house)
    with clock.set_to(NOON):
        vote(motion, house.chair, "no")
        for user in (house.chair, *house.members[:3]):
            vote(motion, user, "yes")
        vote(motion, house.members[3], "no", reason="贵了")
        services.recuse(motion, reason="妻子在那里上班", by=house.members[4])
    with clock.set_to(DEADLINE):
        return services.close(motion)


def test_the_record_proves_itself(closed: Motion, client: Client, tmp_path: Path) -> None:
    response = client.get(f"/m/{closed.code}/record.json")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    text = response.content.decode()
    assert text == canonical.canonical_json(json.loads(text))
    assert "妻子" not in text
    done = recompute(text, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "应到 6 到会 5 赞成 4 → 通过" in done.stdout
    assert closed.subject_hash in done.stdout


def _seat(record: dict[str, Any], choice: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in record["seats"] if row["choice"] == choice)
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda r: _seat(r, "yes").update(choice="no"),
        lambda r: _seat(r, "absent").update(choice="recused"),
        lambda r: _seat(r, "absent").update(choice="yes"),
        lambda r: _seat(r, "yes").update(cast_at=r["closes_at"]),
        lambda r: _seat(r, "yes").update(cast_at="2020-01-01T00:00:00.000000Z"),
        lambda r: _seat(r, "yes").update(subject_hash="0" * 64),
        lambda r: _seat(r, "yes").update(seat=_seat(r, "no")["seat"]),
        lambda r: r["seats"].pop(),
        lambda r: r["text"].update(amount=r["text"]["amount"] + 1),
        lambda r: r["text"]["subject"].update(goal="别的"),
        lambda r: r["rules"]["quorum_bp"].update(value=[1, 1]),
        lambda r: r["rules"]["recusal_base"].update(value="counted"),
        lambda r: r["text"].update(is_major=True),
        lambda r: r["arithmetic"].update(carried=False),
        lambda r: r["arithmetic"].update(extra=1),
    ],
)
def test_a_changed_record_is_noticed(
    closed: Motion, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    record = queries.record_of(closed)
    assert record is not None
    changed = copy.deepcopy(record)
    change(changed)
    assert recompute(changed, tmp_path).returncode == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"text": 1}', "\x00", '{"rules": {}}'])
def test_rubbish_is_said_to_be_unreadable(tmp_path: Path, text: str) -> None:
    done = recompute(text, tmp_path)
    assert (done.returncode, done.stderr) == (2, "")


def test_there_is_no_record_before_the_close(house: Cast, client: Client) -> None:
    motion = open_motion(house)
    with clock.set_to(NOON):
        vote(motion, house.chair, "yes")
        assert client.get(f"/m/{motion.code}/record.json").status_code == 404
    assert client.get("/m/NOSUCH/record.json").status_code == 404
    with clock.set_to(DEADLINE):
        assert client.get(f"/m/{motion.code}/record.json").status_code == 200
    motion.refresh_from_db()
    assert motion.state == "lost"


def test_the_invariants_hold_and_see_a_forged_result(closed: Motion) -> None:
    assert [list(check.rows()) for check in CHECKS] == [[]] * len(CHECKS)
    forged = Motion.objects.get(pk=closed.pk)
    assert forged.result is not None
    forged.result["arithmetic"]["yes"] = 7
    checks = {check.name: check for check in CHECKS}
    rows = _with_result(forged, checks["governance.results"].rows)
    assert [row["motion"] for row in rows] == [closed.code]
    assert Ballot.objects.filter(is_current=False).count() == 1


def _with_result(motion: Motion, rows: Callable[[], Any]) -> list[Any]:
    """Run a check while a forged result stands in the database, stepping over the trigger that forbids it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER governance_motion_update")
    Motion.objects.filter(pk=motion.pk).update(result=motion.result)
    return list(rows())
