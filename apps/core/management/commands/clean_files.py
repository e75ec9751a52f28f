"""Clean documents that were kept before they were cleaned when they came in (docs/operators/files.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.cleaning import Cleaning, clean_kept
from apps.core.verdicts import Refused


class Command(BaseCommand):
    """`manage.py clean_files`: one run at a time, safe while the site runs, safe to stop and to run again."""

    help = (
        "Take out of kept PDFs what says who made them; signed papers and fiscal receipts stay as they came."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where an earlier run was stopped."""
        parser.add_argument("--after", default="", help="go on after the file with this code")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run, tell how far it is, and fail when something that everyone may read stays as it was."""

        def progress(done: Cleaning, code: str) -> None:
            self.stdout.write(f"looked at {done.seen}, cleaned {done.cleaned}, last {code}")

        try:
            done = clean_kept(after=options["after"], progress=progress)
        except Refused as refusal:
            raise CommandError(refusal.reason) from refusal
        self.stdout.write(
            f"cleaned {done.cleaned}, clean already {done.clean}, kept as they came {done.as_they_came}"
        )
        for words, codes in (("cannot be cleaned", done.unclean), ("damaged or gone", done.damaged)):
            if codes:
                self.stdout.write(f"{words}, {len(codes)}: " + ", ".join(codes))
        if done.unclean_public:
            raise CommandError(
                "Everyone may read these, and they cannot be cleaned. Put others in their place: "
                + ", ".join(done.unclean_public)
            )
