"""`make bench`: print every figure as a JSON line; `ARGS=--full` for the full sizes."""

import argparse
import os
import sys
import tempfile

FOLDER = tempfile.TemporaryDirectory(prefix="charityfund-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
os.environ["DATA_DIR"] = FOLDER.name

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from tests.bench import balance, divisions, memory, page, platform_rows, rollup, settling, webhook  # noqa: E402

# Divisions first, as they are loaded into an empty table, and what writes by the million last.
MEASURES = {
    "divisions": divisions.measure,
    "webhook": webhook.measure,
    "page": page.measure,
    "settling": settling.measure,
    "platforms": platform_rows.measure,
    "memory": memory.measure,
    "balance": balance.measure,
    "rollup": rollup.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", choices=sorted(MEASURES))
    options = parser.parse_args()
    call_command("migrate", interactive=False, verbosity=0)
    for name, measure in MEASURES.items():
        if options.only in (None, name):
            measure(full=options.full)
            # By itself PostgreSQL would clear up during the next measure, on one of its cores.
            with connection.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE)")
    FOLDER.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())
