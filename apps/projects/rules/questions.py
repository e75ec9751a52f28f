"""What a call may ask beside the usual application, and what an answer must be. Plain values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.names import clean_text
from apps.core.verdicts import Refused

MAX_QUESTIONS, MAX_CHOICES, MAX_CHOICE_LENGTH = 12, 10, 40
MAX_ANSWER, USUAL_ANSWER, MAX_ANSWER_NUMBER = 1000, 300, 1_000_000_000
TEXT, CHOICE, NUMBER, YES_NO = "text", "choice", "number", "yes_no"
ASKED_AS = (TEXT, CHOICE, NUMBER, YES_NO)
YES, NO = "yes", "no"
_WHOLE = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True)
class Question:
    """One question of a call. `limit` is the most characters of a text, or the largest number; 0 for the others."""

    number: int
    words: str
    kind: str
    is_required: bool = False
    limit: int = 0
    choices: tuple[str, ...] = ()
    is_public: bool = False


def check_questions(questions: Sequence[Question]) -> None:
    """Raise `Refused` naming `questions` and the question for what cannot be asked."""
    if len(questions) > MAX_QUESTIONS:
        raise Refused(_("最多问 %(most)d 个问题。") % {"most": MAX_QUESTIONS}, "questions")
    if len({one.words for one in questions}) < len(questions):
        raise Refused(_("同一个问题只问一次。"), "questions")
    for one in questions:
        _check(one)


def _check(one: Question) -> None:
    facts = {"number": one.number}
    if one.kind not in ASKED_AS:
        raise Refused(_("请选第 %(number)d 个问题怎么回答。") % facts, "questions")
    most = {TEXT: MAX_ANSWER, NUMBER: MAX_ANSWER_NUMBER}.get(one.kind, 0)
    if most and not 0 < one.limit <= most:
        raise Refused(
            _("第 %(number)d 个问题的上限要在 1 到 %(most)d 之间。") % (facts | {"most": most}), "questions"
        )
    if one.kind != CHOICE:
        return
    if not 2 <= len(one.choices) <= MAX_CHOICES:
        raise Refused(
            _("第 %(number)d 个问题要有 2 到 %(most)d 个选项，一行写一个。")
            % (facts | {"most": MAX_CHOICES}),
            "questions",
        )
    if len(set(one.choices)) < len(one.choices):
        raise Refused(_("第 %(number)d 个问题有两个一样的选项。") % facts, "questions")


def read_answers(questions: Sequence[Question], given: Mapping[int, str]) -> dict[int, str]:
    """Return the answers by number of question, those that say something. Raises `Refused` naming the question."""
    unknown = set(given) - {one.number for one in questions}
    if unknown:
        raise Refused(_("有的回答不是这次征集问的，请重新打开再填。"))
    found = {one.number: read_answer(one, given.get(one.number, "")) for one in questions}
    return {number: text for number, text in found.items() if text}


def read_answer(question: Question, given: str) -> str:
    """Return an answer as it is kept, empty for none. Raises `Refused` naming `answer_N`."""
    field, facts = f"answer_{question.number}", {"question": question.words, "limit": question.limit}
    is_text = question.kind == TEXT
    text = clean_text(given, field=field, limit=question.limit if is_text else MAX_ANSWER, lines=is_text)
    if not text:
        if question.is_required:
            raise Refused(_("“%(question)s”要回答。") % facts, field)
        return ""
    if question.kind == NUMBER:
        if not _WHOLE.fullmatch(text) or int(text) > question.limit:
            raise Refused(_("“%(question)s”要填 0 到 %(limit)d 的整数。") % facts, field)
        return str(int(text))
    if question.kind in (CHOICE, YES_NO) and text not in (question.choices or (YES, NO)):
        raise Refused(_("“%(question)s”请从列出的里面选。") % facts, field)
    return text
