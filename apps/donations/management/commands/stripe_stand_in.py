"""Run the payment stand-in of the demonstration."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.providers.stand_in.webhooks import post


class Command(BaseCommand):
    """`manage.py stripe_stand_in --port 8420 --webhook-url http://127.0.0.1:8000/webhooks/stripe/`"""

    help = "Run a local stand-in for Stripe. No money moves; production refuses it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8420)
        parser.add_argument("--webhook-url", default=f"{settings.SITE_URL}/webhooks/stripe/")
        parser.add_argument("--file", type=Path, default=Path(settings.DATA_DIR) / "stand-in.json")
        parser.add_argument("--delay", type=int, default=8, help="seconds until delayed payments end")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The payment stand-in does not run in production.")
        if not settings.STRIPE_WEBHOOK_SECRET:
            raise CommandError("Set STRIPE_WEBHOOK_SECRET, so that the stand-in can sign what it sends.")
        stand_in = StandIn(
            port=options["port"],
            secret=settings.STRIPE_WEBHOOK_SECRET,
            send=post(options["webhook_url"]),
            file=options["file"],
            delay=options["delay"],
        )
        with stand_in:
            self.stdout.write(f"Test checkout at {stand_in.url}; webhooks go to {options['webhook_url']}")
            try:
                while True:
                    time.sleep(3600)
            except KeyboardInterrupt:
                self.stdout.write("stopped")
