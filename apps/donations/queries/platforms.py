"""What payment providers and designated platforms collected and still hold, each for itself."""

from collections.abc import Collection

from django.db.models import F, Sum

from apps.donations.models import Donation, PlatformGift, Refund
from apps.donations.rules import by_hand
from apps.donations.states import Channel, DonationState, RefundState
from apps.funds.models import Host
from apps.ledger import queries as books
from apps.ledger.rules import EntryKind


def platform_payouts(host: Host, platform: str) -> str:
    """Return what the sources of a platform's payouts begin with."""
    return f"{host.code}:platform:{platform}:"


def held_by_platforms(host: Host) -> dict[str, int]:
    """Return the fen that each platform collected for a host, less its fee, what was refunded and what it paid out."""
    rows = PlatformGift.objects.filter(host=host).values_list("platform")
    held = dict(
        rows.annotate(
            net=Sum(F("donation__amount") - F("donation__fee") - F("donation__refunded"), default=0)
        ).order_by("platform")
    )
    for platform in held:
        starts_with = platform_payouts(host, platform)
        moves = books.amounts_by_source(EntryKind.PAYOUT.value, "provider_money", starts_with=starts_with)
        held[platform] += sum(amount for _source, amount in moves)
    return held


def provider_payouts(host: Host, channel: str) -> str:
    """Return what the sources of a payment provider's payouts begin with."""
    return f"{host.code}:way:{channel}:"


def held_by_providers(host: Host) -> dict[str, int]:
    """Return the fen that each payment provider collected for a host by its channel, less fees, what went back and what
    it paid out. Platforms are not among them (`held_by_platforms`)."""
    gifts = Donation.objects.filter(host=host, state=DonationState.BOOKED)
    rows = gifts.exclude(channel__in=[*by_hand(), Channel.PLATFORM]).values_list("channel")
    held: dict[str, int] = dict(rows.annotate(net=Sum(F("amount") - F("fee"))).order_by("channel"))
    back = Refund.objects.filter(donation__host=host, donation__channel__in=held, state=RefundState.DONE)
    sums = back.values_list("donation__channel").annotate(gross=Sum(F("amount") + F("fee")))
    for channel, gross in sums.order_by("donation__channel"):
        held[channel] -= gross
    for channel in held:
        held[channel] += paid_out_by(host, channel)
    return held


def paid_out_by(host: Host, channel: str) -> int:
    """Return the fen (negative) that a payment provider's payouts took off the clearing account."""
    starts_with = provider_payouts(host, channel)
    moves = books.amounts_by_source(EntryKind.PAYOUT.value, "provider_money", starts_with=starts_with)
    return sum(amount for _source, amount in moves)


def platform_orders(host: Host, platform: str, orders: Collection[str]) -> dict[str, PlatformGift]:
    """Return the gifts that came under these order numbers, by order number."""
    rows = PlatformGift.objects.filter(host=host, platform=platform, order_number__in=orders)
    return {row.order_number: row for row in rows.select_related("donation")}
