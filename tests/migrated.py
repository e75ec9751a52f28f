"""Migrated databases that every test process copies, as migrating takes longer than most rooms' tests.

They are kept in the folder for temporary files, and made anew when anything that migrations read has changed.
"""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What migrations read: themselves, models (for rights and content types), the charts of accounts, their libraries.
READ = [
    "apps/**/migrations/*.py",
    "apps/**/models*.py",
    "apps/**/models/*.py",
    "apps/core/clock.py",
    "apps/core/squashed.py",
    "apps/core/triggers.py",
    "apps/ledger/charts.py",
    "charityfund/settings/*.py",
    "requirements-dev.lock",
]


def kept_as(ending: str) -> Path:
    """Return where a migrated database of this state of the code is kept, whether it is there or not."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in READ for path in ROOT.glob(pattern)}):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    folder = Path(tempfile.gettempdir()) / f"charityfund-migrated-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{digest.hexdigest()[:20]}{ending}"


@contextmanager
def one_at_a_time(ready: Path) -> Iterator[None]:
    """Let one process make what is kept at a path, while others wait for it."""
    with ready.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate(**environment: str) -> None:
    """Migrate the database that these variables name, by the tests' settings."""
    settings = {"CHARITYFUND_MODE": "test", "DJANGO_SETTINGS_MODULE": "charityfund.settings.test"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v", "0"],
        cwd=ROOT,
        env={**os.environ, **settings, **environment},
        check=True,
    )


def sqlite_template() -> Path:
    """Return the path of a migrated SQLite database."""
    ready = kept_as(".sqlite3")
    with one_at_a_time(ready):
        if not ready.exists():
            _migrate_sqlite(ready)
    return ready


def _migrate_sqlite(ready: Path) -> None:
    with tempfile.TemporaryDirectory(dir=ready.parent) as folder:
        migrate(DATABASE_URL=f"sqlite:///{folder}/made", DATA_DIR=folder)
        # What SQLite still holds in its log beside the file comes along.
        with (
            closing(sqlite3.connect(f"{folder}/made")) as made,
            closing(sqlite3.connect(f"{folder}/whole")) as whole,
        ):
            made.backup(whole)
        Path(folder, "whole").replace(ready)


def postgres_template(url: str, programs: Path) -> str:
    """Make a migrated database beside that of `url`, whose server's programs lie in `programs`; return its name."""
    name, before = "migrated", url.rpartition("/")[0]
    server = ["-h", before.removeprefix("postgres://postgres@/"), "-U", "postgres"]
    subprocess.run([programs / "createdb", *server, name], check=True)
    ready = kept_as(".sql")
    with one_at_a_time(ready):
        if not ready.exists():
            with tempfile.TemporaryDirectory(dir=ready.parent) as folder:
                migrate(DATABASE_URL=f"{before}/{name}", DATA_DIR=folder)
                whole = Path(folder, "whole")
                subprocess.run([programs / "pg_dump", *server, "-f", whole, name], check=True)
                whole.replace(ready)
            return name
    quiet = ["-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull]
    subprocess.run([programs / "psql", *server, *quiet, "-d", name, "-f", ready], check=True)
    return name
