"""Seal every personal field anew with the newest key (docs/operators/keys.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.resealing import reseal


class Command(BaseCommand):
    """`manage.py reseal`: safe while the site runs, safe to stop and to run again."""

    help = "Seal personal fields with the newest of SEALING_KEYS and write keyed hashes with INDEX_KEY."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run, tell how far it is, and fail when something does not open: its key must not be thrown away."""
        seen: dict[str, int] = {}

        def progress(what: str, rows: int) -> None:
            seen[what] = seen.get(what, 0) + rows
            self.stdout.write(f"{what}: {seen[what]}")

        done = reseal(progress)
        self.stdout.write(
            f"sealed anew {done.sealed}, already current {done.current}, indexed anew {done.indexed}"
        )
        if done.unopened:
            raise CommandError(
                "No configured key opens these, so keep every old key: " + ", ".join(done.unopened[:20])
            )
