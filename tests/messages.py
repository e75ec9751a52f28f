"""The committed .mo matches its .po, and English is complete: `python -m tests.messages`."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    problems = 0
    for source in (ROOT / "locale").rglob("*.po"):
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / "fresh.mo"
            built = subprocess.run(
                ["msgfmt", "--check", "--statistics", "-o", str(fresh), str(source)],
                capture_output=True,
                text=True,
                check=False,
            )
            compiled = source.with_suffix(".mo")
            name = source.relative_to(ROOT)
            if built.returncode or "untranslated" in built.stderr or "fuzzy" in built.stderr:
                print(f"{name}: {built.stderr.strip()}")
                problems += 1
            elif not compiled.exists() or compiled.read_bytes() != fresh.read_bytes():
                print(f"{name}: the compiled file does not match; run `make messages`")
                problems += 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
