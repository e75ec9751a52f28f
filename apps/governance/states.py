"""The moves a motion may make, and the states of a hand-over."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

DRAFT, PARTY_REVIEW, NOTICED, OPEN = "draft", "party_review", "noticed", "open"
CARRIED, IN_FORCE, RETURNED, LOST, WITHDRAWN = "carried", "in_force", "returned", "lost", "withdrawn"
# Nothing is voted yet: the text may change, which puts the motion back to draft.
BEFORE_THE_VOTE = frozenset({DRAFT, PARTY_REVIEW, NOTICED})
# Counted yes: an upper level still looks at it, it holds for good, or the upper level sent it back.
PASSED = frozenset({CARRIED, IN_FORCE, RETURNED})
DECIDED = PASSED | {LOST}
# Over without an effect; the same subject may be tabled anew.
FAILED = frozenset({LOST, WITHDRAWN, RETURNED})
# Kinds of motion whose result `grants` acts on.
ABOUT_GRANTS = frozenset({"grant", "grant_change"})
MOTION_MOVES: Mapping[str, frozenset[str]] = {
    DRAFT: frozenset({PARTY_REVIEW, NOTICED, OPEN, WITHDRAWN}),
    PARTY_REVIEW: frozenset({DRAFT, NOTICED, OPEN, WITHDRAWN}),
    NOTICED: frozenset({DRAFT, OPEN, WITHDRAWN}),
    OPEN: frozenset({CARRIED, LOST, WITHDRAWN}),
    CARRIED: frozenset({IN_FORCE, RETURNED}),
    IN_FORCE: frozenset(),
    RETURNED: frozenset(),
    LOST: frozenset(),
    WITHDRAWN: frozenset(),
}


class HandOverState(models.TextChoices):
    """How far one committee's hand-over to the next is."""

    PREPARED = "prepared", _("等双方确认")
    DONE = "done", _("已交接")
    CANCELLED = "cancelled", _("已取消")
