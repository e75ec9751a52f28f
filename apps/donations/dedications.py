"""How people write in a list for whom, or in whose name, something is given."""

import re

from apps.donations.states import DedicationKind

_IN_NAME_OF = re.compile(r"以(.+?)的?名义")


def read_dedication(words: str) -> tuple[str, str]:
    """Return (name, kind) of a list's cell: 以某人的名义 or 以某人名义 is in their name, all else is given to them."""
    found = _IN_NAME_OF.fullmatch(words)
    if found is not None:
        return found[1], DedicationKind.IN_NAME_OF.value
    return words.removeprefix("献给"), DedicationKind.TO.value
