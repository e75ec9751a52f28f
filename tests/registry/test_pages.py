"""The staff's pages of organisations."""

import pytest
from django.test import Client

from apps.registry import queries
from apps.registry.models import Organisation
from apps.users.models import Role
from tests.cast import Cast

FORM = {
    "host": "H-QJ",
    "name": "同心社会工作服务中心",
    "kind": "social_work",
    "uscc": "91110000600037341L",
    "division": "古南街道",
    "head": "李红",
    "payee_account": "6222 0231 0002 7788 990",
    "payee_bank": "重庆银行",
}


def test_registering_listing_and_adding_a_person(client: Client, cast: Cast) -> None:
    client.force_login(cast.finance)
    page = client.post("/organisations/new/", FORM)["Location"]
    assert client.post("/organisations/new/", FORM)["Location"] == page
    body = client.get(page).content.decode()
    assert "•••• 8990" in body and "77889" not in body.replace(" ", "")
    assert "同心社会工作服务中心" in client.get("/organisations/").content.decode()
    assert client.post(page + "people/", {"email": "a@b.test", "name": "小李"})["Location"] == page
    role = Role.objects.get(user__email="a@b.test")
    assert queries.for_user(role.user).exists()
    client.post(f"{page}people/{role.pk}/end/")
    assert not queries.for_user(role.user).exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"uscc": "91110000600037341M"}, "校验位"),
        ({"uscc": ""}, "请填写统一社会信用代码"),
        ({"division": "哪里都不是"}, "没有找到这个地方"),
        ({"division": "街道"}, "不止一个"),
        ({"division": "999999"}, "没有找到这个地方"),
        ({"kind": "bank"}, ""),
        ({"host": "H-XX"}, ""),
        ({"payee_account": "12"}, "收款账号只能是"),
        ({"name": "x\u200by"}, "看不见的控制字符"),
        ({"name": ""}, ""),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Client, cast: Cast, changes: dict[str, str], sentence: str
) -> None:
    client.force_login(cast.admin)
    answer = client.post("/organisations/new/", FORM | {"head": "留着的名字"} | changes)
    body = answer.content.decode()
    assert answer.status_code == 422 and sentence in body and "留着的名字" in body
    assert Organisation.objects.count() == 1


def test_only_staff_of_its_host_reach_an_organisation(client: Client, cast: Cast) -> None:
    page = "/organisations/O-NY/"
    other = Organisation.objects.create(
        code="O-2",
        host="H-XX",
        name="别家的",
        kind="team",
        division_id="500110",
        head="x",
        registered_at="2026-01-01T00:00:00Z",
    )
    posts = [
        (page + "people/", {"email": "a@b.test", "name": "x"}),
        (page + "account/", {"payee_account": "62220231000277", "payee_bank": "x"}),
        (page + "suspend/", {}),
        (page + "restore/", {}),
    ]
    for who in (cast.coordinator, cast.auditor, cast.stranger):
        client.force_login(who)
        assert {
            client.get(path).status_code for path in ("/organisations/", "/organisations/new/", page)
        } == {404}
        assert {client.post(path, words).status_code for path, words in posts} == {404}
    client.force_login(cast.implementer)
    assert client.get(page).status_code == 200
    assert {client.post(path, words).status_code for path, words in posts} == {404}
    client.force_login(cast.admin)
    assert client.get(f"/organisations/{other.code}/").status_code == 404
    answer = client.post(page + "account/", posts[1][1])
    assert answer.status_code == 400 and "要由财务来做" in answer.content.decode()
    client.logout()
    assert all(client.post(path, words)["Location"].startswith("/accounts/login/") for path, words in posts)


def test_suspending_and_restoring(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    client.post("/organisations/O-NY/suspend/")
    assert Organisation.objects.get(code="O-NY").state == "suspended"
    client.post("/organisations/O-NY/restore/")
    assert Organisation.objects.get(code="O-NY").state == "active"
