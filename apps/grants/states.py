"""The moves of grants, instalments and payments, as tables."""

from apps.core.moves import Moves

NOTICE, RUNNING, CLOSED, TERMINATED = "notice", "running", "closed", "terminated"
WAITING, DUE, PREPARED, PAID, CANCELLED = "waiting", "due", "prepared", "paid", "cancelled"
SENT, REJECTED, FAILED, BOUNCED = "sent", "rejected", "failed", "bounced"
FILED, RETURNED = "filed", "returned"
NOTICE_ENDED, MILESTONE_ACCEPTED, EVIDENCE_ACCEPTED = (
    "notice_ended",
    "milestone_accepted",
    "evidence_accepted",
)

GRANT_MOVES: Moves = {
    NOTICE: frozenset({RUNNING, TERMINATED}),
    RUNNING: frozenset({CLOSED, TERMINATED}),
    # Its last payment came back from the bank.
    CLOSED: frozenset({RUNNING}),
    TERMINATED: frozenset(),
}
INSTALMENT_MOVES: Moves = {
    WAITING: frozenset({DUE, CANCELLED}),
    DUE: frozenset({PREPARED, CANCELLED}),
    # A rejected or failed payment gives its instalment back, and so does one that bounced.
    PREPARED: frozenset({PAID, DUE}),
    PAID: frozenset({DUE, CANCELLED}),
    CANCELLED: frozenset(),
}
PAYMENT_MOVES: Moves = {
    PREPARED: frozenset({SENT, PAID, REJECTED}),
    SENT: frozenset({PAID, FAILED}),
    PAID: frozenset({BOUNCED}),
    REJECTED: frozenset(),
    FAILED: frozenset(),
    BOUNCED: frozenset(),
}
LIVE = frozenset({NOTICE, RUNNING})
# Under this name a grant's money is reserved in `funds`.
RESERVED_AS = "grant"
# What the acceptor says of one item of the checklist.
MET, PARTLY, NOT_MET = "met", "partly", "not_met"
CHECKED = "checked"
ACCOUNT_MOVES: Moves = {
    FILED: frozenset({RETURNED, CHECKED}),
    RETURNED: frozenset(),
    CHECKED: frozenset(),
}
