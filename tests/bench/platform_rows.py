"""Bringing in a platform's rows, validated, against COPY of the same rows into a bare table."""

import io
import sys
import time
from datetime import date
from resource import RUSAGE_SELF, getrusage

from django.db import connection

from apps.finance import services
from apps.finance.models import PlatformFile
from apps.finance.services.staging import stage
from apps.funds.models import Host
from apps.users.models import Role, User
from tests.bench.measure import interleaved, report

HEADER = "订单号,支付时间,捐款金额,手续费,基金,捐赠人,是否公开,留言,订单状态\n"
NAMES = ("欧阳雪", "王䶮", "郑谢", "阿·买买提", "张三", "李四")
FUNDS = 20
PLACES = """
INSERT INTO divisions_division (code, name, level) VALUES ('50', '重庆市', 1) ON CONFLICT DO NOTHING;
INSERT INTO funds_host (code, name, uscc, division_id, licence, contact, address)
    VALUES ('H-ROWS', 'bench', 'R', '50', '', '', '') ON CONFLICT DO NOTHING;
INSERT INTO funds_fund (code, host_id, division_id, kind, state, name, purpose, agreement, opened_on, suspended_for)
    SELECT 'R' || n, h.id, '50', 'community', 'open', 'R' || n, '', '', date '2024-01-01', ''
    FROM generate_series(0, 19) n, funds_host h WHERE h.code = 'H-ROWS';
DROP TABLE IF EXISTS bench_rows;
CREATE TABLE bench_rows (id bigserial PRIMARY KEY, order_number varchar(64), moment varchar(30), amount varchar(20),
    fee varchar(20), fund varchar(100), name varchar(60), public varchar(10), message varchar(100), status varchar(20));
CREATE INDEX ON bench_rows (order_number);
"""


def _text(count: int) -> str:
    """Return a file's rows, every hundredth of them broken."""
    today = date.today().isoformat()
    return "".join(
        f"T{n:012d},{today} 00:00:{n % 60:02d},{'x' if n % 100 == 7 else f'{1 + n % 500}.00'},0.30,"
        f"R{n % FUNDS},{NAMES[n % len(NAMES)]},{'公开' if n % 3 else ''},加油,支付成功\n"
        for n in range(count)
    )


def _copied(text: str) -> float:
    """Return the seconds that COPY takes."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bench_rows")
        started = time.perf_counter()
        columns = "order_number, moment, amount, fee, fund, name, public, message, status"
        with cursor.copy(f"COPY bench_rows ({columns}) FROM STDIN WITH (FORMAT csv)") as copy:
            body = io.BytesIO(text.encode())
            while piece := body.read(256 * 1024):
                copy.write(piece)
        return time.perf_counter() - started


def _staged(file: PlatformFile, count: int) -> float:
    """Return the seconds from the kept file to judged rows; each broken row is reported, every other one is new."""
    started = time.perf_counter()
    stage(file)
    taken = time.perf_counter() - started
    if (file.new, file.refused) != (count - count // 100, count // 100):
        sys.exit(f"{file.new} rows are new and {file.refused} refused, of {count}")
    return taken


def measure(*, full: bool) -> None:
    """Both read the same rows in turns."""
    count = 100_000 if full else 20_000
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
    host = Host.objects.get(code="H-ROWS")
    user = User.objects.create_user(email="rows@bench.test", password="x", name="bench")
    Role.objects.create(
        user=user, kind="finance", scope_kind="host", scope_code=host.code, valid_from=date(2024, 1, 1)
    )
    text = _text(count)
    before = getrusage(RUSAGE_SELF).ru_maxrss
    file = services.keep_platform_file(
        host, platform="tencent", chunks=[(HEADER + text).encode()], filename="rows.csv", by=user
    )
    grown = getrusage(RUSAGE_SELF).ru_maxrss - before
    limit, taken = interleaved([lambda: _copied(text), lambda: _staged(file, count)])
    report("platform rows, validated", taken, limit, unit="s", at_most=3.0)
    # Twenty thousand rows or a hundred thousand: no more than some chunks of them are held.
    report("platform rows, memory grown", grown / 1024, 64, unit="MiB", at_most=1.0)
