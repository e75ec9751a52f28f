"""Loading the whole nation, against COPY into a staging table and one INSERT … SELECT with a join."""

import csv
import io
import lzma
import time

from django.core.management import call_command
from django.db import connection

from apps.divisions.resources import NATION
from tests.bench.measure import report


def _plain_copy() -> float:
    with lzma.open(NATION, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    text = io.StringIO()
    csv.writer(text, delimiter="\t").writerows(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_division"
            " (code varchar(12) PRIMARY KEY, name varchar(60), level smallint, parent varchar(12))"
        )
        started = time.perf_counter()
        cursor.execute("CREATE TEMP TABLE bench_staging (code text, name text)")
        with cursor.copy("COPY bench_staging FROM STDIN WITH (FORMAT csv, DELIMITER E'\\t')") as copy:  # type: ignore[attr-defined]
            copy.write(text.getvalue())
        cursor.execute(
            "INSERT INTO bench_division SELECT s.code, s.name, length(s.code), p.code FROM bench_staging s"
            " LEFT JOIN bench_staging p ON p.code = left(s.code, CASE length(s.code)"
            " WHEN 12 THEN 9 WHEN 9 THEN 6 WHEN 6 THEN 4 WHEN 4 THEN 2 END)"
        )
        taken = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_division, bench_staging")
    return taken


def measure(*, full: bool) -> None:
    """Both start from an empty table, one after the other."""
    limit = _plain_copy()
    started = time.perf_counter()
    call_command("load_divisions", verbosity=0)
    report("load all divisions", time.perf_counter() - started, limit, unit="s", at_most=2.0)
