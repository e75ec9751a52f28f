"""The whole check: `python -m tests.run [--full] [--only PART]`.

Each part that cannot run on a machine says so in one line and counts as skipped, never as passed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.chromium import find_or_install
from tests.migrated import sqlite_template

BIN = Path(sys.executable).parent
# One more than the cores of the smallest machine, as some tests wait for other processes.
WORKERS = "3"


@dataclass(frozen=True)
class Part:
    """One step of the check; `tests` parts print pytest's closing line."""

    name: str
    command: list[str]


def parts(*, full: bool) -> list[Part]:
    sizes = ["--full", "--machine-runs=5000", "--machine-steps=50"] if full else ["--gate"]
    # Who is done takes from those who are not: a few tests take half a minute, most none.
    pytest = [str(BIN / "pytest"), *sizes, "-n", WORKERS, "--dist", "worksteal"]
    python = str(BIN / "python")
    on_postgres = [python, "-m", "tests.with_postgres", *pytest]
    # The state machines have their full gate on SQLite; on PostgreSQL, where a step costs more, fewer runs.
    fewer = [] if full else ["--machine-runs=20"]
    return [
        Part("lint style", [str(BIN / "ruff"), "check", "."]),
        Part("lint format", [str(BIN / "ruff"), "format", "--check", "."]),
        Part("lint types", [str(BIN / "mypy")]),
        Part("lint imports", [str(BIN / "lint-imports")]),
        Part("lint migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"]),
        Part("lint messages", [python, "-m", "tests.messages"]),
        Part("sqlite", [*pytest, "-m", "not browser and not postgres"]),
        Part("postgres", [*on_postgres, *fewer, "-m", "not browser"]),
        Part("browser", [*on_postgres, "-m", "browser"]),
    ]


def why_not(part: Part, environment: dict[str, str]) -> str:
    """Return why a part cannot run on this machine, or "" (and set up what it needs)."""
    if part.name == "browser":
        chromium = find_or_install()
        if chromium is None:
            return "no Chromium to be had on this machine"
        environment["CHROMIUM"] = chromium
    if part.name == "sqlite":
        sqlite_template()  # once, not in every test process
    if part.name == "lint messages" and shutil.which("msgfmt") is None:
        return "gettext is not on this machine"
    return ""


def run(part: Part, environment: dict[str, str]) -> tuple[int, str]:
    """Run one part, showing tests as they go and lint only when it fails; return its exit code and output."""
    output, is_lint = "", part.name.startswith("lint")
    process = subprocess.Popen(
        part.command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        output += line
        if not is_lint:
            print(line, end="", flush=True)
    code = process.wait()
    if code and is_lint:
        print(output)
    return code, output


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default="", help="run the parts whose name starts with this")
    options = parser.parse_args()
    environment = {**os.environ, "CHARITYFUND_MODE": "test", "PYTHONUNBUFFERED": "1"}
    environment.pop("DATABASE_URL", None)
    failed: list[str] = []
    total: Counter[str] = Counter()
    for part in parts(full=options.full):
        if not part.name.startswith(options.only):
            continue
        if reason := why_not(part, environment):
            print(f"{part.name}: SKIPPED, {reason}", flush=True)
            total["skipped"] += 1
            continue
        started = time.monotonic()
        code, output = run(part, environment)
        for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", output[-400:]):
            total[word] += int(number)
        print(
            f"{part.name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s",
            flush=True,
        )
        if code:
            failed.append(part.name)
    if failed:
        print("failed parts: " + ", ".join(failed))
    broken = max(total["failed"] + total["error"], len(failed))
    print(f"{total['passed']} passed, {broken} failed, {total['skipped']} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
