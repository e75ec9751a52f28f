"""Payment providers that bring no events any more, though some were owed: an endpoint turned off, a changed secret."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min
from django.utils.functional import Promise

from apps.core import clock
from apps.donations import rules
from apps.donations.models import Donation, ProviderEvent
from apps.donations.providers import registry
from apps.donations.providers.base import Way
from apps.donations.states import DonationState, EventState

# A worker reads an event within seconds, and what a dead one held is taken up after half as long (`services.inbox`).
TOO_LONG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Silence:
    """A provider by its channel and what it is called, and since when an event is owed."""

    channel: str
    label: str | Promise
    since: datetime

    @property
    def hours(self) -> int:
        """How many whole hours the event has been owed by now."""
        return int((clock.now() - self.since) / timedelta(hours=1))

    @property
    def told_at(self) -> datetime:
        """When people are told of it."""
        return self.since + timedelta(hours=settings.PROVIDER_SILENCE_HOURS)


def unread() -> tuple[int, datetime] | None:
    """Return how many events nobody has read for `TOO_LONG`, and since when the first waits: no worker runs, or none
    keeps up. None where all are read."""
    late = ProviderEvent.objects.filter(state=EventState.NEW, received_at__lte=clock.now() - TOO_LONG)
    found = late.aggregate(count=Count("pk"), first=Min("received_at"))
    return (found["count"], found["first"]) if found["count"] else None


def silences() -> list[Silence]:
    """Return the providers that have owed an event for `PROVIDER_SILENCE_HOURS` and brought none since it was due."""
    found = []
    for way in registry.open_ways():
        since = _owed_since(way) if way.account() is not None else None
        if since is not None and (one := Silence(way.name, way.label, since)).told_at <= clock.now():
            found.append(one)
    return found


def _owed_since(way: Way) -> datetime | None:
    """Return when the first event was due that has not come, None when nothing is owed.

    Every payment page ends within its time, paid or not, and every end has its event, for which an open gift waits; one
    that we found by asking is one that was not brought. An event that is brought shows that the next ones can be.
    """
    events = ProviderEvent.objects.filter(provider=way.name)
    last = events.aggregate(last=Max("delivered_at"))["last"]
    fetched = events.filter(delivered_at=None)
    waiting = [DonationState.STARTED, DonationState.PENDING]
    pages = Donation.objects.filter(channel=way.name, state__in=waiting).exclude(session_id="")
    if last is not None:
        fetched = fetched.filter(received_at__gt=last)
        pages = pages.filter(started_at__gt=last - rules.PAGE_OPEN)
    found = fetched.order_by("received_at").first()
    page = pages.order_by("started_at").first()
    due = [found.received_at] if found else []
    due += [page.started_at + rules.PAGE_OPEN] if page else []
    return min(due, default=None)
