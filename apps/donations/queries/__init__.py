"""Every read of gifts, campaigns, donors and the inbox."""

from apps.donations.queries.gifts import (
    PublicGift,
    campaign_for,
    counts_by_state,
    donor_contact,
    donor_name,
    events_seen_by,
    gifts_of_user,
    hosts_seen_by,
    latest,
    parked,
    received,
    restrictions_open,
    roll,
    visible_to,
)

__all__ = [
    "PublicGift",
    "campaign_for",
    "counts_by_state",
    "donor_contact",
    "donor_name",
    "events_seen_by",
    "gifts_of_user",
    "hosts_seen_by",
    "latest",
    "parked",
    "received",
    "restrictions_open",
    "roll",
    "visible_to",
]
