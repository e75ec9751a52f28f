"""Words of a template are in the reader's language, whichever language it was read in first."""

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.html import escape


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


def test_addresses_are_what_django_says() -> None:
    made = engines["django"].from_string(
        '{% url "disclosure:books" %} {% url "disclosure:books" as books %}{{ books }} {% url view "F-1" %}'
        ' {% url "disclosure:fund" code=code %} {% url "disclosure:fund" code as here %}{{ here }}'
        ' {% url "no:where" code as nowhere %}[{{ nowhere }}]'
    )
    for code in ("F-BBT", "F-<", "F-BBT"):
        there = escape(reverse("disclosure:fund", args=[code]))
        shown = made.render({"view": "disclosure:fund", "code": code}).split()
        assert shown == [*["/books/"] * 2, "/f/F-1/", there, there, "[]"]


def test_an_address_that_does_not_exist_is_an_error() -> None:
    for tag in ('{% url "no:where" %}', '{% url "disclosure:fund" %}', "{% url view %}"):
        made = engines["django"].from_string("{% if is_shown %}" + tag + "{% endif %}")
        assert made.render({"view": "no:where"}) == ""
        with pytest.raises(NoReverseMatch):
            made.render({"view": "no:where", "is_shown": True})


def test_static_files_have_their_address_and_may_have_a_name() -> None:
    made = engines["django"].from_string(
        '{% load static %}{% static "mark.svg" %} {% static "mark.svg" as mark %}{{ mark }} {% static file %}'
    )
    assert made.render({"file": "mark.svg"}).split() == ["/static/mark.svg"] * 3
