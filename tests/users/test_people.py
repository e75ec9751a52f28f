"""The administrator's page of a host's staff, and the operator's admin."""

import pytest
from django.test import Client

from apps.users.models import Role, User
from apps.users.queries import current_roles
from tests.cast import Cast

FORM = {"email": "new@qj.test", "name": "新会计", "kind": "finance", "valid_from": "2026-01-01"}


def test_an_administrator_gives_and_ends_a_role(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    assert client.post("/people/H-QJ/", FORM)["Location"] == "/people/H-QJ/"
    role = Role.objects.get(user__email="new@qj.test")
    assert "新会计" in client.get("/people/H-QJ/").content.decode()
    assert client.post(f"/people/H-QJ/{role.pk}/end/").status_code == 302
    assert not current_roles(role.user).exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "x"}, "new-mail"),
        ({"kind": "implementer"}, ""),
        ({"kind": ""}, ""),
        ({"valid_until": "2025-01-01"}, "结束日期不能早于开始日期"),
        ({"name": "\u202e"}, "看不见的控制字符"),
        ({"valid_from": "明天"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Client, cast: Cast, changes: dict[str, str], sentence: str
) -> None:
    client.force_login(cast.admin)
    before = Role.objects.count()
    answer = client.post("/people/H-QJ/", FORM | {"name": "留着的名字"} | changes)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert Role.objects.count() == before
    assert "name" in changes or "留着的名字" in body
    assert sentence in body or sentence == "new-mail"


def test_nobody_else_reaches_it(client: Client, cast: Cast) -> None:
    role = Role.objects.get(user=cast.finance)
    for who in (cast.finance, cast.coordinator, cast.stranger):
        client.force_login(who)
        assert client.get("/people/H-QJ/").status_code == 404
        assert client.post("/people/H-QJ/", FORM).status_code == 404
        assert client.post(f"/people/H-QJ/{role.pk}/end/").status_code == 404
    client.force_login(cast.admin)
    assert client.get("/people/H-XX/").status_code == 404
    elsewhere = Role.objects.get(user=cast.coordinator)
    assert client.post(f"/people/H-QJ/{elsewhere.pk}/end/").status_code == 404
    client.logout()
    assert client.get("/people/H-QJ/")["Location"].startswith("/accounts/login/")


def test_ones_own_role_is_ended_by_someone_else(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    role = Role.objects.get(user=cast.admin)
    answer = client.post(f"/people/H-QJ/{role.pk}/end/")
    assert answer.status_code == 400 and "另一位管理员" in answer.content.decode()
    assert current_roles(cast.admin).exists()


def test_the_admin_of_people_is_for_superusers(client: Client, cast: Cast) -> None:
    pages = ["/admin/users/user/", "/admin/users/role/", "/admin/users/user/add/", "/admin/users/role/add/"]
    staff = User.objects.create_user("staff@qj.test", "x", name="员工", is_staff=True)
    client.force_login(staff)
    assert {client.get(page).status_code for page in pages} == {403}
    boss = User.objects.create_superuser("boss@qj.test", "x", name="管理")
    client.force_login(boss)
    assert {client.get(page).status_code for page in pages} == {200}
    assert client.get(f"/admin/users/user/{staff.pk}/delete/").status_code == 403
    client.post(
        "/admin/users/role/add/",
        {
            "user": staff.pk,
            "kind": "town_coordinator",
            "scope_kind": "division",
            "scope_code": "500110002",
            "valid_from": "2026-01-01",
        },
    )
    assert current_roles(staff).get().kind == "town_coordinator"
    wrong = client.post(
        "/admin/users/role/add/",
        {
            "user": staff.pk,
            "kind": "finance",
            "scope_kind": "fund",
            "scope_code": "F",
            "valid_from": "2026-01-01",
        },
    )
    assert wrong.status_code == 200 and "不能授予" in wrong.content.decode()
