"""Processes that live and die together."""

import socket
import sys
from pathlib import Path

from apps.demonstration.processes import Processes, free_port, is_free, wait_until_answering


def test_a_taken_port_is_noticed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not is_free(taken.getsockname()[1])
    assert is_free(free_port())


def test_children_start_and_stop_together(tmp_path: Path) -> None:
    port = free_port()
    group = Processes(root=Path.cwd(), logs=tmp_path, environment={"GREETING": "hello"})
    group.start("web", "-m", "http.server", str(port), "--bind", "127.0.0.1")
    group.start(
        "stubborn", "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    )
    group.start("talker", "-c", "import os, time; print(os.environ['GREETING'], flush=True); time.sleep(60)")
    assert wait_until_answering(port)
    group.stop()
    assert all(process.poll() is not None for process in group.running.values())
    assert (tmp_path / "talker.log").read_text().startswith("hello")
    assert is_free(port)


def test_one_that_dies_is_named(tmp_path: Path) -> None:
    group = Processes(root=Path.cwd(), logs=tmp_path, environment={})
    group.start("brief", "-c", "pass")
    assert sys.executable
    assert group.wait() == "brief"
