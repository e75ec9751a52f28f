"""Documents: markup stays text, the same facts give the same bytes, and no name is refused."""

import pytest
from django.core.cache import cache

from apps.core import pdf
from apps.core.pdf import kept, qr_rows, render

FACTS = {"title": "会议纪要", "words": '#import "x" *不是标记* ¥10,000.00'}


def test_the_same_facts_give_the_same_document() -> None:
    document = render("sample", FACTS)
    assert document.startswith(b"%PDF-")
    assert document == render("sample", FACTS)


@pytest.mark.parametrize("name", ["王䶮", "陈𠮷", "㐂多", "阿·买买提", "\u202eabc", "👩‍👩‍👧", "x" * 5000])
def test_no_name_is_refused(name: str) -> None:
    assert render("sample", {"title": name, "words": name}).startswith(b"%PDF-")


def test_what_everyone_may_ask_for_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    compiled: list[object] = []

    def counted(template: str, facts: object, **_how: bool) -> bytes:
        compiled.append(facts)
        return f"%PDF-{facts}".encode()

    monkeypatch.setattr(pdf, "_compile", counted)
    first = kept("sample", FACTS)
    assert (kept("sample", dict(reversed(FACTS.items()))), len(compiled)) == (first, 1)
    assert kept("sample", FACTS | {"title": "会议纪要（更正）"}) != first
    assert len(compiled) == 2


def test_a_code_is_a_square_of_dark_and_light() -> None:
    rows = qr_rows("https://example.org/certificate/ABCDEFGHJK/")
    assert {len(row) for row in rows} == {len(rows)}
    assert all(row.startswith("1111111") for row in (rows[0], rows[6]))


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("张三丰🌸", "张三丰"),
        ("👨\u200d👩\u200d👧 一家人", "一家人"),
        ("👍🏽加油❤\ufe0f", "加油"),
        ("🇨🇳 重庆", "重庆"),
        ("🌸🌸", "（表情）"),
        ("", ""),
        ("单雄信 𠮷野家 · ¥5.00 → № ①", "单雄信 𠮷野家 · ¥5.00 → № ①"),
        ("Ölçer\u200dç", "Ölçer\u200dç"),
    ],
)
def test_emoji_are_left_out_and_all_else_stays(written: str, printed: str) -> None:
    assert pdf.readable({"a": [written], "n": 5}) == {"a": [printed], "n": 5}
