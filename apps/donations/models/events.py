"""The inbox of the payment providers."""

from django.db import models

from apps.donations.states import EventState


class ProviderEvent(models.Model):
    """The inbox: what a provider told us, stored before anything is done about it. Known by its id for ever."""

    State = EventState

    provider = models.CharField(max_length=10)
    event_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    # When the provider brought it to our door; None for what we found by asking and it never brought.
    delivered_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    # Until when a worker asks the provider about it and others leave it alone.
    held_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once")]
        indexes = [
            models.Index(fields=["id"], name="provider_event_new", condition=models.Q(state=EventState.NEW)),
            models.Index(
                fields=["received_at", "id"],
                name="provider_event_parked",
                condition=models.Q(state=EventState.PARKED),
            ),
            models.Index(fields=["provider", "delivered_at"], name="provider_event_delivered"),
            models.Index(
                fields=["provider", "received_at"],
                name="provider_event_fetched",
                condition=models.Q(delivered_at=None),
            ),
        ]
