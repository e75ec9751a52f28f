"""Celery's messages in a folder, for an installation without a broker: kombu's transport, made safe for two processes.

kombu makes a message's file first and fills it afterwards. A worker that looks in between takes it empty, cannot read
it and dies. Here a file is whole before it has the name that others look for, and one that a crash left torn is passed
over: queues are hints, and what was in it is found again by a sweeper.
"""

import fcntl
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


def write_whole(place: Path, text: str) -> None:
    """Write a file so that nobody ever finds it half written. Raises `ChannelError` where that cannot be."""
    # Without a queue's name behind its first dot, nobody takes it for a message.
    beside = place.with_name(f".{uuid.uuid4().hex}")
    try:
        beside.write_text(text)
        beside.replace(place)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ChannelError(f"cannot write {place}") from error


class Channel(filesystem.Channel):
    """kombu's channel of files, in which every file appears whole."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # two stubs, two names
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        while True:
            try:
                return super()._get(queue)
            except ValueError:
                # Torn. kombu has taken it away already, so the next turn looks at another.
                continue

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str) -> None:
        place = Path(self._exchange_file(exchange))  # type: ignore[attr-defined]  # its stubs leave it out
        self.control_folder.mkdir(exist_ok=True)
        bound = (routing_key or "", pattern or "", queue or "")
        with (self.control_folder / "binding.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                table = [tuple(row) for row in loads(place.read_text())]
            except (FileNotFoundError, ValueError):
                table = []
            except OSError as error:
                raise ChannelError(f"cannot read {place}") from error
            if bound not in table:
                write_whole(place, dumps([bound, *table]))


class Transport(filesystem.Transport):
    """Takes the place of kombu's own under the address `filesystem://` (`charityfund.celery`)."""

    Channel = Channel
