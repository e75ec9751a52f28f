"""English is complete and compiled: `python -m tests.messages`."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READ = ("apps", "charityfund", "templates", "locale")
COLLECT = ["makemessages", "-l", "en", "--no-location", "--no-wrap"]


def collected(folder: Path) -> Path:
    """Collect every text of the program anew in a copy of it; return the catalogue."""
    for name in READ:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("nation", "*.pyc"))
    shutil.copy(ROOT / "manage.py", folder)
    environment = {**os.environ, "CHARITYFUND_MODE": "test"}
    subprocess.run(
        [sys.executable, "manage.py", *COLLECT], cwd=folder, env=environment, check=True, capture_output=True
    )
    return folder / "locale" / "en" / "LC_MESSAGES" / "django.po"


def words(command: list[str | Path]) -> str:
    """Return what a gettext program says, on either stream."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr


def main() -> int:
    committed = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fresh = folder / "fresh.mo"
        problems = words(["msgfmt", "--check", "-o", fresh, committed])
        catalogue = collected(folder)
        problems += words(["msgattrib", "--untranslated", "--no-obsolete", catalogue])
        problems += words(["msgattrib", "--only-fuzzy", "--no-obsolete", catalogue])
        if problems:
            print(problems)
        compiled = committed.with_suffix(".mo")
        if not compiled.exists() or not fresh.exists() or compiled.read_bytes() != fresh.read_bytes():
            problems += "stale"
            print("the compiled catalogue does not match its texts; run `make messages`")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
