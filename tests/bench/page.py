"""The public fund page, cached under its content version and uncached, against a trivial view on the same server."""

import itertools
import urllib.request

from tests.bench.fund import make_fund
from tests.bench.measure import interleaved, rate, report, request, served


def measure(*, full: bool) -> None:
    """Gunicorn with two sync workers, sixteen connections; the trivial view sends as many bytes as the page."""
    seconds = 5.0 if full else 2.0
    code = make_fund()
    with served() as port:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/f/{code}/") as answer:
            size = len(answer.read())
        trivial = request("GET", f"/trivial/{size}/", port)
        page = request("GET", f"/f/{code}/", port)
        fresh = request("GET", f"/fresh/{code}/", port)
        for warm in (trivial, page, fresh):
            rate(port, itertools.repeat(warm), seconds=0.5)
        limit, cached, uncached = interleaved(
            [
                lambda: rate(port, itertools.repeat(trivial), seconds=seconds),
                lambda: rate(port, itertools.repeat(page), seconds=seconds),
                lambda: rate(port, itertools.repeat(fresh), seconds=seconds),
            ]
        )
    report(f"public fund page of {size // 1000} kB, cached", cached, limit, unit="requests/s", at_least=0.5)
    report(
        f"public fund page of {size // 1000} kB, uncached", uncached, limit, unit="requests/s", at_least=0.05
    )
