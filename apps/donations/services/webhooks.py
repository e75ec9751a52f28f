"""The inbox: what a provider tells is verified, kept once under its id, and answered; work follows from the row."""

from collections.abc import Sequence

from django.conf import settings

from apps.core import clock, jobs
from apps.core.verbs import verb
from apps.donations.models import ProviderEvent
from apps.donations.providers.base import Told
from apps.donations.providers.stripe import read_event
from apps.donations.states import EventState

PROVIDER = "stripe"
LIVE_KEYS = ("sk_live_", "rk_live_")


def receive_event(body: bytes, signature: str) -> bool:
    """Keep a delivery of Stripe's and return whether it was new. Raises `BadEvent` for anything unsigned or unfit."""
    told = read_event(
        body,
        signature,
        secret=settings.STRIPE_WEBHOOK_SECRET,
        live=settings.STRIPE_SECRET_KEY.startswith(LIVE_KEYS),
        now=clock.now(),
    )
    return keep([told]) > 0


@verb
def keep(told: Sequence[Told]) -> int:
    """Lay events in the inbox, each id once for ever, and return how many are new. Those we don't act on are done."""
    now = clock.now()
    known = set(
        ProviderEvent.objects.filter(
            provider=PROVIDER, event_id__in=[row.event_id for row in told]
        ).values_list("event_id", flat=True)
    )
    fresh = {row.event_id: row for row in told if row.event_id not in known}
    if not fresh:
        return 0
    # Copies that arrive in the same moment meet at the unique constraint: one is kept, all are answered.
    ProviderEvent.objects.bulk_create(
        [
            ProviderEvent(
                provider=PROVIDER,
                event_id=row.event_id,
                kind=row.kind,
                object_id=row.object_id,
                state=EventState.NEW if row.matters else EventState.DONE,
                reason="" if row.matters else "not needed",
                received_at=now,
                handled_at=None if row.matters else now,
            )
            for row in fresh.values()
        ],
        ignore_conflicts=True,
    )
    if any(row.matters for row in fresh.values()):
        jobs.kick("donations.settle")
    return len(fresh)
