"""Writing a call's questions, and the answers of an application; parts of the verbs that fill either."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from apps.core.names import clean_text
from apps.core.verdicts import Refused
from apps.projects import queries, rules
from apps.projects.models import Answer, Call, Project, Question

Answers = Mapping[int, str]


def write_questions(call: Call, questions: Sequence[rules.Question]) -> None:
    """Write the questions of a draft call. Raises `Refused` naming `questions`."""
    asked = [_cleaned(one) for one in questions]
    rules.check_questions(asked)
    Question.objects.bulk_create(
        Question(
            call=call,
            number=one.number,
            words=one.words,
            kind=one.kind,
            is_required=one.is_required,
            limit=one.limit,
            choices=list(one.choices),
            is_public=one.is_public,
        )
        for one in asked
    )


def _cleaned(one: rules.Question) -> rules.Question:
    words = clean_text(one.words, field="questions", limit=200)
    if not words:
        raise Refused(_("第 %(number)d 个问题要写问什么。") % {"number": one.number}, "questions")
    choices = tuple(
        clean_text(choice, field="questions", limit=rules.MAX_CHOICE_LENGTH) for choice in one.choices
    )
    return rules.Question(
        one.number,
        words,
        one.kind,
        one.is_required,
        one.limit if one.kind in (rules.TEXT, rules.NUMBER) else 0,
        choices if one.kind == rules.CHOICE else (),
        one.is_public,
    )


def write_answers(project: Project, answers: Answers) -> None:
    """Write the answers of a draft in place of the old ones. Raises `Refused` naming `answer_N` and the question."""
    rows = {} if project.call is None else {row.number: row for row in project.call.questions.all()}
    given = rules.read_answers(queries.questions_of(project.call), answers)
    project.answers.all().delete()
    written = []
    for number, text in sorted(given.items()):
        row = Answer(code=f"{project.code}-{number}", project=project, question=rows[number])
        row.write(text)
        written.append(row)
    Answer.objects.bulk_create(written)
