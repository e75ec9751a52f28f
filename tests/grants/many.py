"""Many funds with many grants, written at once: what the boards are asked about."""

from datetime import date, datetime, timedelta

from apps.core import clock
from apps.divisions.models import Division
from apps.funds.models import Fund, Host
from apps.governance.models import Committee, Motion
from apps.grants.models import Grant, GrantSource, Instalment
from apps.projects.models import Project, Share
from apps.registry.models import Organisation


def fill(host: Host, *, funds: int, grants: int, payees: int = 4, tag: str = "M") -> list[Fund]:
    """Write funds of a host with grants spread evenly over them, half of each paid; return the funds."""
    now = clock.now()
    Division.objects.bulk_create(
        [
            Division(code=f"500110{900 + n // 900:03}{100 + n % 900:03}", name=f"第{n}社区", level=5)
            for n in range(funds)
        ],
        ignore_conflicts=True,
    )
    rows = Fund.objects.bulk_create(
        [
            Fund(
                code=f"F-{tag}{n}",
                host=host,
                division_id=f"500110{900 + n // 900:03}{100 + n % 900:03}",
                kind="community",
                name=f"第{n}社区慈善基金{tag}",
                opened_on=date(2025, 1, 1),
            )
            for n in range(funds)
        ]
    )
    committees = Committee.objects.bulk_create(
        [Committee(fund=fund, formed_on=date(2025, 1, 1)) for fund in rows]
    )
    organisations = Organisation.objects.bulk_create(
        [
            Organisation(
                code=f"O-{tag}{n}",
                host=host.code,
                name=f"机构{tag}{n}",
                kind="social_work",
                division_id=rows[0].division_id,
                head="负责人",
                registered_at=now,
            )
            for n in range(payees)
        ]
    )
    projects = Project.objects.bulk_create(
        [
            Project(
                code=f"P-{tag}{n}",
                title=f"项目{n}",
                field="elderly",
                fund=rows[n % funds],
                organisation=organisations[n % payees],
                state="running",
                goal="做",
                starts_on=date(2026, 1, 1),
                ends_on=date(2026, 6, 30) if n % 5 == 0 else date(2027, 6, 30),
                expected_persons=1,
                expected_person_times=1,
                asked=1_000_000,
                created_at=now,
            )
            for n in range(grants)
        ]
    )
    Share.objects.bulk_create(
        [Share(project=project, fund=project.fund, amount=project.asked) for project in projects]
    )
    motions = Motion.objects.bulk_create([_motion(committees[n % funds], tag, n, now) for n in range(grants)])
    awarded = Grant.objects.bulk_create(
        [
            Grant(
                code=f"G-{tag}{n}",
                project=project,
                motion=motion,
                fund=project.fund,
                amount=1_000_000,
                state="running",
                awarded_at=now - timedelta(days=n % 300),
                notice_until=now,
            )
            for n, (project, motion) in enumerate(zip(projects, motions, strict=True))
        ]
    )
    GrantSource.objects.bulk_create(
        [GrantSource(grant=grant, amount=1_000_000, paid=500_000) for grant in awarded]
    )
    Instalment.objects.bulk_create(
        [
            Instalment(grant=grant, number=number, amount=500_000, condition=condition, state=state)
            for grant in awarded
            for number, condition, state in (
                (1, "notice_ended", "paid"),
                (2, "evidence_accepted", "waiting"),
            )
        ]
    )
    return rows


def _motion(committee: Committee, tag: str, n: int, now: datetime) -> Motion:
    return Motion(
        code=f"M-{tag}{n}",
        committee=committee,
        kind=Motion.Kind.GRANT,
        state=Motion.State.IN_FORCE,
        number=f"{n}",
        title=f"项目{n}",
        subject_kind="project",
        subject_code=f"P-{tag}{n}",
        amount=1_000_000,
        tabled_at=now,
    )
