"""The archive of a closed project: deterministic, complete, and without anybody's name."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from apps.core import clock
from apps.disclosure.queries.archive import archive_of
from apps.projects.models import Project
from tests.disclosure.rooms import NOW, World

pytestmark = pytest.mark.django_db
DESCRIBED = Path(__file__).resolve().parents[2] / "docs" / "developers" / "project-archive.md"


def test_the_archive_of_a_closed_project(world: World) -> None:
    project = Project.objects.get(pk=world.lunch.pk)
    client, address = Client(), f"/p/{project.code}/archive"
    with clock.set_to(NOW):
        found = client.get(f"{address}.json")
        told = json.loads(found.content)
        with translation.override("en"):
            again = client.get(f"{address}.json", headers={"accept-language": "en"})
        assert found.content == again.content
        document = client.get(f"{address}.pdf")
    assert document.status_code == 200 and document.content.startswith(b"%PDF")
    assert sum(row["amount"] for row in told["grants"][0]["payments"]) == told["grants"][0]["amount"]
    assert told["reports"][0]["photos"][0]["sha256"] and told["checklist"][-1]["outcome"] == "accepted"
    assert archive_of(project) is not None and len(hashlib.sha256(found.content).hexdigest()) == 64
    for person in (world.cast.secretary, world.cast.implementer, world.cast.finance):
        assert person.name not in found.content.decode() and person.email not in found.content.decode()
    described = re.findall(r"`(\w+)`", DESCRIBED.read_text())
    assert set(told) <= set(described)


def test_other_projects_have_none(world: World) -> None:
    with clock.set_to(NOW):
        for name in (
            f"p/{world.rails.code}/archive.json",
            f"p/{world.rails.code}/archive.pdf",
            "p/P0/archive.json",
        ):
            assert Client().get(f"/{name}").status_code == 404
