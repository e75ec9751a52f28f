"""Loading the whole nation, against COPY into a staging table and one INSERT … SELECT with a join."""

import csv
import io
import lzma
import time

from django.core.management import call_command
from django.db import connection

from apps.divisions.models import Division
from apps.divisions.resources import NATION
from tests.bench.measure import report

# What any load must do: find each row's parent, and write it into the same table with the same indexes.
LIMIT = """
    INSERT INTO bench_division (code, name, level)
    SELECT s.code, s.name, CASE length(s.code) WHEN 12 THEN 5 WHEN 9 THEN 4 ELSE length(s.code) / 2 END
    FROM bench_staging s LEFT JOIN bench_staging p ON p.code = left(s.code, CASE length(s.code)
        WHEN 12 THEN 9 WHEN 9 THEN 6 WHEN 6 THEN 4 WHEN 4 THEN 2 END)
    WHERE p.code IS NOT NULL OR length(s.code) = 2
"""


def _rows() -> str:
    """Return the file's rows, ready for COPY."""
    with lzma.open(NATION, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    text = io.StringIO()
    csv.writer(text, delimiter="\t").writerows(rows)
    return text.getvalue()


def _plain_copy(rows: str) -> float:
    """Return the seconds to write rows that were unpacked before."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_division (LIKE divisions_division INCLUDING ALL)")
        cursor.execute("CREATE TEMP TABLE bench_staging (code text, name text)")
        started = time.perf_counter()
        with cursor.copy("COPY bench_staging FROM STDIN WITH (FORMAT csv, DELIMITER E'\\t')") as copy:
            copy.write(rows)
        cursor.execute(LIMIT)
        taken = time.perf_counter() - started
        if cursor.rowcount != Division.objects.count():
            raise AssertionError(f"{cursor.rowcount} rows are not all divisions")
        cursor.execute("DROP TABLE bench_division, bench_staging")
    return taken


def measure(*, full: bool) -> None:
    """The load reads, unpacks and checks its file on top; both write into an empty table, one after the other."""
    started = time.perf_counter()
    call_command("load_divisions", verbosity=0, stdout=io.StringIO())
    taken = time.perf_counter() - started
    report("load all divisions", taken, _plain_copy(_rows()), unit="s", at_most=2.0)
