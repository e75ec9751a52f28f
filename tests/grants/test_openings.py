"""What fits an organisation: the rule of a need's matcher from the other side, its reasons, and the way to apply."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.grants.queries.matching import matches
from apps.grants.queries.openings import Openings, openings
from apps.projects import services as projects
from apps.projects.models import Need
from apps.projects.rules import Item
from apps.registry.models import Organisation
from apps.users.models import User
from tests.cast import Cast
from tests.grants import calls as c
from tests.projects import house as p

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "500110001001", "500110002001"


def need(place: str, field: str = "elderly", **changes: Any) -> Need:
    number = Need.objects.count()
    usual = {
        "code": f"N-{number}", "state": "published", "division_id": place, "field": field,
        "words": f"第 {number} 条需求", "voiced_at": c.OPENS, "published_at": c.OPENS,
    }  # fmt: skip
    return Need.objects.create(**usual | changes)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(found: Openings) -> list[str]:
    return [row.need.code for row in found.needs]


def test_whoever_fits_a_need_finds_it(cast: Cast) -> None:
    """Both pages read one rule: an organisation stands at a need exactly where the need stands at it."""
    p.running(cast, field="elderly")
    other, _user = c.another_organisation(cast)
    Organisation.objects.filter(pk=other.pk).update(division_id=ELSEWHERE)
    needs = [need(place, field) for place in (HERE, ELSEWHERE) for field in ("elderly", "children")]
    need(HERE, state="voiced", published_at=None)
    found = {row.pk: set(seen(openings(row))) for row in Organisation.objects.filter(state="active")}
    for one in needs:
        there = {row.organisation.pk for row in [*matches(one).organisations, *matches(one).teams]}
        assert {pk for pk, codes in found.items() if one.code in codes} == there
    assert "N-4" not in set.union(*found.values())
    assert found[cast.organisation.pk] == {"N-0", "N-1", "N-2"} and found[other.pk] == {"N-2", "N-3"}


def test_a_need_shows_its_reasons_and_the_ways_to_answer_it(cast: Cast) -> None:
    one = need(HERE)
    call = c.published(cast, by=cast.admin, fields=["elderly"])
    c.published(cast, by=cast.admin, fields=["children"], title="只要儿童")
    with clock.set_to(c.APPLYING):
        row = openings(cast.organisation).needs[0]
        assert [(way.fund.code, way.call) for way in row.ways] == [("F-BBT", call), ("F-BBT", None)]
        client = signed_in(cast.implementer)
        page = client.get(reverse("grants:matching")).content.decode()
        address = f"{reverse('projects:apply', args=['F-BBT'])}?call={call.code}&need={one.code}"
        assert "还没有项目回应" in page and address.replace("&", "&amp;") in page
        assert f'value="{one.code}" selected' in client.get(address).content.decode()
        assert client.get(f"{address}x<script>").status_code == 200
        p.running(cast, need=one)
        assert not seen(openings(cast.organisation))


def test_calls_fit_by_place_by_record_and_by_what_was_sold(cast: Cast) -> None:
    meal = [Item(1, "上门送餐", "份", 10, 1_500)]
    call = c.published(cast, by=cast.admin, kind="purchase", items=meal, smallest=1)
    far, _user = c.another_organisation(cast)
    Organisation.objects.filter(pk=far.pk).update(division_id=ELSEWHERE)
    far.refresh_from_db()
    with clock.set_to(c.APPLYING):
        own = openings(cast.organisation).calls[0]
        assert own.call == call and own.covers_place is cast.organisation.division_id.startswith(HERE)
        assert (own.wanted, own.sold) == (["上门送餐"], []) and not openings(far).calls
        done = projects.apply(
            cast.fund,
            **p.facts(cast, budget=[], call=call, offers={1: (10, 1_000)}, organisation=far, by=None),
        )
        for state in ("submitted", "tabled", "approved", "running"):
            projects.mark(done, state=state, by=None)
        there = openings(far).calls[0]
        assert there.sold == ["上门送餐"] and there.fit.done == 1 and not there.covers_place
    with clock.set_to(c.CLOSES):
        assert not openings(cast.organisation).calls


def test_only_ones_own_organisation(cast: Cast) -> None:
    _other, user = c.another_organisation(cast)
    address = reverse("grants:matching")
    assert signed_in(user).get(address, {"organisation": "O-NY"}).status_code == 404
    assert signed_in(user).get(address, {"organisation": "O-2"}).status_code == 200
    assert "不代表任何登记有效的组织" in signed_in(cast.chair).get(address).content.decode()


def test_a_team_that_met_a_need_stands_where_the_next_one_is(cast: Cast) -> None:
    team, _user = c.another_organisation(cast)
    Organisation.objects.filter(pk=team.pk).update(kind="team", division_id=ELSEWHERE)
    first, second = need(HERE, "safety"), need(HERE, "safety")
    assert team not in [row.organisation for row in matches(first).teams]
    projects.answer_need(
        first, means="volunteer", answer="换了灯", met_by=Organisation.objects.get(pk=team.pk),
        met_on=clock.day_of(first.voiced_at), helpers=4, by=None,
    )  # fmt: skip
    (found,) = [row for row in matches(second).teams if row.organisation.pk == team.pk]
    assert found.met == 1 and not [row for row in matches(second).organisations if row.organisation == team]
    assert second.code in set(seen(openings(Organisation.objects.get(pk=team.pk))))
