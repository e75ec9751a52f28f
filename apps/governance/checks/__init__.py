"""Live invariants of governance: of the votes, and of the committees."""

from apps.governance.checks import committees, votes

CHECKS = [*votes.CHECKS, *committees.CHECKS]
