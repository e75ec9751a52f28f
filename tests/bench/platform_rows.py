"""Bringing in a platform's rows, validated, against COPY of the finished rows and words into tables like theirs."""

import itertools
import sys
import time
from datetime import date
from resource import RUSAGE_SELF, getrusage

from django.db import connection, transaction

from apps.finance import services
from apps.finance.models import PlatformFile, PlatformRow, PlatformWords
from apps.finance.services.staging import COLUMNS
from apps.funds.models import Host
from apps.users.models import Role, User
from tests.bench.measure import interleaved, report

HEADER = "订单号,支付时间,捐款金额,手续费,基金,捐赠人,是否公开,留言,订单状态\n"
NAMES = ("欧阳雪", "王䶮", "郑谢", "阿·买买提", "张三", "李四")
FUNDS = 20
# Each table, the one like it, and the columns that are written.
TABLES = (
    (PlatformRow._meta.db_table, "bench_rows", ", ".join(COLUMNS)),
    (PlatformWords._meta.db_table, "bench_words", "file_id, first, words_sealed"),
)
PLACES = """
INSERT INTO divisions_division (code, name, level) VALUES ('50', '重庆市', 1) ON CONFLICT DO NOTHING;
INSERT INTO funds_host (code, name, uscc, division_id, licence, contact, address)
    VALUES ('H-ROWS', 'bench', 'R', '50', '', '', '') ON CONFLICT DO NOTHING;
INSERT INTO funds_fund (code, host_id, division_id, kind, state, name, purpose, agreement, opened_on, suspended_for)
    SELECT 'R' || n, h.id, '50', 'community', 'open', 'R' || n, '', '', date '2024-01-01', ''
    FROM generate_series(0, 19) n, funds_host h WHERE h.code = 'H-ROWS';
""" + "".join(
    f"""
DROP TABLE IF EXISTS {like};
CREATE TABLE {like} (LIKE {table} INCLUDING ALL);
ALTER TABLE {like} ADD FOREIGN KEY (file_id) REFERENCES finance_platformfile DEFERRABLE INITIALLY DEFERRED;
"""
    for table, like, _columns in TABLES
)


def _text(count: int) -> str:
    """Return a file's rows, every hundredth of them broken."""
    today = date.today().isoformat()
    return "".join(
        f"T{n:012d},{today} 00:00:{n % 60:02d},{'x' if n % 100 == 7 else f'{1 + n % 500}.00'},0.30,"
        f"R{n % FUNDS},{NAMES[n % len(NAMES)]},{'公开' if n % 3 else ''},加油,支付成功\n"
        for n in range(count)
    )


def _rows_of(file: PlatformFile) -> list[bytes]:
    """Return a staged file's rows and words as COPY writes them."""
    found = []
    with connection.cursor() as cursor:
        for table, _like, columns in TABLES:
            asked = f"SELECT {columns} FROM {table} WHERE file_id = {file.pk} ORDER BY id"
            with cursor.copy(f"COPY ({asked}) TO STDOUT") as copy:
                found.append(b"".join(copy))
    return found


def _copied(rows: list[bytes]) -> float:
    """Return the seconds that COPY of finished rows takes with the same columns, indexes, keys and one commit."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bench_rows, bench_words")
        started = time.perf_counter()
        with transaction.atomic():
            for (_table, like, columns), body in zip(TABLES, rows, strict=True):
                with cursor.copy(f"COPY {like} ({columns}) FROM STDIN") as copy:
                    copy.write(body)
        return time.perf_counter() - started


class _Import:
    """One host's finance, who brings file after file of the same rows."""

    def __init__(self, count: int) -> None:
        self.count, self.text, self.numbers = count, HEADER + _text(count), itertools.count()
        self.host = Host.objects.get(code="H-ROWS")
        self.user = User.objects.create_user(email="rows@bench.test", password="x", name="bench")
        Role.objects.create(
            user=self.user,
            kind="finance",
            scope_kind="host",
            scope_code=self.host.code,
            valid_from=date(2024, 1, 1),
        )

    def bring(self) -> PlatformFile:
        """Bring a file; each broken row is reported, every other one is new."""
        # Empty lines at the end make it another file of the same rows.
        body = (self.text + "\n" * next(self.numbers)).encode()
        file = services.keep_platform_file(
            self.host, platform="tencent", chunks=[body], filename="rows.csv", by=self.user
        )
        if (file.new, file.refused) != (self.count - self.count // 100, self.count // 100):
            sys.exit(f"{file.new} rows are new and {file.refused} refused, of {self.count}")
        return file

    def seconds(self) -> float:
        """Return the seconds from the bytes to judged rows in the database, with the commit."""
        started = time.perf_counter()
        self.bring()
        return time.perf_counter() - started


def measure(*, full: bool) -> None:
    """Both bring the same rows in turns; the import keeps, reads and checks the file on top."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
    finance = _Import(100_000 if full else 20_000)
    before = getrusage(RUSAGE_SELF).ru_maxrss
    file = finance.bring()
    grown = getrusage(RUSAGE_SELF).ru_maxrss - before
    rows = _rows_of(file)
    limit, taken = interleaved([lambda: _copied(rows), finance.seconds], rounds=5)
    report("platform rows, validated", taken, limit, unit="s", at_most=3.0)
    # Twenty thousand rows or a hundred thousand: no more than some chunks of them are held.
    report("platform rows, memory grown", grown / 1024, 64, unit="MiB", at_most=1.0)
