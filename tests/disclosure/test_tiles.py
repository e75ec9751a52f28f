"""The schematic of a district and of a town."""

import pytest
from django.test import Client

from apps.core import clock
from apps.disclosure.queries.tiles import tiles
from apps.divisions.models import Division
from apps.grants.models import GrantSource
from apps.projects.models import Project, Share
from tests.cast import Cast
from tests.grants import house as h

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Cast) -> Cast:
    """The cast with a committee of seven and money in the fund."""
    h.seat_everyone(cast)
    h.money(cast)
    return cast


def test_projects_and_money_stand_where_their_funds_are(house: Cast) -> None:
    grant = h.at_work(house)
    h.paid(house, grant)
    paid = sum(row.paid - row.returned for row in GrantSource.objects.all())
    # Another community of the same town pays a part of the same project.
    Share.objects.create(project=grant.project, fund=house.other_fund, amount=1)
    district = tiles(Division.objects.get(pk="500110"))
    assert (district.projects, district.paid) == (1, paid) and paid > 0
    (town,) = (one for one in district.below if one.code == "500110001")
    assert (town.projects, town.paid, town.share) == (1, paid, 100)
    assert [(one.code, one.projects, one.paid) for one in town.below] == [
        ("500110001001", 1, paid),
        ("500110001002", 1, 0),
    ]
    assert tiles(Division.objects.get(pk="500110001")).below == town.below
    with clock.set_to(h.AFTER_NOTICE):
        client = Client()
        for code, links in (
            ("500110", ["/d/500110001/projects/", "?division=500110001001"]),
            ("500110001", ["?division=500110001001", "?division=500110001002"]),
        ):
            page = client.get(f"/d/{code}/projects/").content.decode()
            assert all(link in page for link in links) and "<table" in page and "不是地图" in page
        for code in ("50", "5001", "500110001001", "999999", "x"):
            assert client.get(f"/d/{code}/projects/").status_code == 404
        listed = client.get("/projects/", {"division": "500110001001"}).content.decode()
        assert grant.project.title in listed
        assert grant.project.title not in client.get("/projects/", {"division": "500110002"}).content.decode()


def test_a_place_without_projects_has_a_tile_that_says_so(house: Cast) -> None:
    Project.objects.all().delete()
    town = tiles(Division.objects.get(pk="500110001"))
    assert (town.projects, town.paid) == (0, 0)
    assert [(one.code, one.share) for one in town.below] == [("500110001001", 0), ("500110001002", 0)]
