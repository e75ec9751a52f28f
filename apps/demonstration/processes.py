"""Running every process of the system together on one machine, and stopping all of them together."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

STOP_SECONDS = 8


def is_free(port: int) -> bool:
    """Return whether nothing listens on this port of the loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def only_one(folder: Path) -> IO[str] | None:
    """Return a lock on a folder, held while the returned file is open; None where another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "demonstration.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Processes:
    """A group of child processes that live and die together; each writes its own log below `logs`."""

    root: Path
    logs: Path
    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    is_stopping: threading.Event = field(default_factory=threading.Event)

    def start(self, name: str, *arguments: str) -> None:
        """Start `python -m …` or `python manage.py …` in a group of its own, so that Ctrl-C reaches only us."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603  (arguments are written in this program)
                [sys.executable, *arguments],
                cwd=self.root,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def heed(self) -> None:
        """Stop when asked to: by Ctrl-C, by the system, or because the terminal was closed. To be called before the
        first child starts, as children do not end by themselves."""
        asked = [signal.SIGINT, signal.SIGTERM]
        # Whoever starts it with `nohup` wants it to outlive the terminal.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            asked.append(signal.SIGHUP)
        for number in asked:
            signal.signal(number, lambda *_: self.is_stopping.set())

    def wait(self) -> str:
        """Wait until asked to stop or until a child dies; return the dead child's name, or ""."""
        while not self.is_stopping.wait(0.3):
            for name, process in self.running.items():
                if process.poll() is not None:
                    return name
        return ""

    def stop(self) -> None:
        """Ask every child to stop, then insist."""
        _signal(self.running.values(), signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal([process], signal.SIGKILL)
                process.wait()


def _signal(processes: Iterable[subprocess.Popen[bytes]], number: int) -> None:
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, number)


def wait_until_answering(port: int, stopping: threading.Event | None = None, seconds: float = 30) -> bool:
    """Return whether something listens on the port within the time, or before it is asked to stop."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not (stopping and stopping.is_set()):
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False
