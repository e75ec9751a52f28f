"""The public fund page, cached under its content version and uncached, against a trivial view on the same server."""

import itertools

from tests.bench.fund import make_fund
from tests.bench.measure import interleaved, rate, report, request, served


def measure(*, full: bool) -> None:
    """Gunicorn with two sync workers, sixteen connections."""
    seconds = 5.0 if full else 2.0
    code = make_fund()
    with served() as port:
        trivial = request("GET", "/trivial/", port)
        page = request("GET", f"/f/{code}/", port)
        fresh = request("GET", f"/f/{code}/", port, Cookie="bench=uncached")
        limit, cached, uncached = interleaved(
            [
                lambda: rate(port, itertools.repeat(trivial), seconds=seconds),
                lambda: rate(port, itertools.repeat(page), seconds=seconds),
                lambda: rate(port, itertools.repeat(fresh), seconds=seconds),
            ]
        )
    report("public fund page, cached", cached, limit, unit="requests/s", at_least=0.5)
    report("public fund page, uncached", uncached, limit, unit="requests/s", at_least=0.05)
