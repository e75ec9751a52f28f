"""Rows of what was promised and done, and of what those who were served say. Counts, minutes, stars."""

from collections.abc import Iterable

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.disclosure.queries.project_rows.shape import (
    Row,
    Rows,
    Rule,
    counted,
    hours,
    percent,
    rows_url,
    stars,
    tenths,
)
from apps.governance.models import Motion
from apps.grants.models import Grant
from apps.projects.models import Evidence, Figure, Indicator, Project, RatingCode, SatisfactionReply
from apps.projects.queries import (
    accepted_evidence,
    activities_of,
    counted_of,
    replies,
    satisfaction_of,
    work_done,
)
from apps.projects.rules import SATISFIED_FROM
from apps.projects.states import ACCEPTED

NEVER_ADDED = gettext_lazy("同一个人会来很多次，人数不能相加，以结项或最后一份报告的为准。")


def _promise(project: Project) -> tuple[str, str]:
    """Return the page of the motion that froze what the application promises, and the word for it."""
    grant = Grant.objects.filter(project=project).select_related("motion").order_by("pk").first()
    if grant is None:
        return "", ""
    motion: Motion = grant.motion
    return reverse("disclosure:motion", args=[motion.code]), _("议案 %(number)s") % {"number": motion.number}


def _promised(project: Project, title: str, value: int, unit: str) -> Rows:
    url, word = _promise(project)
    day = clock.day_of(project.submitted_at) if project.submitted_at else None
    row = Row(_("申请书里写的"), value, project.organisation.name, day, url, word)
    return Rows(title, value, (row,), counted(unit), _("申请时答应的数，表决的就是它，以后不改。"))


def expected_persons(project: Project) -> Rows:
    """Return whom the application promises to serve."""
    return _promised(project, _("预计服务的人"), project.expected_persons, _("人"))


def expected_person_times(project: Project) -> Rows:
    """Return the person-times that the application promises."""
    return _promised(project, _("预计服务人次"), project.expected_person_times, _("人次"))


def _report_row(row: Evidence, value: int) -> Row:
    title = row.milestone.words if row.milestone else (_("结项成果") if row.is_final else _("进展"))
    return Row(title, value, row.told, clock.day_of(row.filed_at))


def person_times(project: Project) -> Rows:
    """Return the person-times of each accepted report."""
    rows = tuple(_report_row(row, row.person_times) for row in accepted_evidence(project))
    return Rows(_("服务，人次不是人数"), work_done(project).person_times, rows, counted(_("人次")))


def _standing_last(reports: Iterable[Evidence]) -> list[Evidence]:
    return sorted(reports, key=lambda row: (row.is_final, row.filed_at, row.pk))


def persons(project: Project) -> Rows:
    """Return the persons of each accepted report; the figure is that of the closing one, else the last."""
    rows = tuple(_report_row(row, row.persons) for row in _standing_last(accepted_evidence(project)))
    return Rows(
        _("服务到的人"), work_done(project).persons, rows, counted(_("人")), str(NEVER_ADDED), Rule.LAST
    )


def _indicator(project: Project, number: int) -> Indicator | None:
    return project.indicators.filter(number=number).first()


def reached(project: Project, number: int) -> Rows | None:
    """Return what each accepted report says of one indicator. People are not added up."""
    for one in counted_of(project):
        if one.indicator.number == number:
            return _reached(project, one.indicator, one.reached)
    return None


def _reached(project: Project, indicator: Indicator, value: int) -> Rows:
    figures = Figure.objects.filter(indicator=indicator, evidence__state=ACCEPTED, evidence__project=project)
    told = figures.select_related("evidence__milestone").order_by(
        "evidence__is_final", "evidence__filed_at", "evidence_id"
    )
    rows = tuple(_report_row(row.evidence, row.value) for row in told)
    adds = indicator.unit != Indicator.Unit.PERSONS
    how, rule = ("", Rule.SUM) if adds else (str(NEVER_ADDED), Rule.LAST)
    return Rows(indicator.words, value, rows, counted(str(indicator.get_unit_display())), how, rule)


