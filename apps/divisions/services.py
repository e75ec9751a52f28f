"""Writing the divisions from a file that was already checked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.core import clock, versions
from apps.core.sets import rows_source
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.divisions.queries import open_codes
from apps.divisions.rules import level_of

# At most 0.12 s of one SQLite transaction, so that a page is never kept waiting by a load.
CHUNK = 5_000
# A file of one district that is loaded without saying so would close the rest of the nation.
MAY_CLOSE, MAY_CLOSE_SHARE = 20, 5
UPSERT = """
    INSERT INTO divisions_division (code, name, level)
    SELECT code, name, level FROM {source} {where}
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, closed_on = NULL
    WHERE divisions_division.name <> excluded.name OR divisions_division.closed_on IS NOT NULL
"""


@dataclass(frozen=True)
class Loaded:
    """What a load did, in numbers of divisions."""

    total: int
    new: int
    changed: int
    closed: int


def load(
    rows: dict[str, str], *, under: str = "", progress: Callable[[int], object] = lambda _done: None
) -> Loaded:
    """Make the divisions what `rows` (code to name, checked by `resources.read`) say, under `under` or everywhere.

    New ones are added, names are updated, closed ones that returned are opened, open ones that vanished within the
    range are closed today; none is deleted. Repeating it changes nothing. On PostgreSQL it is one transaction; on
    SQLite a chain of short ones, which a repeat completes. Raises `Refused` when so much would be closed that the file
    cannot be meant for that range.
    """
    before = open_codes(under)
    vanished = sorted(before - rows.keys())
    if len(vanished) > MAY_CLOSE and len(vanished) * MAY_CLOSE_SHARE > len(before):
        raise Refused(
            _(
                "这个文件会撤销 %(closed)d 个区划中的 %(gone)d 个，看来只是一部分；"
                "请用 --under 指明它的范围。什么都没有改动。"
            )
            % {"closed": len(before), "gone": len(vanished)},
            "under",
        )
    count = Division.objects.count()
    write = _copy_in if connection.vendor == "postgresql" else _write_in_chunks
    written, closed = write(rows, vanished, progress)
    new = Division.objects.count() - count
    if written or closed:
        versions.bump("site", "house")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE divisions_division")
    return Loaded(total=len(rows), new=new, changed=written - new, closed=closed)


def _chunks(rows: dict[str, str]) -> Iterator[list[tuple[str, str, int]]]:
    remaining = ((code, name, level_of(code)) for code, name in rows.items())
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def _close(codes: list[str]) -> int:
    return Division.objects.filter(pk__in=codes, closed_on=None).update(closed_on=clock.today())


def _copy_in(rows: dict[str, str], vanished: list[str], progress: Callable[[int], object]) -> tuple[int, int]:
    """Write through a staging table and one statement; return (rows written, rows closed)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE divisions_staging (code text, name text, level smallint)")
        with cursor.copy("COPY divisions_staging (code, name, level) FROM STDIN") as copy:
            for chunk in _chunks(rows):
                # Codes are digits and names without control characters: only the backslash means something to COPY.
                copy.write(
                    "".join(f"{c}\t{n.replace(chr(92), chr(92) * 2)}\t{level}\n" for c, n, level in chunk)
                )
                progress(len(chunk))
        cursor.execute(UPSERT.format(source="divisions_staging", where=""))
        written = cursor.rowcount
        cursor.execute("DROP TABLE divisions_staging")
        return written, _close(vanished)


def _write_in_chunks(
    rows: dict[str, str], vanished: list[str], progress: Callable[[int], object]
) -> tuple[int, int]:
    """Write in short transactions; return (rows written, rows closed)."""
    written = closed = 0
    columns = [("code", "text"), ("name", "text"), ("level", "smallint")]
    for chunk in _chunks(rows):
        source, parameters = rows_source(columns, chunk)
        with transaction.atomic(), connection.cursor() as cursor:
            # SQLite needs a WHERE to tell the ON CONFLICT from a join's ON.
            cursor.execute(UPSERT.format(source=source, where="WHERE true"), parameters)
            written += cursor.rowcount
        progress(len(chunk))
    for start in range(0, len(vanished), 500):
        closed += _close(vanished[start : start + 500])
    return written, closed
