"""Taking events out of the inbox: several workers share one, and each holds what it asks the provider about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from apps.core import clock
from apps.core.compiled import Compiled, Params, asking
from apps.core.sets import rows_source
from apps.donations.models import ProviderEvent
from apps.donations.states import EventState

# A thousand objects, eight at once, take about two minutes when the provider answers slowly (a second each). Whoever
# takes longer asks about no more of them, and they are free; what a dead worker held waits as long. Half of what
# `queries.unread` calls too long.
HELD = timedelta(minutes=5)
REASON_LENGTH = 300
_locked: Compiled[int] = Compiled(
    lambda: (
        ProviderEvent.objects.select_for_update(no_key=True)
        .filter(pk__in=Params("keys", "bigint"), state=EventState.NEW)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
)


class Held(NamedTuple):
    """An event that this worker holds: its key, and what it points to."""

    pk: int
    kind: str
    object_id: str


def hold(channel: str, limit: int, *, until: datetime) -> list[Held]:
    """Hold the oldest new events of a provider that nobody holds now, and return them, the oldest first.

    Holding is a row's own moment and no lock, so no transaction stays open while the provider is asked, and what a
    worker that died held is free when the moment has come. It only saves questions: that an event is booked once is
    kept by the locks of those who book.
    """
    lock = "FOR NO KEY UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    present, moment = clock.in_sql()
    with asking() as cursor:
        cursor.execute(
            "WITH free AS (SELECT id FROM donations_providerevent WHERE provider = %s AND state = 'new'"
            f" AND (held_until IS NULL OR held_until <= {present}) ORDER BY id LIMIT %s {lock})"
            " UPDATE donations_providerevent SET held_until = %s FROM free WHERE donations_providerevent.id = free.id"
            " RETURNING donations_providerevent.id, kind, object_id",
            [channel, *moment, limit, connection.ops.adapt_datetimefield_value(until)],
        )
        return sorted(Held(*row) for row in cursor.fetchall())


def let_go(events: Sequence[Held], *, until: datetime) -> None:
    """Free what is left of the events that were held until then: the provider could not answer, or the worker failed.
    What another worker took since is its own."""
    left = ProviderEvent.objects.filter(pk__in=[event.pk for event in events], state=EventState.NEW)
    left.filter(held_until=until).update(held_until=None)


def lock_new(ids: Sequence[int]) -> set[int]:
    """Lock those of the events that are still new until the transaction ends, and return their keys.

    Waits for who has them locked: one that only looks for free events locks what was just taken, too, for a moment.
    """
    return set(_locked(keys=ids)) if ids else set()


def finish(ids: Sequence[int], state: str, reason: str = "") -> int:
    """Take events out of the inbox with what became of them; return how many."""
    if not ids:
        return 0
    source, values = rows_source([("event_id", "bigint")], [(key,) for key in ids])
    present, moment = clock.in_sql()
    with asking() as cursor:
        cursor.execute(
            f"UPDATE donations_providerevent SET state = %s, reason = %s, handled_at = {present}, held_until = NULL"
            f" FROM {source} WHERE donations_providerevent.id = rows.event_id AND state = 'new'",
            [str(state), reason[:REASON_LENGTH], *moment, *values],
        )
        return int(cursor.rowcount)
