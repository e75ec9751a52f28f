"""Words of a template are in the reader's language, whichever language it was read in first."""

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation


def test_a_template_speaks_each_language_in_turn() -> None:
    spoken = []
    for language in ("zh-hans", "en", "zh-hans", "en"):
        with translation.override(language):
            spoken.append(render_to_string("disclosure/_level.html", {"rule": {"level": 1}}).strip())
    assert spoken[0] == spoken[2] == "慈善会定"
    assert spoken[1] == spoken[3] != spoken[0]


@pytest.mark.django_db
def test_included_and_extended_templates_follow_the_language() -> None:
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            page = render_to_string("refused.html", {"reason": "-"}, RequestFactory().get("/"))
            assert ("跳到正文" in page) == (language == "zh-hans")
            assert ("公开账本" in page) == (language == "zh-hans")


def test_what_varies_is_translated_when_it_is_rendered() -> None:
    made = engines["django"].from_string(
        '{% load i18n %}{% translate words %}|{% translate "50%"|upper %}|'
        '{% translate "万" context "how large numbers are counted" %}'
    )
    with translation.override("zh-hans"):
        assert made.render({"words": "区定"}) == "区定|50%|万"
    with translation.override("en"):
        assert made.render({"words": "区定"}).split("|")[0] != "区定"


def test_words_may_have_a_name() -> None:
    made = '{% load i18n %}{% translate "<区定> & 50%" as level %}{{ level }}{% translate "<区定>" %}'
    assert engines["django"].from_string(made).render({}) == "<区定> & 50%<区定>"
