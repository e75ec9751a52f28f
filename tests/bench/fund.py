"""A fund with a committee, rules, votes, projects and some hundred gifts, made by the rooms' own verbs."""

from datetime import date

from apps.core import clock
from apps.donations.services.offline import OfflineGift, record_many
from apps.funds.models import Fund
from apps.funds.services import fold_totals
from tests.cast import Cast, make_cast
from tests.disclosure.rooms import NOW, make_world

GIFTS = 400


def _give(cast: Cast) -> None:
    gifts = [
        OfflineGift(
            fund=cast.fund,
            amount=50_00 + number,
            channel="bank",
            day=date(2026, 1 + number % 10, 1 + number % 28),
            key=f"bench-{number}",
            name=f"捐赠人{number}",
            contact=f"139{number:08d}",
            name_choice="masked",
            message="",
            consents=frozenset(),
            restriction=None,
            kind="person",
        )
        for number in range(GIFTS)
    ]
    with clock.set_to(NOW):
        record_many(gifts, by=None)


def make_fund() -> str:
    """Write everything, fold the totals, and return the fund's code; what is there already stays."""
    found = Fund.objects.filter(code="F-BBT").first()
    if found is None:
        cast = make_cast()
        make_world(cast)
        _give(cast)
        fold_totals()
        found = cast.fund
    return found.code
