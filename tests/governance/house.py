"""What the tests of this room set up: a committee of seven with a supervisor, money in the fund, an open motion."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from apps.core import clock
from apps.funds.services import adopt_rulebook
from apps.governance import services
from apps.governance.models import Committee, Motion, Seat
from apps.ledger import rules as ledger_rules
from apps.ledger import services as ledger
from apps.users.models import User
from tests.cast import Cast
from tests.committee import form

FROM, UNTIL = date(2026, 1, 1), date(2028, 12, 31)
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
DEADLINE = NOON + timedelta(days=4)
SUBJECT: dict[str, Any] = {
    "goal": "给 75 位独居老人每个工作日送一顿午饭",
    "organisation": "暖阳社工服务中心",
    "organisation_code": "O-NY",
    "budget": [{"words": "食材", "amount": 1_488_000}, {"words": "保温盒", "amount": 372_000}],
}
AMOUNT = 1_860_000


def give_seat(committee: Committee, user: User, office: str = "member", kind: str = "resident") -> Seat:
    """Seat a person for the usual term."""
    return services.seat(
        committee, user=user, office=office, kind=kind, from_day=FROM, until_day=UNTIL, by=None
    )


def make_committee(cast: Cast, members: int = 6, size: int = 7) -> Committee:
    """Form the fund's committee of `size` voting seats: chair, `members` members, secretary and supervisor."""
    sittings = [
        (cast.chair, "chair", "party"),
        *[(user, "member", "resident") for user in cast.members[:members]],
        (cast.secretary, "secretary", "social_worker"),
        (cast.supervisor, "supervisor", "host_staff"),
    ]
    return form(cast.fund, sittings, from_day=FROM, until_day=UNTIL, size=size, by=cast.admin)


def adopt(cast: Cast, **clauses: Any) -> None:
    """Let the host's own rulebook set clauses from the first day on."""
    adopt_rulebook(
        cast.host,
        level=1,
        division=cast.host.division,
        title="綦江区慈善会社区基金管理办法",
        document="綦慈发〔2025〕1号",
        clauses={key: (value, "第三条") for key, value in clauses.items()},
        effective_from=date(2025, 1, 1),
        by=None,
    )


def put_money(cast: Cast, amount: int = 5_000_000, source: str = "gift:1") -> None:
    """Book a gift to the fund's general restriction."""
    where = {"fund": cast.fund.code, "restriction": cast.restriction}
    ledger.post(
        ledger_rules.Draft(
            kind=ledger_rules.EntryKind.DONATION,
            source=source,
            host=cast.host.code,
            day=date(2026, 11, 1),
            lines=(
                ledger_rules.Line(account="bank_deposits", amount=amount, **where),
                ledger_rules.Line(account="donation_income", amount=-amount, **where),
            ),
        )
    )


def make_draft(cast: Cast, **changes: Any) -> Motion:
    """Table the usual grant."""
    facts: dict[str, Any] = {
        "kind": "grant",
        "title": "独居老人午餐第二期",
        "subject": SUBJECT,
        "amount": AMOUNT,
        "by": cast.secretary,
    }
    return services.table(cast.fund, **(facts | changes))


def open_motion(cast: Cast, **changes: Any) -> Motion:
    """Open the vote on the usual grant at NOON, until DEADLINE."""
    with clock.set_to(NOON):
        return services.open_voting(make_draft(cast, **changes), closes_at=DEADLINE, by=cast.chair)


def vote(motion: Motion, user: User, choice: str, **changes: Any) -> Any:
    """Cast a ballot as a member who has just read the motion."""
    facts: dict[str, Any] = {"user": user, "choice": choice, "subject_hash": motion.subject_hash, "by": user}
    return services.cast(motion, **(facts | changes))


def at(moment: datetime, verb: Callable[[], Any]) -> Any:
    """Run a verb at a moment."""
    with clock.set_to(moment):
        return verb()
