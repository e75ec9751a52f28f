"""Timing, rows by the million, a web server and a client, and how a figure is printed."""

import json
import os
import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from apps.demonstration.processes import free_port, wait_until_answering

CONNECTIONS = 16
ROUNDS = 3


@dataclass(frozen=True)
class Figure:
    """One figure beside its limit. `ratio` is value ÷ limit, and `target` says how it must stand."""

    measure: str
    value: float
    limit: float
    unit: str
    target: str
    ratio: float
    met: bool


def report(
    measure: str,
    value: float,
    limit: float,
    *,
    unit: str,
    at_least: float | None = None,
    at_most: float | None = None,
) -> None:
    """Print a figure as one JSON line."""
    ratio = value / limit
    met = (at_least is None or ratio >= at_least) and (at_most is None or ratio <= at_most)
    target = f">= {at_least}" if at_least is not None else f"<= {at_most}"
    figure = Figure(measure, round(value, 4), round(limit, 4), unit, target, round(ratio, 3), met)
    print(json.dumps(asdict(figure), ensure_ascii=False), flush=True)


def milliseconds(work: Callable[[], object], *, times: int = 300) -> float:
    """Return the median time of one call in milliseconds."""
    taken = []
    for _turn in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def interleaved(works: Sequence[Callable[[], float]], *, rounds: int = ROUNDS) -> list[float]:
    """Measure several things in turns, so that a noisy minute falls on all of them; return each one's median."""
    rows = [[work() for work in works] for _round in range(rounds)]
    return [statistics.median(column) for column in zip(*rows, strict=True)]


@contextmanager
def served(workers: int = 2, threads: int = 1) -> Iterator[int]:
    """Serve the site with gunicorn and yield the port; one thread means its sync workers."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "charityfund.wsgi",
        "--workers",
        str(workers),
        "--threads",
        str(threads),
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
    ]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    process = subprocess.Popen(command, env=environment)
    try:
        if not wait_until_answering(port):
            raise RuntimeError("the web server did not start")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def rate(port: int, requests: Iterator[bytes], *, seconds: float, expect: bytes = b" 200 ") -> float:
    """Send requests over short connections, many at a time, and return answers a second.

    Raises AssertionError for an answer whose status line lacks `expect`.
    """
    selector = selectors.DefaultSelector()
    answered, deadline, started = 0, time.perf_counter() + seconds, time.perf_counter()

    def connect() -> None:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(next(requests))
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ, bytearray())

    for _number in range(CONNECTIONS):
        connect()
    while selector.get_map():
        for key, _events in selector.select(5):
            connection: socket.socket = key.fileobj  # type: ignore[assignment]
            chunk = connection.recv(262144)
            key.data.extend(chunk)
            if chunk:
                continue
            assert expect in key.data[:40], bytes(key.data[:300])
            answered += 1
            selector.unregister(connection)
            connection.close()
            if time.perf_counter() < deadline:
                connect()
    return answered / (time.perf_counter() - started)


def request(method: str, path: str, port: int, body: bytes = b"", **headers: str) -> bytes:
    """Return a raw HTTP request that closes its connection."""
    fields = {
        "Host": f"127.0.0.1:{port}",
        "Connection": "close",
        "Content-Length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return head.encode() + b"\r\n" + body
