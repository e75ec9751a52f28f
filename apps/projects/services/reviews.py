"""Scoring an application, and what a committee's office does with it before the vote. `grants` asks who may."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.projects import notices, queries, rules
from apps.projects.models import Confirmation, Project, Review
from apps.projects.services.applications import changed, lock_project
from apps.projects.states import DRAFT, NOT_CHOSEN, PROJECT_MOVES, SUBMITTED
from apps.users.models import User

MAX_OPINION = 1000


@verb
def hand_in_review(
    project: Project,
    *,
    points: Mapping[int, int],
    opinion: str = "",
    seen: str,
    is_expert: bool = False,
    by: User,
) -> Review:
    """Score an application by the criteria of its call, {number: points}, with a written opinion; the last one counts.

    `seen` is the fingerprint of the text the reviewer read. The same review twice is one. Raises `Refused` naming the
    field, and when the review is over or the text has changed since.
    """
    project = lock_project(project)
    now = clock.now()
    if not queries.review_is_open(project, now):
        raise Refused(_("这份申请的评审已经结束，分数不能再改。"))
    if seen != project.text_hash:
        raise Refused(_("申请在您打开以后改过，请重新看一遍再打分。"))
    given = rules.check_points(points, queries.sheet_of(project.call, project.criteria))
    opinion = clean_text(opinion, field="opinion", limit=MAX_OPINION, lines=True)
    before = queries.own_review(project, by)
    if (
        before is not None
        and not queries.is_stale(before, project)
        and (before.points, before.opinion) == (given, opinion)
    ):
        return before
    if before is not None:
        before.is_current = False
        before.save(update_fields=["is_current"])
    review = Review.objects.create(
        project=project,
        user=by,
        is_expert=is_expert,
        text_hash=project.text_hash,
        points=given,
        opinion=opinion,
        given_at=now,
    )
    # Neither points nor opinion go into the record.
    audit.record(by, "hand_in_review", project, again=before is not None)
    return review


@verb
def close_review(project: Project, *, by: User | None) -> Project:
    """Freeze the scores of an application, as tabling it does. Doing it twice changes nothing."""
    project = lock_project(project)
    if project.review_closed_at is None:
        project.review_closed_at = clock.now()
        project.save(update_fields=["review_closed_at"])
    return project


@verb
def return_application(project: Project, *, reason: str, by: User) -> Project:
    """Give an application back to be mended, with the reason; answers to a call may come in again until its review
    ends."""
    project = _answered(project, DRAFT, reason=reason)
    project.submitted_at, project.returned_at = None, clock.now()
    project.save(update_fields=["state", "reason", "submitted_at", "returned_at"])
    audit.record(by, "return_application", project)
    notices.application_returned(project)
    changed(project)
    return project


@verb
def not_choose(project: Project, *, reason: str, by: User) -> Project:
    """Tell an applicant that the application was not chosen, and why. It stays out of public sight."""
    project = _answered(project, NOT_CHOSEN, reason=reason)
    project.review_closed_at = project.review_closed_at or clock.now()
    project.save(update_fields=["state", "reason", "review_closed_at"])
    audit.record(by, "not_choose", project)
    notices.not_chosen(project)
    return project


def _answered(project: Project, state: str, *, reason: str) -> Project:
    project = lock_project(project)
    reason = clean_text(reason, field="reason", limit=300, lines=True)
    if not reason:
        raise Refused(_("请写明原因，申请方会看到。"), "reason")
    check_move(PROJECT_MOVES, project.state, state, what=project.title)
    if project.state != SUBMITTED:
        raise Refused(_("这份申请已经不在评审中了。"))
    project.state, project.reason = state, reason
    return project


@verb
def confirm(project: Project, *, key: str, words: str, by: User) -> Confirmation:
    """Write down that a person looked into what the machine could not tell; once per text of the application."""
    project = lock_project(project)
    words = clean_text(words, field="words", limit=200)
    if not words:
        raise Refused(_("请写明怎么核对的。"), "words")
    confirmation, made = Confirmation.objects.get_or_create(
        project=project,
        key=key,
        text_hash=project.text_hash,
        defaults={"words": words, "confirmed_at": clock.now(), "confirmed_by_id": by.pk},
    )
    if made:
        audit.record(by, "confirm_eligibility", project, key=key)
    return confirmation
