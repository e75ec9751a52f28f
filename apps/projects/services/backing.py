"""Writing what stands behind an application: other money, the team, declared ties."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from apps.core.names import clean_text
from apps.core.verdicts import Refused
from apps.projects import rules
from apps.projects.models import Declaration, FundingLine, Project, TeamLine

# (kind, source, fen, whether it is promised for certain) per line, and (role, persons) per line.
Funding = Sequence[tuple[str, str, int, bool]]
Team = Sequence[tuple[str, int]]


def write_backing(project: Project, *, funding: Funding, team: Team, conflicts: str) -> None:
    """Check the lines and write them in place of the old ones; no word about ties declares that there are none.

    Raises `Refused` naming `funding`, `team` or `conflicts`.
    """
    money, people = _funding(funding), _team(team)
    declared = clean_text(conflicts, field="conflicts", limit=rules.MAX_CONFLICTS, lines=True)
    project.funding_lines.all().delete()
    project.team_lines.all().delete()
    Declaration.objects.filter(project=project).delete()
    if declared:
        Declaration.objects.create(project=project, words=declared)
    FundingLine.objects.bulk_create(
        [
            FundingLine(
                project=project,
                number=number,
                kind=item.kind,
                source=item.source,
                amount=item.amount,
                is_secured=item.is_secured,
            )
            for number, item in enumerate(money, 1)
        ]
    )
    TeamLine.objects.bulk_create(
        [
            TeamLine(project=project, number=number, role=item.role, persons=item.persons)
            for number, item in enumerate(people, 1)
        ]
    )


def _funding(lines: Funding) -> list[rules.FundingItem]:
    items = []
    for kind, source, amount, is_secured in lines:
        if kind not in FundingLine.Kind.values:
            raise Refused(_("请选这笔钱是哪一类。"), "funding")
        words = clean_text(source, field="funding", limit=60)
        if not words:
            raise Refused(_("请写明这笔钱从哪里来。"), "funding")
        items.append(rules.FundingItem(kind, words, amount, is_secured))
    rules.check_funding(items)
    return items


def _team(lines: Team) -> list[rules.TeamItem]:
    items = []
    for role, persons in lines:
        words = clean_text(role, field="team", limit=40)
        if not words:
            raise Refused(_("请写明是什么角色。"), "team")
        items.append(rules.TeamItem(words, persons))
    rules.check_team(items)
    return items
