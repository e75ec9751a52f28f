"""Bring in the days off of a year, from a file made after the State Council's notice."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.core.workdays import load_days


class Command(BaseCommand):
    """`manage.py load_holidays 2027.csv`: columns day, is_work (0 or 1), note. Loading twice changes nothing."""

    help = "Load the days off and the days worked instead (day,is_work,note)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Load it whole or not at all."""
        try:
            number = load_days(options["file"])
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{number} days")
