"""What a call may ask and what an answer must be, by table; then one application with answers."""

from dataclasses import replace
from typing import Any

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.projects import queries, rules, services
from apps.projects.models import Answer
from apps.projects.rules import Question
from tests.cast import Cast
from tests.grants import calls as c
from tests.projects.house import facts

WHO = Question(1, "负责人和电话", rules.TEXT, is_required=True, limit=20)
HOW = Question(2, "在哪里做", rules.CHOICE, choices=("社区厨房", "上门"), is_public=True)
MANY = Question(3, "有几位持证社工", rules.NUMBER, limit=50)
BEFORE = Question(4, "做过这类项目吗", rules.YES_NO)
ASKED = [WHO, HOW, MANY, BEFORE]


@pytest.mark.parametrize(
    ("question", "given", "kept"),
    [
        (WHO, " 张三 138 ", "张三 138"),
        (WHO, "甲\n乙", "甲\n乙"),
        (HOW, "上门", "上门"),
        (HOW, "", ""),
        (MANY, "007", "7"),
        (MANY, "50", "50"),
        (MANY, "0", "0"),
        (BEFORE, "no", "no"),
    ],
)
def test_an_answer_is_kept(question: Question, given: str, kept: str) -> None:
    assert rules.read_answer(question, given) == kept


@pytest.mark.parametrize(
    ("question", "given", "sentence"),
    [
        (WHO, "", "“负责人和电话”要回答"),
        (WHO, " \n ", "要回答"),
        (WHO, "字" * 21, "最多 20 个字"),
        (WHO, "a\u202eb", "控制字符"),
        (HOW, "网上", "“在哪里做”请从列出的里面选"),
        (HOW, "上门\n", ""),
        (MANY, "51", "要填 0 到 50 的整数"),
        (MANY, "-1", "要填 0 到 50 的整数"),
        (MANY, "1.5", "整数"),
        (MANY, "9" * 400, "整数"),
        (MANY, "٣", "整数"),
        (BEFORE, "maybe", "请从列出的里面选"),
    ],
)
def test_an_answer_is_refused_naming_the_question(question: Question, given: str, sentence: str) -> None:
    if not sentence:
        assert rules.read_answer(question, given) == given.strip()
        return
    with pytest.raises(Refused, match=sentence) as refused:
        rules.read_answer(question, given)
    assert refused.value.field == f"answer_{question.number}"


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        ([replace(WHO, kind="essay")], "第 1 个问题怎么回答"),
        ([replace(WHO, limit=0)], "上限要在 1 到 1000"),
        ([replace(WHO, limit=5000)], "上限要在 1 到 1000"),
        ([replace(MANY, limit=10**12)], "第 3 个问题的上限"),
        ([replace(HOW, choices=("上门",))], "2 到 10 个选项"),
        ([replace(HOW, choices=tuple("abcdefghijk"))], "2 到 10 个选项"),
        ([replace(HOW, choices=("上门", "上门"))], "两个一样的选项"),
        ([WHO, replace(WHO, number=2)], "只问一次"),
        ([replace(WHO, number=n, words=str(n)) for n in range(13)], "最多问 12 个"),
    ],
)
def test_what_cannot_be_asked(questions: list[Question], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        rules.check_questions(questions)
    assert refused.value.field == "questions"


def test_an_answer_to_another_call_is_refused() -> None:
    with pytest.raises(Refused, match="不是这次征集问的"):
        rules.read_answers(ASKED, {1: "张三", 9: "x"})
    rules.check_questions(ASKED)


@pytest.mark.django_db
def test_answers_belong_to_the_text_and_only_some_are_published(cast: Cast) -> None:
    call = c.published(cast, by=cast.admin, questions=ASKED)
    given: dict[str, Any] = {"answers": {1: "张三 138", 2: "上门", 4: "no"}}
    project = c.answered(cast, call, **given)
    assert [(one.question.words, one.text) for one in queries.answers_of(project)] == [
        ("负责人和电话", "张三 138"), ("在哪里做", "上门"), ("有几位持证社工", ""), ("做过这类项目吗", "否"),
    ]  # fmt: skip
    shown = queries.frozen(project)["answers"]
    assert shown == [{"question": "在哪里做", "answer": "上门"}]
    sealed = Answer.objects.get(question__number=1)
    assert sealed.words == "" and "张三" not in sealed.words_sealed
    with clock.set_to(c.APPLYING):
        draft = services.withdraw(project, by=cast.implementer)
        before = draft.text_hash
        edited = facts(cast, budget=[("materials", "食材", 1_500_000)], answers={1: "李四 139"})
        del edited["organisation"]
        services.edit(draft, **edited)
        assert queries.fingerprint_of(draft) != before
        with pytest.raises(Refused, match="要回答"):
            services.edit(draft, **edited | {"answers": {2: "上门"}})
    assert [one.text for one in queries.answers_of(draft)] == ["李四 139", "", "", ""]


@pytest.mark.django_db
def test_questions_are_fixed_with_the_call(cast: Cast) -> None:
    draft = c.drafted(cast, by=cast.admin, questions=[WHO])
    again = c.drafted(cast, by=cast.admin, questions=ASKED, instead_of=draft)
    assert queries.questions_of(again) == ASKED
    with clock.set_to(c.APPLYING):
        services.publish_call(again, by=cast.admin)
    with pytest.raises(Refused, match="不能再改"):
        c.drafted(cast, by=cast.admin, questions=[WHO], instead_of=again)
    assert queries.questions_of(again) == ASKED
