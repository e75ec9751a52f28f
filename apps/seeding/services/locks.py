"""The locks of this room, in the house's order: the programme, then the funds by code."""

from collections.abc import Iterable

from apps.core.locking import lock_row
from apps.funds.models import Fund
from apps.seeding.models import Programme


def lock_programme(code: str) -> Programme:
    """Return the programme with its row locked until the transaction ends. Raises Programme.DoesNotExist."""
    return lock_row(Programme, "source__host", code=code)


def lock_funds(codes: Iterable[str]) -> dict[str, Fund]:
    """Return the funds by code, locked in the order of their codes by one statement."""
    rows = (
        Fund.objects.select_for_update(no_key=True, of=("self",))
        .select_related("host", "division")
        .filter(code__in=set(codes))
        .order_by("code")
    )
    return {fund.code: fund for fund in rows}
