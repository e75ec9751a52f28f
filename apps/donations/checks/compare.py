"""Rows against entries, as every invariant of money in this app compares them."""

from collections.abc import Iterable, Iterator

from apps.core.checks import Row

CHUNK = 5000


def compare(ours: dict[str, int], entries: Iterable[tuple[str, int]]) -> Iterator[Row]:
    """Yield where the rows and the entries differ; `ours` is emptied on the way."""
    for source, amount in entries:
        expected = ours.pop(source, None)
        if expected != amount:
            yield {"source": source, "row": expected, "entry": amount}
    yield from ({"source": source, "row": amount, "entry": None} for source, amount in ours.items())
