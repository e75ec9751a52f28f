"""Telling governance which members gave to the purpose that a motion spends."""

from apps.core.verbs import verb
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.grants import queries


@verb
def tie_donors(motion: Motion) -> None:
    """Have the members who gave to the motion's purpose step aside, as the gifts stand now."""
    governance.tie_donors(motion, user_ids=queries.donors_of(motion.restriction))


def tie_donors_of_open() -> None:
    """Do it for every open motion, so that a gift made during the vote counts and a lost kick does not matter."""
    for motion in queries.open_on_restrictions():
        tie_donors(motion)
