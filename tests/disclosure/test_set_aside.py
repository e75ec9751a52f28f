"""A need that is set aside after it was public: no page that anyone may open prints its words any more."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.disclosure import bodies
from apps.projects import services
from apps.projects.models import Need
from tests.disclosure.rooms import World

pytestmark = pytest.mark.django_db
WORDS, REASON = "馒头就咸菜对付一天", "原话里写了别人的名字"


def _printing(world: World, needs: list[Need]) -> set[str]:
    """Return the names of the public pages that print the words; every page that can is asked."""
    bodies.forget()
    project, fund, place = world.lunch.code, world.cast.fund.code, world.cast.fund.division_id
    pages = {
        "project": reverse("disclosure:project", args=[project]),
        "archive": reverse("disclosure:archive_json", args=[project]),
        "library": reverse("disclosure:needs"),
        "csv": reverse("disclosure:needs_export", args=["csv"]),
        "json": reverse("disclosure:needs_export", args=["json"]),
        "fund": reverse("disclosure:fund", args=[fund]),
        "projects": reverse("disclosure:projects"),
        "division": reverse("disclosure:division", args=[place]),
        "schematic": reverse("disclosure:tiles", args=[place[:9]]),
        "front": reverse("disclosure:front"),
        "voice": reverse("projects:need", args=[place]),
    }
    for number, need in enumerate(needs):
        pages |= {
            f"need {number}": reverse("disclosure:need", args=[need.code]),
            f"second {number}": reverse("projects:second_need", args=[need.code]),
            f"give {number}": reverse("donations:give", args=[need.code]),
            f"poster {number}": reverse("donations:poster", args=[need.code]),
        }
    found = set()
    for name, address in pages.items():
        answer = Client().get(address)
        assert answer.status_code < 500, name
        body = answer.getvalue() if answer.streaming else answer.content
        if WORDS.encode() in body:
            found.add(name)
    return found


def test_its_words_show_on_no_public_page(world: World) -> None:
    need = Need.objects.get(projects=world.lunch)
    folded = services.voice_need(need.division, field="elderly", words="中午没有人做饭")
    services.merge_need(services.publish_need(folded, by=None), into=need, by=None)
    assert _printing(world, [need, folded]) >= {
        "project", "archive", "library", "csv", "json", "voice", "need 0", "need 1", "second 0", "second 1", "give 0",
    }  # fmt: skip
    services.set_need_aside(need, reason=REASON, by=None)
    assert _printing(world, [need, folded]) == set()
    project = Client().get(reverse("disclosure:project", args=[world.lunch.code])).content.decode()
    assert "这一条不再公开" in project and reverse("disclosure:need", args=[need.code]) in project
    for code in (need.code, folded.code):
        assert Client().get(reverse("projects:second_need", args=[code])).status_code == 404
        assert Client().post(reverse("projects:second_need", args=[code])).status_code == 404
