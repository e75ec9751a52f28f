"""Reads of what calls ask and what is answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.projects import rules
from apps.projects.models import Answer, Call, Project, Question


@dataclass(frozen=True)
class Answered:
    """A question with its answer in words; empty for none."""

    question: Question
    text: str


@dataclass(frozen=True)
class BesideEachOther:
    """A question with what each application answers."""

    question: Question
    rows: list[tuple[Project, str]]


def questions_of(call: Call | None) -> list[rules.Question]:
    """Return what a call asks, in its order."""
    if call is None:
        return []
    return [
        rules.Question(
            row.number, row.words, row.kind, row.is_required, row.limit, tuple(row.choices), row.is_public
        )
        for row in call.questions.order_by("number")
    ]


def answers_of(project: Project, *, public_only: bool = False) -> list[Answered]:
    """Return the questions of an application's call with its answers; those for everyone's eyes alone if so asked."""
    if project.call is None:
        return []
    asked = project.call.questions.order_by("number")
    if public_only:
        asked = asked.filter(is_public=True)
    questions = list(asked)
    if not questions:
        return []
    given = {row.question_id: row.shown for row in _rows([project], questions)}
    return [Answered(one, given.get(one.pk, "")) for one in questions]


def answers_beside(call: Call, projects: Sequence[Project]) -> list[BesideEachOther]:
    """Return what several answers to a call say to each of its questions, in the order of the applications."""
    questions = list(call.questions.order_by("number"))
    if not questions:
        return []
    given = {(row.question_id, row.project_id): row.shown for row in _rows(projects, questions)}
    return [
        BesideEachOther(one, [(project, given.get((one.pk, project.pk), "")) for project in projects])
        for one in questions
    ]


def _rows(projects: Sequence[Project], questions: Sequence[Question]) -> list[Answer]:
    found = Answer.objects.filter(project__in=projects, question__in=questions)
    return list(found.select_related("question").order_by("question__number"))


def answered_texts(project: Project) -> dict[bool, list[dict[str, str]]]:
    """Return the answers as they are kept, those that are published (True) apart from those that are not (False)."""
    found: dict[bool, list[dict[str, str]]] = {True: [], False: []}
    rows = Answer.objects.filter(project=project).select_related("question")
    for row in rows.order_by("question__number"):
        found[row.question.is_public].append({"question": row.question.words, "answer": row.text})
    return found
