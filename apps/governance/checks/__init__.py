"""Live invariants of governance: of the votes, of what comes after them, and of the committees."""

from apps.governance.checks import committees, life, votes

CHECKS = [*votes.CHECKS, *life.CHECKS, *committees.CHECKS]
