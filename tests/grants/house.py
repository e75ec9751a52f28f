"""What the tests of this room set up: a committee, money, and a grant at each step of its life."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from apps.core import clock
from apps.funds.rules import Value
from apps.funds.services import adopt_rulebook
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.grants import queries, services
from apps.grants.models import Grant, Instalment, Payment
from apps.grants.rules.checklist import Judged, hash_of
from apps.grants.states import MET, NOT_MET
from apps.projects import services as projects
from apps.projects.models import Evidence, Project
from apps.registry import services as registry
from apps.registry.models import Organisation
from apps.users.models import User
from tests.cast import Cast, person
from tests.committee import form
from tests.funds.money import give
from tests.projects.house import draft, report

ACCOUNT = "6222020000000000017"
FROM, UNTIL = date(2026, 1, 1), date(2028, 12, 31)
# A Saturday noon in Shanghai; the vote closes four days later.
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
CLOSES = NOON + timedelta(days=4)
AFTER_VOTE = CLOSES + timedelta(minutes=1)
AFTER_NOTICE = CLOSES + timedelta(days=9)
PAID_ON = clock.day_of(AFTER_NOTICE)


def seat_everyone(cast: Cast, from_day: date = FROM, until_day: date = UNTIL) -> None:
    """Form the fund's committee of seven with its secretary and a supervisor."""
    sittings = [
        (cast.chair, "chair", "party"),
        *[(member, "member", "resident") for member in cast.members],
        (cast.secretary, "secretary", "social_worker"),
        (cast.supervisor, "supervisor", "host_staff"),
    ]
    size = 1 + len(cast.members)
    form(cast.fund, sittings, from_day=from_day, until_day=until_day, size=size, by=cast.admin)


def rules(cast: Cast, **clauses: Value) -> None:
    """Adopt clauses on the host's level."""
    adopt_rulebook(
        cast.host, level=1, division=cast.host.division, title="办法", document="1号",
        clauses={key: (value, "") for key, value in clauses.items()}, effective_from=FROM, by=None,
    )  # fmt: skip


def with_account(cast: Cast, account: str = ACCOUNT, *, check: bool = True) -> Organisation:
    """Enter the organisation's account by one person and check it by another."""
    registry.change_payee_account(
        cast.organisation, payee_account=account, payee_bank="重庆银行", payee_holder=cast.organisation.name,
        by=cast.finance,
    )  # fmt: skip
    if check:
        registry.check_payee_account(cast.organisation, payee_account=account, by=cast.second_finance)
    cast.organisation.refresh_from_db()
    return cast.organisation


def money(cast: Cast, restricted: int = 5_000_000, free: int = 0) -> None:
    """Give the fund money for its own purposes and free money."""
    if restricted:
        give(cast.fund, restricted, restriction=cast.restriction)
    if free:
        give(cast.fund, free)


def submitted(cast: Cast, **changes: object) -> Project:
    """Apply and submit, with the organisation's account on record."""
    if not cast.organisation.payee_account:
        with_account(cast)
    with clock.set_to(NOON):
        return projects.submit(draft(cast, **changes), by=cast.implementer)


def tabled(cast: Cast, project: Project | None = None, *, restriction: str = "") -> Motion:
    """Table a project, open the vote and cast enough ballots."""
    with clock.set_to(NOON):
        project = project or submitted(cast)
        motion = services.table_project(project, restriction=restriction, by=cast.secretary)
        return governance.open_voting(motion, closes_at=CLOSES, by=cast.chair)


def vote(cast: Cast, motion: Motion, choice: str = "yes") -> Motion:
    """Let everyone vote alike and close the vote; eager tasks do not run inside a test's transaction."""
    with clock.set_to(NOON):
        for user in (cast.chair, *cast.members):
            governance.cast(motion, user=user, choice=choice, subject_hash=motion.subject_hash, by=user)
    with clock.set_to(AFTER_VOTE):
        return governance.close(motion)


def awarded(cast: Cast, project: Project | None = None, *, restriction: str = "") -> Grant:
    """Return the grant of a carried motion, in its public notice."""
    motion = vote(cast, tabled(cast, project, restriction=restriction))
    with clock.set_to(AFTER_VOTE):
        return services.award_carried(motion.code)


def at_work(cast: Cast, project: Project | None = None) -> Grant:
    """Return a grant whose notice is over."""
    grant = awarded(cast, project)
    with clock.set_to(AFTER_NOTICE):
        services.end_notices()
    grant.refresh_from_db()
    return grant


def instalment(grant: Grant, number: int = 1) -> Instalment:
    """Return one instalment of a grant as it is now."""
    return Instalment.objects.get(grant=grant, number=number)


def prepared(cast: Cast, grant: Grant, number: int = 1) -> Payment:
    """Prepare the payment of an instalment."""
    with clock.set_to(AFTER_NOTICE):
        return services.prepare_payment(instalment(grant, number), by=cast.finance)


def paid(cast: Cast, grant: Grant, number: int = 1) -> Payment:
    """Pay an instalment."""
    payment = prepared(cast, grant, number)
    with clock.set_to(AFTER_NOTICE):
        return services.release_payment(
            payment, paid_on=PAID_ON, bank_reference=f"YH-{payment.code}", by=cast.second_finance
        )


def filed(cast: Cast, grant: Grant, **changes: object) -> Evidence:
    """File the closing report."""
    with clock.set_to(AFTER_NOTICE):
        found: Evidence = report(cast, Project.objects.get(pk=grant.project_id), **changes)
    return found


def judged(evidence: Evidence, **otherwise: Judged) -> dict[str, Any]:
    """Return the arguments that go through a closing report's checklist as its figures propose, but for some items."""
    if not evidence.is_final:
        return {}
    items = queries.checklist(evidence.project, evidence)
    usual = {item.key: Judged(item.proposed or MET, "照现场看的写") for item in items}
    return {"judgements": usual | otherwise, "seen": hash_of(items)}


def accept(evidence: Evidence, *, by: User) -> Evidence:
    """Accept a report, a closing one with its checklist."""
    return services.accept(evidence, **judged(evidence), by=by)


def send_back(evidence: Evidence, *, reason: str, by: User) -> Evidence:
    """Send a report back, a closing one with an item to mend."""
    wanting = {"photos": Judged(NOT_MET, "看不清")} if evidence.is_final else {}
    return services.return_evidence(evidence, reason=reason, **judged(evidence, **wanting), by=by)


def accepted(cast: Cast, grant: Grant) -> Evidence:
    """File and accept the closing report."""
    evidence = filed(cast, grant)
    with clock.set_to(AFTER_NOTICE):
        return accept(evidence, by=cast.secretary)


def seat_another_secretary(cast: Cast) -> User:
    """Seat a second secretary and return them."""
    user = person("第二秘书", "secretary2@qj.test")
    with clock.set_to(NOON):
        governance.seat(
            cast.fund.committee,
            user=user,
            office="secretary",
            kind="social_worker",
            from_day=FROM,
            until_day=UNTIL,
            by=None,
        )
    return user
