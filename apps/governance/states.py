"""The moves a motion may make."""

from collections.abc import Mapping

DRAFT, OPEN, CARRIED, LOST, WITHDRAWN = "draft", "open", "carried", "lost", "withdrawn"
DECIDED = frozenset({CARRIED, LOST})
MOTION_MOVES: Mapping[str, frozenset[str]] = {
    DRAFT: frozenset({OPEN, WITHDRAWN}),
    OPEN: frozenset({CARRIED, LOST, WITHDRAWN}),
    CARRIED: frozenset(),
    LOST: frozenset(),
    WITHDRAWN: frozenset(),
}
