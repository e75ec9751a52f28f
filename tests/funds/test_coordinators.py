"""A host's administrator says who coordinates the towns of its area."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import queries, services
from apps.funds.permissions import may_adopt
from apps.users.models import Role, User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ADDRESS = "/funds/coordinators/H-QJ/"
TOWN = "500110001"


def appoint(cast: Cast, **changes: Any) -> Role:
    facts: dict[str, Any] = {
        "division": Division.objects.get(code=TOWN),
        "email": "new@qj.test",
        "name": "冉新",
        "valid_from": clock.today(),
        "by": cast.admin,
    }
    return services.appoint_coordinator(cast.host, **(facts | changes))


def listed(cast: Cast) -> list[str]:
    return [f"{role.user.email} {town.code}" for role, town in queries.coordinators(cast.host)]


def test_a_coordinator_acts_from_their_day_until_the_role_ends(cast: Cast) -> None:
    role = appoint(cast)
    assert appoint(cast) == role
    assert may_adopt(role.user, cast.host, level=3, division=TOWN)
    assert not may_adopt(role.user, cast.host, level=3, division="500110002")
    assert f"new@qj.test {TOWN}" in listed(cast)
    for _time in range(2):
        services.dismiss_coordinator(role, host=cast.host, by=cast.admin)
    assert f"new@qj.test {TOWN}" not in listed(cast)
    assert not may_adopt(role.user, cast.host, level=3, division=TOWN)
    assert (
        AuditEvent.objects.filter(verb__in=["grant_role", "end_role"], subject_code=str(role.pk)).count() == 2
    )


@pytest.mark.parametrize("code", ["50", "500110", "500110001001"])
def test_only_towns_of_the_area_have_one(cast: Cast, code: str) -> None:
    with pytest.raises(Refused, match="区域里的街镇") as refusal:
        appoint(cast, division=Division.objects.get(code=code))
    assert refusal.value.field == "division"
    cast.host.excluded.add(Division.objects.get(code=TOWN))
    before = listed(cast)
    with pytest.raises(Refused, match="区域里的街镇"):
        appoint(cast)
    assert before == [] and not User.objects.filter(email="new@qj.test").exists()


@pytest.mark.parametrize("who", ["finance", "coordinator", "auditor", "stranger"])
def test_nobody_but_the_administrator_appoints_or_dismisses(cast: Cast, who: str) -> None:
    role = Role.objects.get(user=cast.coordinator, kind="town_coordinator")
    with pytest.raises(Refused):
        appoint(cast, by=getattr(cast, who))
    with pytest.raises(Refused):
        services.dismiss_coordinator(role, host=cast.host, by=getattr(cast, who))
    role.refresh_from_db()
    assert role.ended_at is None and not User.objects.filter(email="new@qj.test").exists()


def test_the_page_appoints_and_dismisses(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.admin)
    sent = {"division": TOWN, "email": "New@qj.test", "name": "冉新", "valid_from": clock.today().isoformat()}
    wrong = [
        {"division": "500110"}, {"division": "没有的镇"}, {"email": "x"}, {"name": "\u202e"}, {"valid_from": "x"},
        {"valid_until": date(2020, 1, 1).isoformat()},
    ]  # fmt: skip
    for change in wrong:
        refused = client.post(ADDRESS, sent | change)
        assert (
            refused.status_code == 422 and 'class="error' in refused.text
        ) or "有 1 处要改" in refused.text, change
    assert not Role.objects.filter(user__email="new@qj.test").exists()
    assert client.post(ADDRESS, sent).status_code == 302
    role = Role.objects.get(user__email="new@qj.test")
    assert "冉新" in client.get(ADDRESS).text
    assert all(ADDRESS in client.get(page).text for page in ("/funds/", "/people/H-QJ/"))
    other = Role.objects.filter(kind="finance").first()
    assert other is not None and client.post(f"{ADDRESS}{other.pk}/end/").status_code == 404
    assert client.post(f"{ADDRESS}{role.pk}/end/").status_code == 302
    assert "冉新" not in client.get(ADDRESS).text
    client.force_login(cast.finance)
    assert client.get(ADDRESS).status_code == 404 and client.post(ADDRESS, sent).status_code == 404
