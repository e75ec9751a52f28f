"""Prove the books: run every invariant and show the rows that break one."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from apps.core.checks import Violation, collect, run


class Command(BaseCommand):
    help = "Run every invariant of every app; exit 1 and print the offending rows when one is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        checks = collect()
        broken = run(checks)
        if options["json"]:
            self.stdout.write(self._as_json(len(checks), broken))
        for violation in [] if options["json"] else broken:
            self.stdout.write(f"✗ {violation.name}: {violation.sentence}")
            for row in violation.rows:
                self.stdout.write("    " + json.dumps(row, ensure_ascii=False, default=str))
        if broken:
            names = ", ".join(violation.name for violation in broken)
            raise CommandError(_("账对不上：%(names)s") % {"names": names}, returncode=1)
        if not options["json"]:
            self.stdout.write(_("账目相符：%(count)d 项检查全部通过。") % {"count": len(checks)})

    @staticmethod
    def _as_json(count: int, broken: list[Violation]) -> str:
        found = [{"name": v.name, "sentence": v.sentence, "rows": v.rows} for v in broken]
        return json.dumps({"checks": count, "broken": found}, ensure_ascii=False, default=str)
