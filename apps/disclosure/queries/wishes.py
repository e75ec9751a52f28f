"""What the page of a project or a need says about giving for it."""

from dataclasses import dataclass

from apps.donations.queries import Target, Wish, gifts_wishing, target_of
from apps.funds.queries import takes_gifts


@dataclass(frozen=True, slots=True)
class Giving:
    """A wish with whether gifts can be taken for it now, and how many in the books name it."""

    wish: Wish
    is_open: bool
    gifts: int


def giving_for(code: str) -> Giving | None:
    """Return how to give for a project or a need; None for what no fund of its community could take."""
    target: Target | None = target_of(code)
    if target is None or target.wish is None or target.fund is None:
        return None
    is_open = target.filed is not None and takes_gifts(target.fund)
    return Giving(target.wish, is_open, gifts_wishing(code))
