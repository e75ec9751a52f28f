"""Applications that are left half written: kept as typed, sealed, one's own alone, gone when handed in."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.verdicts import Refused
from apps.projects import rules, services
from apps.projects.models import Project, Unfinished
from apps.users.models import User
from tests.cast import Cast
from tests.grants.calls import another_organisation
from tests.projects import house as p
from tests.projects.test_pages import application

pytestmark = pytest.mark.django_db
KEY = "P23456789AB"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def in_november() -> object:
    with clock.set_to(clock.midnight(date(2026, 11, 21))):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def kept(client: Client, address: str, **typed: Any) -> Any:
    return client.post(address, application(keep="1", **typed), headers=JSON)


def test_what_is_typed_is_kept_taken_up_and_gone_when_handed_in(cast: Cast) -> None:
    client, address = signed_in(cast.implementer), reverse("projects:apply", args=["F-BBT"])
    typed = {"title": "", "conflicts": "张三是委员的表弟", "amount_0": "-1", "rows": "16"}
    first = kept(client, address, **typed).json()
    assert first["said"] == "已保存 00:00" and not Project.objects.exists()
    kept(client, address, **typed | {"title": "午餐"})
    row = Unfinished.objects.get()
    assert (row.user, row.typed["title"]) == (
        cast.implementer,
        "午餐",
    ) and "csrfmiddlewaretoken" not in row.typed
    assert "张三" not in row.values_sealed and row.typed["conflicts"] == "张三是委员的表弟"
    assert "接着写" in client.get(reverse("projects:mine")).content.decode()
    assert first["address"].replace("&", "&amp;") in client.get(address).content.decode()
    again = client.get(first["address"]).content.decode()
    assert "张三是委员的表弟" in again and KEY in again and again.count('name="amount_') == 16
    assert client.post(first["address"], application()).status_code == 302
    assert Project.objects.get().code == KEY and not Unfinished.objects.exists()
    # A save that was still on its way when the form was handed in leaves nothing behind.
    late = kept(client, address)
    assert (
        late.status_code == 422 and "已经存成草稿" in late.json()["said"] and not Unfinished.objects.exists()
    )


def test_without_scripts_a_button_does_the_same(cast: Cast) -> None:
    client, address = signed_in(cast.implementer), reverse("projects:apply", args=["F-BBT"])
    page = client.post(address, application(keep="1", title=""), follow=True)
    body = page.content.decode()
    assert "已保存 00:00" in body and "保温盒" in body and 'class="errors"' not in body
    long = client.post(address, application(keep="1", goal="字" * rules.MAX_UNFINISHED_BYTES))
    assert long.status_code == 422 and "存不下" in long.content.decode() and "保温盒" in long.content.decode()
    assert Unfinished.objects.get().typed["goal"] == "送饭"


def test_a_draft_is_rewritten_and_a_newer_text_wins(cast: Cast) -> None:
    client, draft = signed_in(cast.implementer), p.draft(cast)
    address = reverse("projects:edit", args=[draft.code])
    seen = client.get(address).context["form"].initial["seen"]
    assert kept(client, address, seen=seen, title="改到一半").status_code == 200
    assert "改到一半" in client.get(reverse("projects:mine")).content.decode()
    assert "有一份没写完的" in client.get(address).content.decode()
    assert client.post(address, application(seen=seen, title="改好了")).status_code == 302
    assert not Unfinished.objects.exists()
    late = kept(client, address, seen=seen, title="改到一半")
    assert late.status_code == 422 and "已经改过了" in late.json()["said"]
    services.mark(draft, state="submitted", by=None)
    services.mark(draft, state="tabled", by=None)
    fixed = kept(client, address, seen=seen)
    assert fixed.status_code == 422 and "定住了" in fixed.json()["said"] and not Unfinished.objects.exists()


def test_nobody_else_reads_it(cast: Cast) -> None:
    """Not even colleagues: what is finished enough to be shared is a draft."""
    address = reverse("projects:apply", args=["F-BBT"])
    mine = kept(signed_in(cast.implementer), address).json()["address"]
    _organisation, other = another_organisation(cast)
    for user in (other, cast.secretary, cast.admin, cast.stranger):
        client = signed_in(user)
        assert client.get(mine).status_code == 404
        assert client.post(reverse("projects:discard", args=[KEY])).status_code == 404
        assert kept(client, address).status_code == 422
    assert Unfinished.objects.get().user == cast.implementer
    own = signed_in(cast.implementer)
    assert own.get(reverse("projects:discard", args=[KEY])).status_code == 405
    assert own.post(reverse("projects:discard", args=[KEY])).status_code == 302
    assert not Unfinished.objects.exists()


def test_only_so_many_are_kept_and_old_ones_are_forgotten(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MAX_UNFINISHED", 2)
    for number in (2, 3):
        services.keep_unfinished(cast.fund, code=f"P2345678{number}AB", values={}, by=cast.implementer)
    for code, sentence in (("P23456784AB", "最多留 2 份"), ("P1", "表单过期"), ("", "表单过期")):
        with pytest.raises(Refused, match=sentence):
            services.keep_unfinished(cast.fund, code=code, values={}, by=cast.implementer)
    with clock.set_to(clock.now() + timedelta(days=settings.UNFINISHED_DAYS, minutes=-1)):
        services.keep_unfinished(
            cast.fund, code="P23456783AB", values={"title": "还在写"}, by=cast.implementer
        )
        assert services.sweep_unfinished() == 0
    with clock.set_to(clock.now() + timedelta(days=settings.UNFINISHED_DAYS, minutes=1)):
        assert services.sweep_unfinished() == 1
    assert Unfinished.objects.get().typed == {"title": "还在写"}
