"""A committee with its seats in a few statements: most tests need one and only few ask how it came about."""

from collections.abc import Sequence
from datetime import date

from apps.core import audit, clock, versions
from apps.funds.models import Fund
from apps.governance import services
from apps.governance.models import Committee, Seat
from apps.users.models import User

Sitting = tuple[User, str, str]


def form(
    fund: Fund, sittings: Sequence[Sitting], *, from_day: date, until_day: date, size: int, by: User
) -> Committee:
    """Form a fund's committee and write what `services.seat` would for each (person, office, kind), unjudged."""
    committee = services.form_committee(
        fund, appointed_by="古南街道〔2026〕1号", day=from_day, size=size, by=by
    )
    now = clock.now()
    seats = Seat.objects.bulk_create(
        Seat(
            committee=committee,
            user=user,
            office=office,
            kind=kind,
            from_day=from_day,
            until_day=until_day,
            given_at=now,
        )
        for user, office, kind in sittings
    )
    facts = {
        str(seat.pk): {"fund": fund.code, "office": seat.office, "kind": seat.kind, "user": seat.user_id}
        for seat in seats
    }
    audit.record_many(None, "governance.seat", Seat, facts)
    versions.bump(f"fund:{fund.code}")
    return committee
