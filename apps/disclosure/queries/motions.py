"""A motion's public page. Before the close: what is decided, how much, until when; after it: seats and arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from apps.core import clock, money
from apps.disclosure.queries import cards
from apps.funds.queries.approvals import HistoryStep
from apps.funds.states import RuleLevel
from apps.governance.models import Minutes, Motion, PartyReview, Sheet, SupervisorOpinion
from apps.governance.queries import (
    ResultPage,
    opinions_on,
    result_of,
    review_above,
    signed_minutes,
    study_of,
    weighed_amount,
)
from apps.governance.queries.results import ClauseSource
from apps.grants.models import Grant
from apps.projects.models import Project

# A page of a motion that is being counted is made anew this soon.
COUNTING = timedelta(seconds=5)


@dataclass(frozen=True)
class Review:
    """The fourth line: whether the amount is one that the town must review."""

    sum: str
    verdict: str
    clause: ClauseSource


@dataclass(frozen=True)
class MotionPage:
    """What everyone may see of a motion."""

    motion: Motion
    facts: dict[str, Any]
    state: str
    state_words: str
    sentences: tuple[str, ...]
    is_open: bool
    result: ResultPage | None
    review: Review | None
    voters: int
    sheets: tuple[Sheet, ...]
    project: Project | None
    grant: Grant | None
    paid: int
    opinions: tuple[SupervisorOpinion, ...]
    study: PartyReview | None
    above: list[HistoryStep]
    minutes: Minutes | None


def find_motion(code: str) -> Motion | None:
    """Return a motion that the public may see, or None: a draft is nobody's business yet."""
    return (
        Motion.objects.exclude(cards.TABLED_NOT_PUBLIC)
        .select_related("committee__fund__host", "committee__fund__division", "grant", "follows", "meeting")
        .filter(code=code)
        .first()
    )


def right_until(motions: Iterable[Motion]) -> datetime | None:
    """Return until when a page with these motions is right: the next deadline, or moments while one is counted."""
    now = clock.now()
    ends = [motion.closes_at for motion in motions if motion.state == Motion.State.OPEN and motion.closes_at]
    return min((max(end, now + COUNTING) if end <= now else end for end in ends), default=None)


def motion_page(motion: Motion) -> MotionPage:
    """Return the public page of a motion. While voting is open no ballot is even read."""
    state, words, sentences = cards.motion_words(motion)
    grant: Grant | None = getattr(motion, "grant", None)
    project = None
    if motion.subject_kind == "project":
        project = Project.objects.select_related("organisation").filter(code=motion.subject_code).first()
    return MotionPage(
        motion=motion,
        facts=motion.facts,
        state=state,
        state_words=words,
        sentences=tuple(sentences),
        is_open=state == "open",
        result=result_of(motion),
        review=_review(motion) if motion.is_decided else None,
        voters=motion.roll.count(),
        sheets=_sheets(motion) if motion.is_decided else (),
        project=project,
        grant=grant,
        paid=cards.paid(grant) if grant else 0,
        opinions=tuple(opinions_on(motion)) if motion.is_decided else (),
        study=study_of(motion),
        above=review_above(motion) if motion.passed else [],
        minutes=_minutes(motion),
    )


def _minutes(motion: Motion) -> Minutes | None:
    """Return the signed minutes in which a motion stands: the meeting's, or its own."""
    own = signed_minutes().filter(motion=motion) | signed_minutes().filter(meeting__motions=motion)
    return own.first()


def _sheets(motion: Motion) -> tuple[Sheet, ...]:
    """Return the scanned sheets that hold no personal data."""
    shown = motion.sheets.filter(for_all=True, file__is_public=True)
    return tuple(shown.select_related("file").order_by("channel"))


def _review(motion: Motion) -> Review | None:
    pinned = motion.rules.get("town_review_fen")
    if not motion.amount or pinned is None or not isinstance(pinned["value"], int):
        return None
    amount = weighed_amount(motion)
    over = amount > pinned["value"]
    level = pinned["level"]
    return Review(
        sum=f"{money.written(amount)} {'>' if over else '≤'} {money.written(pinned['value'])}",
        verdict=_("超过了，要报街镇审核") if over else _("没有超过，不需要"),
        clause=ClauseSource(
            key="town_review_fen",
            words=_("报街镇审核的金额"),
            level=level,
            level_words=str(RuleLevel(level).label) if level else _("默认"),
            version=pinned["version"],
            title=pinned["title"],
            document=pinned["document"],
            article=pinned["article"],
        ),
    )
