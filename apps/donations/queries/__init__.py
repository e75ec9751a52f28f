"""Every read of gifts, campaigns, donors and the inbox."""

from apps.donations.queries.gifts import (
    PublicGift,
    campaign_for,
    counts_by_state,
    donor_contact,
    donor_name,
    events_seen_by,
    hosts_seen_by,
    latest,
    parked,
    received,
    restrictions_open,
    roll,
    visible_to,
)
from apps.donations.queries.own import consents_of, donors_of, gifts_of, giver_of, of_giver, proof_of
from apps.donations.queries.refunds import (
    advanced,
    refund_limit,
    refunds_of,
    refunds_to_release,
    refunds_to_see_to,
    refunds_under_way,
)

__all__ = [
    "PublicGift",
    "advanced",
    "campaign_for",
    "consents_of",
    "counts_by_state",
    "donor_contact",
    "donor_name",
    "donors_of",
    "events_seen_by",
    "gifts_of",
    "giver_of",
    "hosts_seen_by",
    "latest",
    "of_giver",
    "parked",
    "proof_of",
    "received",
    "refund_limit",
    "refunds_of",
    "refunds_to_release",
    "refunds_to_see_to",
    "refunds_under_way",
    "restrictions_open",
    "roll",
    "visible_to",
]
