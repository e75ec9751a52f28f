"""The public fund page against a trivial view on the same server: kept under its content versions, with nothing kept,
and just after a gift, which is what mostly happens to it."""

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
        cold = request("GET", f"/cold/{code}/", port)
        gift = request("GET", f"/gift/{code}/", port)
        works = [trivial, page, cold, gift]
        for work in works:
            rate(port, itertools.repeat(work), seconds=0.5)
        limit, cached, uncached, after_a_gift = interleaved(
            [lambda work=work: rate(port, itertools.repeat(work), seconds=seconds) for work in works]  # type: ignore[misc]
        )
    name = f"public fund page of {size // 1000} kB"
    report(f"{name}, cached", cached, limit, unit="requests/s", at_least=0.5)
    report(f"{name}, uncached (nothing kept)", uncached, limit, unit="requests/s", at_least=0.05)
    report(f"{name}, after each gift", after_a_gift, limit, unit="requests/s", at_least=0.05)
