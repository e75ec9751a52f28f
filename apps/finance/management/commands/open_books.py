"""Begin a charity's books with what its funds had before."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from apps.core.money import written
from apps.core.verdicts import Refused
from apps.finance.rules.opening import read_opening
from apps.finance.services import find_opening, open_books
from apps.funds.models import Host


class Command(BaseCommand):
    """`manage.py open_books H7YDJ32 opening.csv --day 2026-01-01` shows what it would book; with `--book` it does."""

    help = _("登记期初余额：启用前每支基金账上有多少钱。先看一遍，加 --book 才入账。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the host, the file and the day."""
        parser.add_argument("host", help=_("慈善会的编号"))
        parser.add_argument("file", type=Path, help=_("CSV：基金,限定用途,金额"))
        parser.add_argument(
            "--day", type=date.fromisoformat, required=True, help=_("记账日期，比如 2026-01-01")
        )
        parser.add_argument("--book", action="store_true", help=_("入账"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Show the file as it is understood, row by row, and book it when asked to."""
        host = Host.objects.filter(code=options["host"]).first()
        if host is None:
            raise CommandError(_("没有编号是 %(code)s 的慈善会。") % {"code": options["host"]})
        try:
            rows, faults = read_opening(options["file"].read_bytes())
            opening, unknown = find_opening(host, rows)
            if faults or unknown:
                raise CommandError("\n".join([*faults, *unknown, _("什么都没有入账。")]))
            for fund, purpose, amount in opening.rows:
                words = purpose.purpose if purpose else _("非限定资金")
                self.stdout.write(f"{written(amount):>16}  {fund.name} · {words}")
            self.stdout.write(f"{written(opening.total):>16}  {_('合计')}")
            if not options["book"]:
                self.stdout.write(_("还没有入账。核对以后加 --book 再运行一次。"))
                return
            open_books(host, opening, day=options["day"])
        except OSError as error:
            raise CommandError(str(error)) from error
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_("已入账。"))
