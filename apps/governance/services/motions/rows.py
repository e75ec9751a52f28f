"""A motion's row: its lock, and the word that it changed."""

from apps.core import versions
from apps.core.locking import lock_row
from apps.governance.models import Motion


def lock(motion: Motion) -> Motion:
    """Lock a motion's row and return it fresh with its committee, fund and host."""
    return lock_row(Motion, "committee__fund__host", "committee__fund__division", pk=motion.pk)


def bump(motion: Motion) -> None:
    """Say that the public pages of the motion's fund, its division and the site have changed."""
    fund = motion.committee.fund
    versions.bump(f"fund:{fund.code}", f"division:{fund.division_id}", "site")
