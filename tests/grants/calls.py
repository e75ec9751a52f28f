"""What the tests of reviewing set up: a call, answers to it, reviewers, scores."""

from datetime import UTC, datetime, timedelta
from typing import Any

from apps.core import clock
from apps.funds.models import Clause, Rulebook
from apps.governance.models import Tie
from apps.grants import services
from apps.projects import services as projects
from apps.projects.models import Call, Project, Review
from apps.projects.rules import Criterion
from apps.registry.models import Organisation
from apps.users.models import Role, User
from tests.cast import OPENED, Cast, person
from tests.projects.house import facts

OPENS = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
APPLYING = OPENS + timedelta(days=1)
CLOSES = OPENS + timedelta(days=5)
REVIEWING = CLOSES + timedelta(hours=1)
REVIEW_ENDS = CLOSES + timedelta(days=5)
CHOOSING = REVIEW_ENDS + timedelta(hours=1)
SHEET = [Criterion(1, "需要", 60, 10, "急不急"), Criterion(2, "做法", 40, 5)]


def drafted(cast: Cast, **changes: Any) -> Call:
    """Write a call of the fund as a draft."""
    usual: dict[str, Any] = {
        "funds": [cast.fund],
        "kind": "venture",
        "title": "2026 年社区公益创投",
        "words": "给老人和孩子做点实事。",
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "review_until": REVIEW_ENDS,
        "pot": 3_000_000,
        "smallest": 100_000,
        "largest": 2_000_000,
        "fields": [],
        "sheet": SHEET,
        "by": cast.secretary,
    }
    with clock.set_to(OPENS - timedelta(days=1)):
        return services.draft_call(cast.host, **(usual | changes))


def published(cast: Cast, **changes: Any) -> Call:
    """Return a public call."""
    call = drafted(cast, **changes)
    with clock.set_to(OPENS - timedelta(hours=1)):
        return services.publish_call(call, by=changes.get("by", cast.secretary))


def another_organisation(cast: Cast, number: int = 2) -> tuple[Organisation, User]:
    """Register another organisation with someone who acts for it."""
    organisation = Organisation.objects.create(
        code=f"O-{number}",
        host=cast.host.code,
        name=f"邻里互助社{number}",
        uscc=None,
        kind="team",
        division_id="500110001",
        head="王五",
        registered_at="2025-01-01T00:00:00Z",
    )
    user = person(f"申请人{number}", f"applicant{number}@qj.test")
    Role.objects.create(
        user=user,
        kind="implementer",
        scope_kind="organisation",
        scope_code=organisation.code,
        valid_from=OPENED,
    )
    return organisation, user


def answered(cast: Cast, call: Call, *, amount: int = 1_500_000, **changes: Any) -> Project:
    """Apply to the call and submit."""
    fund = changes.pop("fund", cast.fund)
    budget = [("materials", "食材", amount)]
    given = facts(cast, budget=budget, call=call, **changes)
    with clock.set_to(APPLYING):
        return projects.submit(projects.apply(fund, **given), by=given["by"])


def scored(project: Project, user: User, first: int = 8, second: int = 4, opinion: str = "可以做") -> Review:
    """Score an application while its review runs."""
    with clock.set_to(REVIEWING):
        project.refresh_from_db()
        return services.review(
            project, points={1: first, 2: second}, opinion=opinion, seen=project.text_hash, by=user
        )


def rule(cast: Cast, **clauses: Any) -> None:
    """Let the host's rulebook say something."""
    book = Rulebook.objects.create(
        host=cast.host,
        level=1,
        division=cast.host.division,
        version=1,
        title="基金管理办法",
        document="慈善会〔2025〕1号",
        effective_from=OPENED,
        adopted_at=OPENS - timedelta(days=300),
    )
    for key, value in clauses.items():
        Clause.objects.create(rulebook=book, key=key, value=value, article="第九条")


def tie(user: User, organisation: Organisation) -> None:
    """Declare a tie of a person to an organisation."""
    Tie.objects.create(user=user, organisation_code=organisation.code, kind="kin", declared_on=OPENED)
