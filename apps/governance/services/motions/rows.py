"""A motion's row: its lock, and the word that it changed."""

from apps.core import versions
from apps.governance.models import Motion


def lock(motion: Motion) -> Motion:
    """Lock a motion's row and return it fresh with its committee, fund and host."""
    return (
        Motion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("committee__fund__host", "committee__fund__division")
        .get(pk=motion.pk)
    )


def bump(motion: Motion) -> None:
    """Say that the public pages of the motion's fund, its division and the site have changed."""
    fund = motion.committee.fund
    versions.bump(f"fund:{fund.code}", f"division:{fund.division_id}", "site")
