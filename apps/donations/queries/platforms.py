"""What designated platforms collected and still hold."""

from collections.abc import Collection

from django.db.models import F, Sum

from apps.donations.models import PlatformGift
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


def platform_orders(host: Host, platform: str, orders: Collection[str]) -> dict[str, PlatformGift]:
    """Return the gifts that came under these order numbers, by order number."""
    rows = PlatformGift.objects.filter(host=host, platform=platform, order_number__in=orders)
    return {row.order_number: row for row in rows.select_related("donation")}
