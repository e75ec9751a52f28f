"""What the tests of a motion's life share: rules that ask for more, votes that carry."""

from datetime import date, datetime, timedelta
from typing import Any

from apps.core import clock
from apps.funds.models import Approval
from apps.funds.services import adopt_rulebook
from apps.governance import services
from apps.governance.models import Meeting, Motion
from tests.cast import Cast
from tests.governance.house import NOON, vote

DAY = timedelta(days=1)
RULES_FROM = date(2026, 1, 1)


def set_rules(cast: Cast, **clauses: Any) -> None:
    """Adopt clauses at the host's level, from the beginning of the year."""
    adopt_rulebook(
        cast.host,
        level=1,
        division=cast.host.division,
        title="办法",
        document="綦慈〔2026〕1号",
        clauses={key: (value, "第一条") for key, value in clauses.items()},
        effective_from=RULES_FROM,
        by=None,
    )


def open_now(cast: Cast, motion: Motion, moment: datetime = NOON, **changes: Any) -> Motion:
    """Open a vote at a moment for four days."""
    facts: dict[str, Any] = {"closes_at": moment + 4 * DAY, "by": cast.chair} | changes
    with clock.set_to(moment):
        return services.open_voting(motion, **facts)


def carry(cast: Cast, motion: Motion) -> Motion:
    """Let everyone on the roll say yes to an open motion, and count at its deadline."""
    assert motion.opens_at is not None
    assert motion.closes_at is not None
    with clock.set_to(motion.opens_at):
        for entry in motion.roll.select_related("seat__user"):
            vote(motion, entry.seat.user, "yes")
    with clock.set_to(motion.closes_at):
        return services.close(motion)


def adopt(cast: Cast, proposal: services.Proposal, moment: datetime = NOON, **changes: Any) -> Motion:
    """Table a proposal, open it, carry it."""
    with clock.set_to(moment):
        motion = services.table_proposal(cast.fund, proposal, by=cast.secretary, **changes)
    return carry(cast, open_now(cast, motion, moment))


def approval_of(motion: Motion) -> Approval:
    """Return the chain of upper levels of a motion."""
    return Approval.objects.get(subject_kind="motion", subject_code=motion.code)


def call(cast: Cast, motion: Motion | None = None, *, called: datetime = NOON, days: int = 5) -> Meeting:
    """Call a meeting some days later, for two hours, with a motion on its agenda."""
    with clock.set_to(called):
        return services.call_meeting(
            cast.fund.committee,
            starts_at=called + days * DAY,
            ends_at=called + days * DAY + timedelta(hours=2),
            place="社区议事厅",
            agenda=[motion] if motion else [],
            by=cast.secretary,
        )
