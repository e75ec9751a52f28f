"""What pages on which somebody pays say inside WeChat's browser, where not every way of paying works."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

from apps.donations.providers.base import Way
from apps.donations.states import Channel


@dataclass(frozen=True, slots=True)
class InWechat:
    """What to know about the ways of paying: (label, hint) of each that has one, and whether a transfer is offered."""

    hints: tuple[tuple[str | Promise, str | Promise], ...]
    takes_transfers: bool


def in_wechat(request: HttpRequest, ways: Sequence[Way | None]) -> InWechat | None:
    """Return what a page that offers these ways of paying says, for `donations/_wechat.html`; None elsewhere, and where
    nothing need be said."""
    offered = [way for way in ways if way is not None]
    if "MicroMessenger" not in request.headers.get("User-Agent", "") or not offered:
        return None
    return InWechat(
        hints=tuple((way.label, way.wechat_hint) for way in offered if way.wechat_hint),
        takes_transfers=any(way.name == Channel.BANK for way in offered),
    )
