"""Messages in files: none is ever found half written, and what a crash tore is passed over."""

from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import resolve_transport

from charityfund.spool import Transport


@pytest.fixture
def channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    # What a worker took lies there for a moment.
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folders = {f"data_folder_{way}": str(tmp_path / "in") for way in ("in", "out")}
    (tmp_path / "in").mkdir()
    options = folders | {"control_folder": str(tmp_path / "control")}
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.channel()


def test_the_address_of_files_leads_here() -> None:
    assert resolve_transport("filesystem") is Transport


def test_a_message_that_is_being_written_is_not_there_yet(
    channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, write = [], Path.write_text

    def slowly(place: Path, text: str) -> int:
        place.touch()
        with pytest.raises(Empty):
            channel._get("money")
        looked.append(place)
        return write(place, text)

    monkeypatch.setattr(Path, "write_text", slowly)
    channel._put("money", {"body": "一"})
    assert channel._get("money") == {"body": "一"} and len(looked) == 1
    with pytest.raises(Empty):
        channel._get("money")


def test_a_torn_message_is_passed_over(channel: Any, tmp_path: Path) -> None:
    (tmp_path / "in" / "0_a.money.msg").touch()
    channel._put("money", {"body": "whole"})
    assert channel._get("money") == {"body": "whole"}
    assert list((tmp_path / "in").iterdir()) == []


def test_what_is_bound_is_kept_and_a_torn_table_is_written_anew(channel: Any, tmp_path: Path) -> None:
    table = tmp_path / "control" / "money.exchange"
    table.parent.mkdir()
    table.touch()
    for queue in ("money", "long", "money"):
        channel._queue_bind("money", "key", None, queue)
    assert {row.queue for row in channel.get_table("money")} == {"money", "long"}
    assert len(channel.get_table("money")) == 2