def target(project: Project, number: int) -> Rows | None:
    """Return what the application promises of one indicator."""
    found = _indicator(project, number)
    if found is None:
        return None
    title = _("%(what)s：答应的") % {"what": found.words}
    return _promised(project, title, found.target, str(found.get_unit_display()))


# --- occasions ------------------------------------------------------------------------------------------------------


def _occasions(project: Project, column: str) -> tuple[Row, ...]:
    found = activities_of(project).filter(struck_at=None)
    return tuple(
        Row(row.told, 1 if column == "pk" else getattr(row, column), "", row.held_on) for row in found
    )


def _attended(project: Project, title: str, column: str, unit: str) -> Rows:
    rows = _occasions(project, column)
    return Rows(title, sum(row.value for row in rows), rows, counted(unit))


def activities(project: Project) -> Rows:
    """Return each occasion."""
    return _attended(project, _("活动"), "pk", _("次活动"))


def attendance(project: Project) -> Rows:
    """Return how many came to each occasion."""
    return _attended(project, _("来了的，人次不是人数"), "persons", _("人次"))


def helpers(project: Project) -> Rows:
    """Return how many volunteers helped at each occasion."""
    return _attended(project, _("志愿者"), "volunteers", _("人次"))


def volunteer_hours(project: Project) -> Rows:
    """Return the volunteers' time at each occasion."""
    rows = _occasions(project, "minutes")
    how = _("按分钟相加，再写成小时。")
    return Rows(_("志愿时长"), sum(row.value for row in rows), rows, hours, how)


# --- ratings --------------------------------------------------------------------------------------------------------


def rating(project: Project) -> Rows:
    """Return every single reply with its stars; without a day, so that few replies name nobody."""
    found = satisfaction_of(project)
    rows = tuple(Row(row.public_words or row.instead, row.stars) for row in replies(project))
    how = _("各条评价的平均，四舍五入到一位小数。") + found.sentence
    return Rows(_("受益人打分"), found.average_tenths or 0, rows, tenths, how, Rule.AVERAGE, stars)


def _each(found: Iterable[SatisfactionReply]) -> tuple[Row, ...]:
    return tuple(Row(row.public_words or row.instead, 1, stars(row.stars)) for row in found)


def _replies(title: str, rows: tuple[Row, ...]) -> Rows:
    return Rows(title, len(rows), rows, counted(_("人")))


def answered(project: Project) -> Rows:
    """Return each reply, one for each person who answered."""
    return _replies(_("评了的"), _each(replies(project)))


def satisfied(project: Project) -> Rows:
    """Return the replies of four stars and more."""
    return _replies(_("满意的（4 分以上）"), _each(replies(project).filter(stars__gte=SATISFIED_FROM)))


def called(project: Project) -> Rows:
    """Return the replies that staff took down in a call."""
    found = replies(project).filter(channel=SatisfactionReply.Channel.CALL)
    return _replies(_("电话回访记下的"), _each(found))


def gave(project: Project, number: int) -> Rows | None:
    """Return the replies that gave one number of stars."""
    if not 1 <= number <= 5:
        return None
    return _replies(_("打 %(n)d 分的") % {"n": number}, _each(replies(project).filter(stars=number)))


def codes(project: Project) -> Rows:
    """Return on which day how many codes were given out; the codes themselves are nobody else's to see."""
    days = (
        RatingCode.objects.filter(project=project)
        .annotate(day=TruncDate("issued_at", tzinfo=clock.SHANGHAI))
        .order_by("day")
        .values("day")
        .annotate(how_many=Count("pk"))
    )
    rows = tuple(Row(_("发出评价码"), row["how_many"], "", row["day"]) for row in days)
    return Rows(_("发出的评价码"), sum(row.value for row in rows), rows, counted(_("张")))


def response(project: Project) -> Rows:
    """Return the codes given out and the replies that came back, of which the share is the figure."""
    found = satisfaction_of(project)
    rows = (
        Row(_("发出"), found.issued, url=rows_url(project.code, "codes"), word=_("逐批")),
        Row(_("收回"), found.count, url=rows_url(project.code, "replies"), word=_("逐条")),
    )
    how = _("收回的除以发出的，舍去小数。")
    return Rows(_("回收率"), found.response_percent, rows, percent, how, Rule.PERCENT, counted(_("张")))
