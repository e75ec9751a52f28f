"""How much memory the largest files that are taken need, each in a process of its own."""

import os
import subprocess
import sys
import zlib
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "core" / "samples"
MIB = 1024 * 1024
MOST = 300


def large_pdf(size: int) -> bytes:
    """Return a PDF of about `size` bytes: a picture in three quarters of it, the rest many small object streams."""
    picture = (
        b"\xff\xd8\xff\xe1\x00\x10" + b"Exif" * 4 + b"\xff\xda" + b"\x5a" * (size * 3 // 4) + b"\xff\xd9"
    )
    parts = [b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n"]
    parts.append(b"2 0 obj <</Filter /DCTDecode>> stream\n" + picture + b"\nendstream endobj\n")
    left, number = size // 4, 3
    while left > 0:
        data = zlib.compress(b"%d 0 <</Author (somebody) /X (" % number + b"x" * 20_000 + b")>>", 0)
        head = b"/Type /ObjStm /N 1 /First %d /Filter /FlateDecode" % len(b"%d 0 " % number)
        parts.append(b"%d 0 obj <<%s>> stream\n%s\nendstream endobj\n" % (number + 1, head, data))
        left, number = left - len(data), number + 2
    return b"".join(parts) + b"trailer <</Root 1 0 R>>\n%%EOF\n"


def peak(kind: str, *, full: bool) -> float:
    """Return the most MiB that cleaning one file takes, with Python, Django and Pillow loaded, in its own process."""
    size = "full" if full else "small"
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory", kind, size],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.bench.settings"},
    )
    return float(told.stdout)


def measure(*, full: bool) -> None:
    """Report the peak for the largest PDF and the largest HEIC photograph that are taken."""
    from tests.bench.measure import report

    for kind in ("pdf", "heic"):
        report(f"memory, largest {kind}", peak(kind, full=full), MOST, unit="MiB", at_most=1.0)


def _clean(kind: str, size: str) -> None:
    import django

    django.setup()
    from django.core.files.uploadedfile import SimpleUploadedFile

    from apps.core import files

    if kind == "heic":
        name = "large.heic" if size == "full" else "phone.heic"
        files.clean_picture(SimpleUploadedFile(name, (SAMPLES / name).read_bytes()))
    else:
        body = large_pdf(19 * MIB if size == "full" else 2 * MIB)
        files.clean_document(SimpleUploadedFile("a.pdf", body))


if __name__ == "__main__":
    _clean(sys.argv[1], sys.argv[2])
    # Of this program alone: getrusage would also count what its parent held when it started it.
    (kib,) = [
        line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
    ]
    print(int(kib) / 1024)
