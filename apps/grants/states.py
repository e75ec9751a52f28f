"""The moves of grants, instalments and payments, as tables."""

from apps.core.moves import Moves

NOTICE, RUNNING, CLOSED, TERMINATED = "notice", "running", "closed", "terminated"
WAITING, DUE, PREPARED, PAID, CANCELLED = "waiting", "due", "prepared", "paid", "cancelled"
REJECTED = "rejected"
NOTICE_ENDED, EVIDENCE_ACCEPTED = "notice_ended", "evidence_accepted"

GRANT_MOVES: Moves = {
    NOTICE: frozenset({RUNNING, TERMINATED}),
    RUNNING: frozenset({CLOSED, TERMINATED}),
    CLOSED: frozenset(),
    TERMINATED: frozenset(),
}
INSTALMENT_MOVES: Moves = {
    WAITING: frozenset({DUE, CANCELLED}),
    DUE: frozenset({PREPARED, CANCELLED}),
    # A rejected payment gives its instalment back.
    PREPARED: frozenset({PAID, DUE}),
    PAID: frozenset(),
    CANCELLED: frozenset(),
}
PAYMENT_MOVES: Moves = {
    PREPARED: frozenset({PAID, REJECTED}),
    PAID: frozenset(),
    REJECTED: frozenset(),
}
LIVE = frozenset({NOTICE, RUNNING})
# Under this name a grant's money is reserved in `funds`.
RESERVED_AS = "grant"
