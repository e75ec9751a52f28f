"""Text messages, by whatever provider the operator chose: one small interface, one class per provider.

`console` and `file` are for a demonstration and for trying things out; a real provider is a class in a file of its own,
named by `SMS_SENDER` (docs/operators/messages.md).
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from apps.core import clock

SIGN_IN_CODE = "sign_in_code"
GIFT_BOOKED = "gift_booked"
DIRECTED_LINK = "directed_link"
MONTH_ASKED = "month_asked"
PLAN_CHANGED = "plan_changed"
GIFT_REFUNDED = "gift_refunded"
RECEIPT_ISSUED = "receipt_issued"
GIFT_CORRECTED = "gift_corrected"
CAMPAIGN_CORRECTED = "campaign_corrected"
PURPOSE_ASKED = "purpose_asked"
PLEDGE_DUE = "pledge_due"
PLEDGE_LATE = "pledge_late"


class Sender(Protocol):
    """What a provider of text messages can do."""

    def send(self, number: str, *, template: str, facts: Mapping[str, str], text: str) -> None:
        """Send one message to a mainland number (11 digits) or one written with its country (`+852…`).

        Providers in mainland China take the `template` they approved and its `facts`; others take the whole `text`.
        Raises any exception when the message did not leave; it must not carry the number, the facts or the text.
        """


class ToConsole:
    """Writes messages where the server was started."""

    def send(self, number: str, *, template: str, facts: Mapping[str, str], text: str) -> None:
        """Print the message."""
        print(f"[sms] {number} {text}", file=sys.stderr, flush=True)  # noqa: T201  (this is the console)


class ToFile:
    """Adds messages to `sms.jsonl` in the data folder, one a line."""

    def send(self, number: str, *, template: str, facts: Mapping[str, str], text: str) -> None:
        """Write the message."""
        line = {"at": clock.now().isoformat(), "to": number, "template": template, "text": text}
        place = Path(settings.DATA_DIR) / "sms.jsonl"
        with place.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


EMBEDDED: Mapping[str, type[Sender]] = {"console": ToConsole, "file": ToFile}


def sender() -> Sender | None:
    """Return the chosen provider; None where the installation sends no text messages."""
    chosen: str = settings.SMS_SENDER
    if not chosen:
        return None
    made: Sender = (EMBEDDED.get(chosen) or import_string(chosen))()
    return made
