"""Motions and projects as lists show them: a state, a title, an amount, sentences. No count of an open vote."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.compiled import Compiled, Param, Params
from apps.core.templatetags.days import spoken_day, spoken_moment
from apps.funds.models import Fund
from apps.governance.models import Motion
from apps.governance.queries import phase
from apps.governance.queries.motions import CLOSING
from apps.governance.states import BEFORE_THE_VOTE
from apps.grants.models import Grant, GrantSource
from apps.projects.models import EvidencePhoto, Field, Project
from apps.projects.queries import public_projects
from apps.projects.states import ACCEPTED

TABLED_NOT_PUBLIC = Q(state__in=BEFORE_THE_VOTE) | Q(state=Motion.State.WITHDRAWN, opens_at=None)


@dataclass(frozen=True)
class Card:
    """One row of a list of motions or projects."""

    code: str
    title: str
    state: str
    state_words: str
    amount: int
    place: str
    fund: str
    words: tuple[str, ...] = ()
    picture: str = ""
    field: str = ""
    paid: int = 0
    is_awarded: bool = False


def public_motions(funds: Q | None = None) -> QuerySet[Motion]:
    """Return the motions everyone may see (never drafts), newest first; `funds` narrows by the committee's fund."""
    found = Motion.objects.exclude(TABLED_NOT_PUBLIC)
    if funds is not None:
        found = found.filter(funds)
    return found.select_related("committee__fund", "grant").order_by("-opens_at", "-pk")


MOTIONS_OF_FUND, PROJECTS_OF_FUND = 3, 3
# What a card says of a motion; anything else would be asked for row by row.
SAID = (
    *("code", "title", "amount", "state", "opens_at", "closes_at", "decided_at", "result"),
    *("committee__fund__code", "committee__fund__name"),
    *("grant__state", "grant__notice_until", "grant__awarded_at"),
)
_motions_of_fund = Compiled(
    lambda: public_motions(Q(committee__fund=Param("fund"))).only(*SAID)[:MOTIONS_OF_FUND]
)
_projects_of_fund = Compiled(
    lambda: (
        public_projects()
        .filter(shares__fund=Param("fund"))
        .select_related(None)
        .select_related("fund")
        .only("code", "title", "state", "field", "asked", "fund__code", "fund__name")
        .annotate(**_award_and_photo())[:PROJECTS_OF_FUND]
    )
)


def newest_motions(fund: Fund) -> list[Card]:
    """Return the few newest motions of a fund. One query."""
    return [motion_card(motion) for motion in _motions_of_fund(fund=fund.pk)]


def newest_projects(fund: Fund) -> list[Card]:
    """Return the few newest projects of a fund. One query."""
    rows: list[Any] = _projects_of_fund.rows(fund=fund.pk)
    return [_project_card(row, row.granted, row.paid_out, row.photo) for row in rows]


def motion_card(motion: Motion) -> Card:
    """Return a motion for a list. While voting is open it says until when, and nothing about ballots."""
    state, words, sentences = motion_words(motion)
    fund = motion.committee.fund
    return Card(
        code=motion.code,
        title=motion.title,
        state=state,
        state_words=words,
        amount=motion.amount,
        place=fund.name,
        fund=fund.code,
        words=tuple(sentences),
    )


def motion_words(motion: Motion) -> tuple[str, str, list[str]]:
    """Return (state key, state in words, sentences) of a public motion."""
    stage = phase(motion)
    if stage == Motion.State.OPEN:
        closing = _("%(moment)s 截止，截止前不显示票数") % {"moment": spoken_moment(motion.closes_at)}
        return "open", _("表决中"), [closing]
    if stage == CLOSING:
        return "pending", _("正在计票"), [_("表决已经截止，结果马上公布")]
    sentences = [tally_words(motion)] if motion.is_decided else []
    grant = getattr(motion, "grant", None)
    if grant is not None and grant.state == Grant.State.NOTICE and grant.notice_until > clock.now():
        sentences.append(_("公示到 %(day)s，对此有意见可以提") % {"day": spoken_day(grant.notice_until)})
        return "notice", notice_words(grant), sentences
    return motion.state, str(Motion.State(motion.state).label), sentences


def notice_words(grant: Grant) -> str:
    """Return which day of its public notice a grant is in: 公示第 3 天."""
    passed = (clock.today() - clock.day_of(grant.awarded_at)).days + 1
    return _("公示第 %(day)d 天") % {"day": max(passed, 1)}


def tally_words(motion: Motion) -> str:
    """Return the counts of a decided motion: 11月12日 · 赞成 6 · 反对 0 · 弃权 1."""
    figures: dict[str, Any] = (motion.result or {}).get("arithmetic", {})
    if not figures:
        return ""
    words = _("%(day)s · 赞成 %(yes)d · 反对 %(no)d · 弃权 %(abstain)d") % {
        "day": spoken_day(motion.decided_at),
        "yes": figures["yes"],
        "no": figures["no"],
        "abstain": figures["abstain"],
    }
    if figures["recused"]:
        words += _(" · 回避 %(recused)d") % {"recused": figures["recused"]}
    return words


def project_cards(projects: Iterable[Project]) -> list[Card]:
    """Return projects for a list, with what was paid and a photograph where the work has one. Two queries."""
    rows = list(projects)
    more = (
        {key: of_it for key, *of_it in _awards_and_photos(projects=[row.pk for row in rows])} if rows else {}
    )
    return [_project_card(row, *more[row.pk]) for row in rows]


def _project_card(project: Project, granted: int | None, paid: int | None, picture: str | None) -> Card:
    return Card(
        code=project.code,
        title=project.title,
        state=project.state,
        state_words=str(Project.State(project.state).label),
        amount=project.asked if granted is None else granted,
        place=project.fund.name,
        fund=project.fund.code,
        picture=picture or "",
        field=project.field,
        paid=int(paid or 0),
        is_awarded=granted is not None,
        words=(str(Field(project.field).label),),
    )


def paid(grant: Grant) -> int:
    """Return what a grant paid out and did not get back, in fen."""
    return sum(source.paid - source.returned for source in grant.sources.all())


def _award_and_photo() -> dict[str, Any]:
    """Return what cards ask of a project: fen granted and fen paid and not given back by all
    funds together, its newest public photograph."""
    sources = GrantSource.objects.filter(grant__project=OuterRef("pk")).order_by().values("grant__project")
    grants = Grant.objects.filter(project=OuterRef("pk")).order_by().values("project")
    photos = EvidencePhoto.objects.filter(
        evidence__project=OuterRef("pk"), evidence__state=ACCEPTED, file__is_public=True
    )
    return {
        "granted": Subquery(grants.values_list(Sum("amount"))),
        "paid_out": Subquery(sources.values_list(Sum("paid") - Sum("returned"))),
        "photo": Subquery(photos.order_by("-evidence__filed_at", "id").values("file__code")[:1]),
    }


_awards_and_photos = Compiled(
    lambda: Project.objects.filter(pk__in=Params("projects", "bigint")).values_list(
        "pk", *_award_and_photo().values()
    )
)
