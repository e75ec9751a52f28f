"""`manage.py load_divisions [--under CODE] [--file F]`: load or refresh the nation's divisions."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from apps.core.verdicts import Refused
from apps.divisions import services
from apps.divisions.resources import NATION, read


class Command(BaseCommand):
    """Load the divisions; running it again changes only what changed in the file."""

    help = _("载入或更新全国行政区划（省、市、县、乡、村五级）。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--under", default="", help=_("只载入这个代码和它下面的区划，连同上级"))
        parser.add_argument("--file", type=Path, default=NATION, help=_("xz 压缩的 CSV：code,name"))

    def handle(self, *args: Any, **options: Any) -> None:
        under = options["under"]
        try:
            rows = read(options["file"], under=under)
            with tqdm(total=len(rows), unit="", disable=None, leave=False) as bar:
                done = services.load(rows, under=under, progress=bar.update)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            _("共 %(total)d 个区划：新增 %(new)d，更新 %(changed)d，撤销 %(closed)d。") % vars(done)
        )
