"""Writing down what an application promises by which day, and reminding of it when the work is under way."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.projects import notices, queries, rules
from apps.projects.models import Indicator, Milestone, Project

# (what is done by then, day, and the share in basis points that its accepted report pays, if any) and (what is
# counted, unit, target) per line.
Milestones = Sequence[tuple[str, date] | tuple[str, date, int]]
Indicators = Sequence[tuple[str, str, int]]


def write_plan(project: Project, *, milestones: Milestones, indicators: Indicators) -> None:
    """Write the milestones and indicators of a draft anew; part of the verbs that fill an application."""
    steps = rules.in_order(
        [
            rules.MilestoneItem(_words(line[0], "milestones", limit=100), line[1], _share(line))
            for line in milestones
        ],
        starts_on=project.starts_on,
        ends_on=project.ends_on,
    )
    if any(unit not in Indicator.Unit.values for _words_of, unit, _target in indicators):
        raise Refused(_("请给每个指标选一个单位。"), "indicators")
    counted = [
        rules.IndicatorItem(_words(words, "indicators", limit=60), unit, target)
        for words, unit, target in indicators
    ]
    rules.check_indicators(counted, largest=rules.MAX_PERSONS)
    project.milestones.all().delete()
    project.indicators.all().delete()
    Milestone.objects.bulk_create(
        Milestone(
            project=project, number=number, words=item.words, due_on=item.due_on, share_bp=item.share_bp
        )
        for number, item in enumerate(steps, 1)
    )
    Indicator.objects.bulk_create(
        Indicator(project=project, number=number, words=item.words, unit=item.unit, target=item.target)
        for number, item in enumerate(counted, 1)
    )


def check_parts(first_bp: int | None, milestones: Milestones) -> None:
    """Raise `Refused` unless what a plan pays before final acceptance can be."""
    rules.check_parts(first_bp, [_share(line) for line in milestones])


def _share(line: tuple[str, date] | tuple[str, date, int]) -> int:
    return line[2] if len(line) == 3 else 0


def _words(text: str, field: str, *, limit: int) -> str:
    words = clean_text(text, field=field, limit=limit)
    if not words:
        raise Refused(_("这一栏要填写。"), field)
    return words


@verb
def remind_of_milestones() -> int:
    """Write to implementers about milestones whose report is due soon, today, or late; each occasion once.

    Returns how many milestones were spoken of. Safe to run at any time, any number of times.
    """
    today = clock.today()
    spoken = 0
    for milestone in queries.unreported(
        first=today - rules.REMIND_AFTER, last=today + rules.REMIND_BEFORE
    ).iterator(chunk_size=500):
        when = rules.occasion(milestone.due_on, today=today)
        if when:
            notices.milestone_due(milestone, occasion=when)
            spoken += 1
    return spoken
