"""Doing things at their moments: what is due is done in order of time, with the clock set."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count

from apps.core import clock

Deed = Callable[[], object]


class Timeline:
    """A queue of deeds by moment; a deed may lay later ones."""

    def __init__(self, *, begin: datetime, until: datetime) -> None:
        # The moment the story is at, for threads that do not share the set clock.
        self.moment = begin
        self.until = until
        self._queue: list[tuple[datetime, int, Deed]] = []
        self._number = count()

    def at(self, moment: datetime, deed: Deed) -> None:
        """Lay a deed; one that lies beyond the story's end is never done."""
        if moment <= self.until:
            heapq.heappush(self._queue, (moment, next(self._number), deed))

    @property
    def today(self) -> date:
        """The day on which the story ends."""
        return clock.day_of(self.until)

    def ago(self, days: int, hours: int = 10) -> datetime:
        """Return a moment of the day so many days before the story's end (ahead of it, when negative)."""
        return clock.midnight(self.today - timedelta(days=days)) + timedelta(hours=hours)

    def run(self, tick: Callable[[datetime], object]) -> None:
        """Do everything in order; `tick` hears after each deed when it was."""
        while self._queue:
            moment, _number, deed = heapq.heappop(self._queue)
            self.moment = moment
            with clock.set_to(moment):
                deed()
            tick(moment)
