"""Canonical JSON: the same facts give the same bytes, different facts different ones."""

import json
import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.canonical import canonical_json, fingerprint

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(TEXT.map(lambda t: unicodedata.normalize("NFC", t)), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_it_is_rfc_8785_for_our_types() -> None:
    value = {
        "\u20ac": 1,
        "\r": 2,
        "\uff01": 3,
        "1": [True, None],
        "\U0001f600": 4,
        "\u0080": 5,
        "ö": 'é\u000f\n"\\/',
    }
    assert canonical_json(value) == (
        '{"\\r":2,"1":[true,null],"\u0080":5,"ö":"é\\u000f\\n\\"\\\\/","\u20ac":1,"\U0001f600":4,"\uff01":3}'
    )


def test_composed_and_decomposed_text_are_one() -> None:
    assert fingerprint({"e\u0301": "e\u0301"}) == fingerprint({"\u00e9": "\u00e9"})


@given(VALUES)
def test_it_reads_back_and_is_stable(value: object) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical_json({"b": 1, "a": {"d": 2, "c": 3}}) == '{"a":{"c":3,"d":2},"b":1}'


@pytest.mark.parametrize("value", [1.0, math.nan, b"x", {1: 2}, object(), {"a": {1, 2}}])
def test_other_types_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800", {"é": 1, "e\u0301": 2}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"canonical|same"):
        canonical_json(value)
