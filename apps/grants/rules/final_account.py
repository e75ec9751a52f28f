"""How a project's final account (决算) is worked out: what of its spending the grants bear, and what is left. Fen."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.money import split


@dataclass(frozen=True)
class LineIn:
    """A line of the budget as the records give it: voted, changed to, and spent by vouchers."""

    key: str
    planned: int
    changed: int
    spent: int


@dataclass(frozen=True)
class PayerIn:
    """What one grant paid, got back and gave up; `may_keep` where its rules let a surplus stay."""

    grant: str
    granted: int
    paid: int
    returned: int
    written_off: int
    may_keep: bool

    @property
    def ceiling(self) -> int:
        """What the implementer has of this grant and may account for."""
        return self.paid - self.returned - self.written_off


@dataclass(frozen=True)
class LineOut:
    """A line settled: `borne` of what was spent is charged to the grants; `left` of the grant is below 0 when over."""

    key: str
    planned: int
    changed: int
    granted: int
    spent: int
    borne: int

    @property
    def left(self) -> int:
        """What of the line's grant was not used."""
        return self.granted - self.borne

    @property
    def own(self) -> int:
        """What the implementer or other money bears."""
        return self.spent - self.borne


@dataclass(frozen=True)
class PayerOut:
    """A grant settled: its part of the spending and of the surplus, `kept` of which stays for the same purpose."""

    payer: PayerIn
    spent: int
    surplus: int
    kept: int

    @property
    def to_return(self) -> int:
        """What goes back to the fund."""
        return self.surplus - self.kept


@dataclass(frozen=True)
class Settled:
    """A project's account: paid − returned − written off = spent + surplus, for every fund and together."""

    lines: tuple[LineOut, ...]
    payers: tuple[PayerOut, ...]

    @property
    def spent(self) -> int:
        """What the grants bear of the spending."""
        return sum(one.spent for one in self.payers)

    @property
    def surplus(self) -> int:
        """What of the grants was not used."""
        return sum(one.surplus for one in self.payers)

    @property
    def kept(self) -> int:
        """What of the surplus stays with the implementer for the same purpose."""
        return sum(one.kept for one in self.payers)


def settle(lines: Sequence[LineIn], payers: Sequence[PayerIn], *, tolerance_bp: int, keep: bool) -> Settled:
    """Return the account of a project.

    Each line's part of what was granted follows the budget as changed. A line that is over is borne up to its part;
    what all lines together are over, up to the tolerance of the grant (basis points of what was granted). All together
    bear no more than the implementer has. Every split is by largest remainder and asserts its own sum.
    """
    granted = sum(one.granted for one in payers)
    parts = split(granted, [line.changed for line in lines]) if granted else [0] * len(lines)
    within = [min(line.spent, part) for line, part in zip(lines, parts, strict=True)]
    over = [line.spent - part for line, part in zip(lines, within, strict=True)]
    allowed = min(sum(over), granted * tolerance_bp // 10_000)
    borne = [base + more for base, more in zip(within, _shared(allowed, over), strict=True)]
    ceiling = sum(max(one.ceiling, 0) for one in payers)
    borne = _shared(min(sum(borne), ceiling), borne)
    settled_lines = tuple(
        LineOut(line.key, line.planned, line.changed, part, line.spent, charged)
        for line, part, charged in zip(lines, parts, borne, strict=True)
    )
    spent = _shared(sum(borne), [max(one.ceiling, 0) for one in payers])
    settled_payers = []
    for payer, used in zip(payers, spent, strict=True):
        surplus = max(payer.ceiling, 0) - used
        settled_payers.append(PayerOut(payer, used, surplus, surplus if keep and payer.may_keep else 0))
    settled = Settled(settled_lines, tuple(settled_payers))
    if (
        settled.spent + settled.surplus != ceiling
        or sum(line.borne for line in settled_lines) != settled.spent
    ):
        raise AssertionError("an account must add up to what was paid and did not come back")
    return settled


def _shared(amount: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights of which none gets more than its own, as long as they hold it together."""
    return split(amount, list(weights)) if amount else [0] * len(weights)
