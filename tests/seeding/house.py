"""What the tests of this room set up: programmes of each kind, gifts, refunds."""

from datetime import date, datetime
from itertools import count
from typing import Any

from apps.core import clock
from apps.donations import services as donations
from apps.donations.models import Donation
from apps.donations.services import OfflineGift
from apps.funds.models import Fund
from apps.seeding import services
from apps.seeding.models import Programme
from apps.seeding.rules import Ratio
from apps.seeding.services import Matching
from tests.cast import Cast

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=clock.SHANGHAI)
TODAY = NOW.date()
OPENS, CLOSES = date(2026, 11, 1), date(2026, 12, 31)
_keys = count(1)


def facts(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Return what every programme of these tests says, with changes."""
    usual: dict[str, Any] = {
        "title": "邻里配捐",
        "pot": 1_000_00,
        "per_fund": 800_00,
        "document": "理事会决议〔2026〕3号",
        "opens_on": OPENS,
        "closes_on": CLOSES,
        "by": cast.admin,
    }
    return usual | changes


def open_matching(
    cast: Cast, *, ratio: tuple[int, int] = (1, 1), by_terms: Any = None, **changes: Any
) -> Programme:
    """Open a matching programme: 1:1 unless told, without other caps than the pot's and a fund's."""
    terms = Matching(ratio=Ratio(*ratio), **(by_terms or {}))
    return services.open_programme(cast.host, matching=terms, **facts(cast, **changes))


def gift(
    fund: Fund, amount: int, *, day: date = TODAY, contact: str = "13800000001", **more: Any
) -> Donation:
    """Record a gift by bank from the person with this contact."""
    return donations.record_offline(
        OfflineGift(
            fund=fund, amount=amount, channel="bank", day=day, key=f"t{next(_keys)}", contact=contact, **more
        ),
        by=None,
    )


def give_back(donation: Donation, amount: int) -> None:
    """Refund a part of a gift."""
    donations.refund(donation, amount=amount, reason="捐赠人要求", by=None)
