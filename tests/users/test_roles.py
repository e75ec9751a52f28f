"""Roles hold between their days, where their scope covers, until they are ended; a refusal says who may."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused, no
from apps.users import queries, services
from apps.users.models import Role, User
from apps.users.permissions import acts_as
from tests.cast import Cast

DAY = date(2026, 5, 10)
NOON = datetime(2026, 5, 10, 4, tzinfo=UTC)


def give(user: User, kind: str = "finance", scope: str = "host", code: str = "H-QJ", **days: date) -> Role:
    return services.grant_role(
        user,
        kind=kind,
        scope_kind=scope,
        scope_code=code,
        valid_from=days.get("start", DAY),
        valid_until=days.get("until"),
        by=None,
    )


@pytest.mark.parametrize(
    ("start", "until", "holds"),
    [
        (DAY, None, True),
        (DAY, DAY, True),
        (DAY - timedelta(30), DAY, True),
        (DAY + timedelta(1), None, False),
        (DAY - timedelta(30), DAY - timedelta(1), False),
    ],
)
def test_a_role_holds_between_its_days_and_both_ends_count(
    cast: Cast, start: date, until: date | None, holds: bool
) -> None:
    give(cast.stranger, start=start, until=until)
    with clock.set_to(NOON):
        assert acts_as(cast.stranger, "finance", host="H-QJ").ok is holds
        assert queries.current_roles(cast.stranger).exists() is holds
        assert queries.users_with("finance", host="H-QJ").filter(pk=cast.stranger.pk).exists() is holds


def test_the_day_turns_at_midnight_in_shanghai(cast: Cast) -> None:
    give(cast.stranger)
    with clock.set_to(datetime(2026, 5, 9, 15, 59, tzinfo=UTC)):
        assert not acts_as(cast.stranger, "finance", host="H-QJ")
    with clock.set_to(datetime(2026, 5, 9, 16, 0, tzinfo=UTC)):
        assert acts_as(cast.stranger, "finance", host="H-QJ")


@pytest.mark.parametrize(
    ("kind", "scope", "code", "place", "covered"),
    [
        ("finance", "host", "H-QJ", {"host": "H-QJ"}, True),
        ("finance", "host", "H-QJ", {"host": "H-XX"}, False),
        ("finance", "host", "H-QJ", {"division": "500110001"}, False),
        ("town_coordinator", "division", "500110001", {"division": "500110001"}, True),
        ("town_coordinator", "division", "500110001", {"division": "500110001002"}, True),
        ("town_coordinator", "division", "500110001", {"division": "500110002001"}, False),
        ("town_coordinator", "division", "500110001", {"division": "500110"}, False),
        ("town_coordinator", "division", "500110001", {"host": "H-QJ", "division": "500110001001"}, True),
        ("auditor", "fund", "F-BBT", {"fund": "F-BBT"}, True),
        ("auditor", "fund", "F-BBT", {"fund": "F-XJZ"}, False),
        ("implementer", "organisation", "O-NY", {"organisation": "O-NY"}, True),
        ("implementer", "organisation", "O-NY", {"organisation": "O-XX"}, False),
        ("implementer", "organisation", "O-NY", {}, True),
    ],
)
def test_a_scope_covers_its_own_place_only(
    cast: Cast, kind: str, scope: str, code: str, place: dict[str, str], covered: bool
) -> None:
    give(cast.stranger, kind, scope, code)
    with clock.set_to(NOON):
        assert acts_as(cast.stranger, kind, **place).ok is covered
        assert queries.with_role(kind, **place).filter(user=cast.stranger).exists() is covered


def test_a_refusal_names_who_may(cast: Cast) -> None:
    assert acts_as(AnonymousUser(), "finance").reason == "请先登录。"
    assert acts_as(None, "finance").reason == "请先登录。"
    assert acts_as(cast.stranger, "finance", host="H-QJ").reason == "这一步要由财务来做。"
    assert (
        acts_as(cast.stranger, "finance", "host_admin", host="H-QJ").reason
        == "这一步要由财务或慈善会管理员来做。"
    )
    assert "管的是别处" in str(acts_as(cast.finance, "finance", host="H-XX").reason)


def test_a_closed_user_acts_as_nothing(cast: Cast) -> None:
    cast.finance.is_active = False
    cast.finance.save()
    assert not acts_as(cast.finance, "finance", host="H-QJ")
    assert cast.finance not in queries.users_with("finance", host="H-QJ")


def test_an_ended_role_stops_at_once_and_can_be_given_again_the_same_day(cast: Cast) -> None:
    with clock.set_to(NOON):
        role = give(cast.stranger)
        assert acts_as(cast.stranger, "finance", host="H-QJ")
        services.end_role(role, by=None)
        services.end_role(role, by=None)
        assert not acts_as(cast.stranger, "finance", host="H-QJ")
        give(cast.stranger)
        assert acts_as(cast.stranger, "finance", host="H-QJ")
    assert AuditEvent.objects.filter(verb="end_role").count() == 1


def test_granting_twice_grants_once(cast: Cast) -> None:
    assert give(cast.stranger).pk == give(cast.stranger).pk
    with pytest.raises(Refused, match="同样的身份"):
        give(cast.stranger, until=DAY)
    assert AuditEvent.objects.filter(verb="grant_role").count() == 1


def grant_by(by: User | None, scope: str = "host", code: str = "H-QJ", kind: str = "finance") -> Role:
    user = User.objects.get(email="stranger@qj.test")
    return services.grant_role(user, kind=kind, scope_kind=scope, scope_code=code, valid_from=DAY, by=by)


def test_a_host_administrator_grants_the_roles_of_their_host_only(cast: Cast) -> None:
    role = grant_by(cast.admin)
    assert OutboxMessage.objects.get(key=f"users.role_granted:{role.pk}").address == "stranger@qj.test"
    for by, scope, code, kind in [
        (cast.admin, "host", "H-XX", "finance"),
        (cast.finance, "host", "H-QJ", "finance"),
        (cast.stranger, "host", "H-QJ", "host_admin"),
        (cast.admin, "division", "500110001", "town_coordinator"),
    ]:
        with pytest.raises(Refused):
            grant_by(by, scope, code, kind)
    with pytest.raises(Refused, match="自己的身份"):
        services.end_role(Role.objects.get(user=cast.admin), by=cast.admin)


def test_a_higher_room_may_bring_its_verdict(cast: Cast) -> None:
    with pytest.raises(Refused, match="不行"):
        services.grant_role(
            cast.stranger,
            kind="implementer",
            scope_kind="organisation",
            scope_code="O-NY",
            valid_from=DAY,
            by=cast.admin,
            permit=no("不行"),
        )


@pytest.mark.parametrize(
    ("kind", "scope", "code"),
    [
        ("finance", "division", "500110"),
        ("implementer", "host", "H-QJ"),
        ("finance", "host", ""),
        ("x", "host", "H"),
    ],
)
def test_a_role_has_only_scopes_that_make_sense(cast: Cast, kind: str, scope: str, code: str) -> None:
    with pytest.raises(Refused):
        grant_by(None, scope, code, kind)


def test_dates_in_order(cast: Cast) -> None:
    with pytest.raises(Refused, match="结束日期"):
        give(cast.stranger, until=DAY - timedelta(1))


@pytest.mark.django_db
def test_creating_a_user_twice_keeps_the_first() -> None:
    first = services.create_user(email=" Li@Example.org ", name="李红")
    again = services.create_user(email="li@example.org", name="别人")
    assert (first.pk, again.name, first.email) == (again.pk, "李红", "li@example.org")
    assert not first.has_usable_password()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "name"), [("li", "李"), ("", "李"), ("a@b.example", ""), ("a@b.example", "x" * 61)]
)
def test_a_user_needs_an_address_and_a_name(email: str, name: str) -> None:
    with pytest.raises(Refused):
        services.create_user(email=email, name=name)
    assert not User.objects.exists()
