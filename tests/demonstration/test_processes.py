"""Processes that live and die together."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from apps.demonstration import processes
from apps.demonstration.processes import Processes, free_port, is_free, only_one, wait_until_answering


def test_a_taken_port_is_noticed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not is_free(taken.getsockname()[1])
    assert is_free(free_port()) and not is_free(99_999)


def test_two_never_share_one_folder(tmp_path: Path) -> None:
    first = only_one(tmp_path / "new")
    assert first is not None and only_one(tmp_path / "new") is None
    first.close()
    again = only_one(tmp_path / "new")
    assert again is not None
    again.close()


def test_children_start_and_stop_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.5)
    port = free_port()
    group = Processes(root=Path.cwd(), logs=tmp_path, environment={"GREETING": "hello"})
    group.start("web", "-m", "http.server", str(port), "--bind", "127.0.0.1")
    group.start(
        "stubborn", "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    )
    group.start("talker", "-c", "import os, time; print(os.environ['GREETING'], flush=True); time.sleep(60)")
    assert wait_until_answering(port, threading.Event())
    group.stop()
    assert all(process.poll() is not None for process in group.running.values())
    assert (tmp_path / "talker.log").read_text().startswith("hello")
    assert is_free(port)


def test_one_that_dies_is_named(tmp_path: Path) -> None:
    group = Processes(root=Path.cwd(), logs=tmp_path, environment={})
    group.start("brief", "-c", "pass")
    assert sys.executable
    assert group.wait() == "brief"


ASKED_TO_STOP = """
import sys
from pathlib import Path
from apps.demonstration import processes
from apps.demonstration.processes import Processes
group = Processes(root=Path.cwd(), logs=Path(sys.argv[1]), environment={})
group.heed()
group.start("child", "-c", "import time; time.sleep(60)")
print(group.running["child"].pid, flush=True)
group.wait()
group.stop()
"""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_closed_terminal_leaves_no_child(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ASKED_TO_STOP, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(number)
        assert parent.wait(timeout=10) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
