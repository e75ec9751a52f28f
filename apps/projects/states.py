"""The moves of needs, projects and evidence, as tables."""

from apps.core.moves import Moves

DRAFT, SUBMITTED, TABLED, APPROVED, DECLINED = "draft", "submitted", "tabled", "approved", "declined"
RUNNING, ACCEPTED, CLOSED = "running", "accepted", "closed"
# Not taken from among the answers to a call; unlike a vote that was lost, this is told to the applicant alone.
NOT_CHOSEN = "not_chosen"
CANCELLED = "cancelled"
FILED, RETURNED = "filed", "returned"
VOICED, PUBLISHED, SET_ASIDE = "voiced", "published", "set_aside"
MERGED, MET = "merged", "met"

PROJECT_MOVES: Moves = {
    DRAFT: frozenset({SUBMITTED}),
    SUBMITTED: frozenset({DRAFT, TABLED, NOT_CHOSEN}),
    # A withdrawn motion gives the project back, so that it can be tabled again.
    TABLED: frozenset({APPROVED, DECLINED, SUBMITTED}),
    # Closed early when the grant is terminated.
    APPROVED: frozenset({RUNNING, CLOSED}),
    RUNNING: frozenset({ACCEPTED, CLOSED}),
    ACCEPTED: frozenset({CLOSED}),
    DECLINED: frozenset(),
    NOT_CHOSEN: frozenset(),
    # The last payment came back from the bank and is owed again.
    CLOSED: frozenset({ACCEPTED}),
}
CALL_MOVES: Moves = {
    DRAFT: frozenset({PUBLISHED, CANCELLED}),
    PUBLISHED: frozenset({CANCELLED}),
    CANCELLED: frozenset(),
}
EVIDENCE_MOVES: Moves = {
    FILED: frozenset({ACCEPTED, RETURNED}),
    ACCEPTED: frozenset(),
    RETURNED: frozenset(),
}
NEED_MOVES: Moves = {
    VOICED: frozenset({PUBLISHED, SET_ASIDE, MERGED, MET, CLOSED}),
    SET_ASIDE: frozenset({PUBLISHED, MERGED}),
    PUBLISHED: frozenset({SET_ASIDE, MERGED, MET, CLOSED}),
    # What came too early or was refused may be taken up again; what was merged lives on in another.
    MET: frozenset({PUBLISHED}),
    CLOSED: frozenset({PUBLISHED}),
    MERGED: frozenset(),
}
# From the vote on, everyone may see a project; before that only its own people and those who look after the fund.
PUBLIC = frozenset({TABLED, APPROVED, DECLINED, RUNNING, ACCEPTED, CLOSED})
# Residents who were served can rate from the moment the work is under way.
AT_WORK = frozenset({RUNNING, ACCEPTED, CLOSED})
