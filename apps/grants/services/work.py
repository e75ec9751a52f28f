"""What the committee does while the work goes on: looks in, comments, and keeps from the public what is private."""

from collections.abc import Collection
from datetime import date

from apps.core.verbs import verb
from apps.grants import notices, permissions
from apps.projects import services as projects
from apps.projects.models import (
    EvidenceDocument,
    EvidencePhoto,
    Expense,
    Project,
    SatisfactionReply,
    WorkNote,
)
from apps.projects.services.showing import Written
from apps.users.models import User


@verb
def write_note(project: Project, *, seen_on: date, words: str, is_public: bool = True, by: User) -> WorkNote:
    """Add a visit of the secretary, or a comment of the supervisor, which is always public; by office, not by name."""
    permissions.may_note(by, project).require()
    kind = permissions.note_kind(by, project)
    shown = is_public or kind == WorkNote.Kind.COMMENT
    return projects.write_note(project, kind=kind, seen_on=seen_on, words=words, is_public=shown, by=by)


@verb
def clear_voucher(expense: Expense, *, is_public: bool, by: User) -> None:
    """Let everyone see a voucher, or take that back."""
    permissions.may_hide(by, expense.project).require()
    projects.clear_voucher(expense, is_public=is_public, by=by)


def blur_voucher(expense: Expense, *, areas: str, by: User) -> Expense:
    """Cover rectangles of what the public may see of a voucher."""
    permissions.may_hide(by, expense.project).require()
    return projects.blur_voucher(expense, areas=areas, by=by)


@verb
def judge_words(reply: SatisfactionReply, *, ground: str = "", by: User) -> SatisfactionReply:
    """Let everyone read what a resident wrote with a rating, or keep it back on a ground."""
    permissions.may_hide(by, reply.code.project).require()
    return projects.judge_words(reply, ground=ground, by=by)


@verb
def withhold_photo(photo: EvidencePhoto, *, is_withheld: bool, by: User) -> None:
    """Keep a photograph from the public, whether or not it has been shown already."""
    permissions.may_hide(by, photo.evidence.project).require()
    projects.withhold_photo(photo, is_withheld=is_withheld, by=by)


@verb
def withhold_words(written: Written, *, ground: str = "", by: User) -> Written:
    """Keep the words of a report, an occasion or a visit from the public on a ground, or let everyone read them.

    Of a supervisor's comment its writer and the host are told: those whose work it is about keep it back.
    """
    permissions.may_hide(by, written.project).require()
    kept = projects.withhold_words(written, ground=ground, by=by)
    if ground and isinstance(kept, WorkNote) and kept.kind == WorkNote.Kind.COMMENT:
        notices.comment_withheld(kept)
    return kept


@verb
def show_occasions(project: Project, *, codes: Collection[str], by: User) -> int:
    """Let everyone read the words of occasions that nobody had read yet; return of how many."""
    permissions.may_hide(by, project).require()
    return projects.show_occasions(project, codes=codes, by=by)


@verb
def release_document(document: EvidenceDocument, *, is_public: bool, by: User) -> None:
    """Let everyone read a document of an accepted report, or take that back."""
    permissions.may_hide(by, document.evidence.project).require()
    projects.release_document(document, is_public=is_public, by=by)


def blur_photo(photo: EvidencePhoto, *, areas: str, by: User) -> EvidencePhoto:
    """Cover rectangles of a photograph."""
    permissions.may_hide(by, photo.evidence.project).require()
    return projects.blur_photo(photo, areas=areas, by=by)
