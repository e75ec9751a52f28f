"""Where each book of an ending fund goes, before anything is moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from apps.funds.models import Fund

WHOLE = 10_000
# Shares of every restriction that has none of its own.
ALL = "*"
Shares = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Plan:
    """What becomes of one ending fund: its heirs, their shares by restriction (basis points), and who takes a grant.

    `joined`: the fund's own purposes become the heir's own; else they stay a restriction of that name.
    """

    fund: Fund
    heirs: Sequence[Fund]
    shares: Shares = field(default_factory=dict)
    grants: Mapping[str, str] = field(default_factory=dict)
    joined: bool = False

    def weights(self, restriction: str) -> list[int]:
        """Return each heir's share of a restriction, in the heirs' order."""
        if len(self.heirs) == 1:
            return [WHOLE]
        chosen = self.shares.get(restriction) or self.shares[ALL]
        return [chosen.get(heir.code, 0) for heir in self.heirs]

    def leader(self, restriction: str = ALL) -> Fund:
        """Return the heir with the largest share, the first of several: what arrives late goes there."""
        weights = self.weights(restriction)
        return self.heirs[weights.index(max(weights))]

    def heir_of_grant(self, code: str) -> Fund:
        """Return the heir that goes on with a grant: the one named for it, else the leading one."""
        named = self.grants.get(code)
        return next((heir for heir in self.heirs if heir.code == named), self.leader())
