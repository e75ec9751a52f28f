"""The whole check: `python -m tests.run [--full] [--only PART]`.

Three lanes of parts run side by side, as each part has stretches in which one core has nothing to do: type checking,
migrating, waiting for a browser, the last long test. Each part that cannot run on a machine says so in one line and
counts as skipped, never as passed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from tests.chromium import find_or_install
from tests.migrated import sqlite_template

BIN = Path(sys.executable).parent
# All lanes share the two cores of the smallest machine: more processes would only push each other out of its caches,
# and each takes some seconds to read the tests.
WORKERS = {"sqlite": "2", "postgres": "2", "browser": "1"}


@dataclass(frozen=True)
class Part:
    """One step of the check; those of tests print pytest's closing line."""

    name: str
    command: list[str]


def lanes(*, full: bool) -> list[list[Part]]:
    sizes = ["--full", "--machine-runs=5000", "--machine-steps=50"] if full else ["--gate"]
    python = str(BIN / "python")
    on_postgres = [python, "-m", "tests.with_postgres"]
    # The state machines have their full gate on SQLite; on PostgreSQL, where a step costs more, fewer runs.
    fewer = [] if full else ["--machine-runs=10"]

    def pytest(name: str, marks: str, *more: str) -> list[str]:
        # Who is done takes from those who are not: a few tests take half a minute, most none.
        spread = ["-n", WORKERS[name], "--dist", "worksteal"]
        return [str(BIN / "pytest"), *sizes, *more, *spread, "-m", marks]

    return [
        [
            # While the other lanes start their servers: what is compiled here is ready for all their processes.
            Part("lint tests", [str(BIN / "pytest"), "--collect-only", "-qq", "tests"]),
            Part("lint style", [str(BIN / "ruff"), "check", "."]),
            Part("lint format", [str(BIN / "ruff"), "format", "--check", "."]),
            Part("lint types", [str(BIN / "mypy")]),
            Part("lint imports", [str(BIN / "lint-imports")]),
            Part("lint migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"]),
            Part("lint messages", [python, "-m", "tests.messages"]),
            Part("sqlite", pytest("sqlite", "not browser and not postgres")),
        ],
        [Part("postgres", [*on_postgres, *pytest("postgres", "not browser", *fewer)])],
        [Part("browser", [*on_postgres, *pytest("browser", "browser", "tests/browser")])],
    ]


@dataclass
class Check:
    """A run of the whole check, which all lanes share."""

    environment: dict[str, str]
    chromium: Future[str | None]
    failed: list[str]
    stopped: Event

    def walk(self, lane: list[Part]) -> Counter[str]:
        """Run the parts of a lane one after the other; return how many tests ended in which way."""
        total: Counter[str] = Counter()
        for part in lane:
            if self.stopped.is_set():
                break
            if reason := self.why_not(part):
                print(f"{part.name}: SKIPPED, {reason}", flush=True)
                total["skipped"] += 1
                continue
            started = time.monotonic()
            code, output = self.run(part)
            for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", output[-400:]):
                total[word] += int(number)
            took = time.monotonic() - started
            print(f"{part.name}: {'FAILED' if code else 'ok'} in {took:.0f} s", flush=True)
            if code:
                self.failed.append(part.name)
        return total

    def why_not(self, part: Part) -> str:
        """Return why a part cannot run on this machine, or "" (and set up what it needs)."""
        if part.name == "browser" and self.chromium.result() is None:
            return "no Chromium to be had on this machine"
        if part.name == "sqlite":
            sqlite_template()  # once, not in every test process
        if part.name == "lint messages" and shutil.which("msgfmt") is None:
            return "gettext is not on this machine"
        return ""

    def run(self, part: Part) -> tuple[int, str]:
        """Run one part, showing tests as they go and lint only when it fails; return its exit code and output."""
        environment = dict(self.environment)
        if part.name == "browser":
            environment["CHROMIUM"] = self.chromium.result() or ""
        process = subprocess.Popen(
            part.command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        output, is_lint = "", part.name.startswith("lint")
        for line in process.stdout:
            output += line
            if not is_lint:
                print(f"{part.name:8} | {line}", end="", flush=True)
        code = process.wait()
        if code and is_lint:
            print(output, flush=True)
        return code, output


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default="", help="run the parts whose name starts with this")
    options = parser.parse_args()
    environment = {**os.environ, "CHARITYFUND_MODE": "test", "PYTHONUNBUFFERED": "1"}
    environment.pop("DATABASE_URL", None)
    chosen = [
        [part for part in lane if part.name.startswith(options.only)] for lane in lanes(full=options.full)
    ]
    with ThreadPoolExecutor() as pool:
        # Where there is none yet, it is fetched while other parts run.
        needs_browser = any(part.name == "browser" for lane in chosen for part in lane)
        chromium = pool.submit(find_or_install) if needs_browser else Future()
        check = Check(environment, chromium, [], Event())
        walks = [pool.submit(check.walk, lane) for lane in chosen]
        try:
            total = sum((walk.result() for walk in walks), Counter())
        except KeyboardInterrupt:
            check.stopped.set()
            raise
    if check.failed:
        print("failed parts: " + ", ".join(check.failed))
    broken = max(total["failed"] + total["error"], len(check.failed))
    print(f"{total['passed']} passed, {broken} failed, {total['skipped']} skipped")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
