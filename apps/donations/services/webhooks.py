"""The inbox: what a provider tells is verified, kept once under its id, and answered; work follows from the row."""

from collections.abc import Mapping, Sequence

from apps.core import clock, jobs
from apps.core.compiled import asking
from apps.core.sets import rows_source
from apps.donations.models import ProviderEvent
from apps.donations.providers import registry
from apps.donations.providers.base import BadEvent, Told

COLUMNS = (("event_id", "text"), ("kind", "text"), ("object_id", "text"), ("matters", "boolean"))


def receive_event(channel: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Keep a delivery of the provider behind a channel and return whether it was new.

    Raises `BadEvent` for anything unsigned or unfit, and where no such provider is configured.
    """
    account = registry.account_of(channel)
    if account is None:
        raise BadEvent("no such provider is configured")
    return keep([account.read_event(body, headers)], channel=channel, is_delivered=True) > 0


def keep(told: Sequence[Told], *, channel: str, is_delivered: bool) -> int:
    """Lay events in the inbox, each id of a provider once for ever, and return how many are new. Those we don't act on
    are done.

    `is_delivered`: the provider brought them, else we asked. One statement: copies that arrive in the same moment meet
    at the unique constraint, one is kept, all are answered. What was found by asking may be brought later.
    """
    source, values = rows_source(
        COLUMNS, [(row.event_id, row.kind, row.object_id, row.matters) for row in told]
    )
    present, moment = clock.in_sql()
    with asking() as cursor:
        cursor.execute(
            "INSERT INTO donations_providerevent"
            " (provider, event_id, kind, object_id, state, reason, received_at, handled_at, delivered_at)"
            " SELECT %s, event_id, kind, object_id, CASE WHEN matters THEN 'new' ELSE 'done' END,"
            f" '', {present}, CASE WHEN matters THEN NULL ELSE {present} END,"
            f" {present if is_delivered else 'NULL'} FROM {source}"
            " WHERE true ORDER BY ordinal ON CONFLICT (provider, event_id) DO NOTHING RETURNING state",
            [channel, *moment, *moment, *(moment if is_delivered else ()), *values],
        )
        kept = [state for (state,) in cursor.fetchall()]
    if is_delivered and len(kept) < len(told):
        found = ProviderEvent.objects.filter(provider=channel, event_id__in=[row.event_id for row in told])
        found.filter(delivered_at=None).update(delivered_at=clock.now())
    if "new" in kept:
        jobs.hint("donations.settle")
    return len(kept)
