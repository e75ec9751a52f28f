"""Names as people have them, and as others make them up."""

import pytest

from apps.core.names import clean_text, mask_organisation, mask_person
from apps.core.verdicts import Refused


@pytest.mark.parametrize(
    "name",
    ["王䶮", "𠮷野", "㐂", "阿·买买提", "郑谢袁", "Anna Lee", "O'Brien", "<script>alert(1)</script>", "{{7*7}}",
     "'; DROP TABLE--", "NULL", "None", "👩‍👧‍👦", "%s%n",
     "undefined", "admin", "\u0430dmin", '"><img src=x onerror=1>', "javascript:alert(1)", "${7*7}", "王",
     "\u05d0\u05d1"],
)  # fmt: skip
def test_unusual_names_pass_unchanged(name: str) -> None:
    assert clean_text(f"  {name} ", field="name", limit=60) == name


@pytest.mark.parametrize(
    "text",
    [
        "a\u202eb",
        "a\x00b",
        "a\u200bb",
        "\ufeffa",
        "e" + "\u0301" * 100,
        "a\r\nBcc: x",
        "x" * 61,
        "x" * 10_000,
    ],
)
def test_hidden_or_endless_text_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        clean_text(text, field="name", limit=60)
    assert refusal.value.field == "name"


def test_composed_and_decomposed_are_one() -> None:
    assert clean_text("e\u0301", field="name", limit=5) == "\u00e9"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("张三丰", "张**"), ("欧阳雪", "欧阳*"), ("欧阳", "欧*"), ("王", "王*"), ("𠮷野家", "𠮷**"),
     ("Anna Lee", "A***"), ("", "")],
)  # fmt: skip
def test_people_are_masked_to_their_surname(name: str, masked: str) -> None:
    assert mask_person(name) == masked


def test_organisations_keep_their_ends() -> None:
    assert mask_organisation("重庆綦商贸易有限公司") == "重庆**有限公司"
    assert mask_organisation("小店") == "小店**"
