"""A provider that brings no events any more is noticed, though its money is found by asking."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.donations.checks.providers import providers_are_heard
from apps.donations.models import ProviderEvent
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.queries import silences
from apps.donations.services import reconcile, settle
from apps.donations.waiting import waiting_for
from tests.cast import Cast
from tests.donations.conftest import Give

pytestmark = pytest.mark.django_db


def after(hours: float) -> Any:
    return clock.set_to(clock.now() + timedelta(hours=hours))


def owed() -> list[str]:
    return [one.channel for one in silences()]


def test_what_no_worker_reads_is_told_on_finances_desk(cast: Cast, give: Give, stand_in: StandIn) -> None:
    def told() -> list[str]:
        return [row.title for row in waiting_for(cast.finance) if "没有处理" in row.title]

    stand_in.pay(give().session_id)
    stand_in.webhooks.let_go()
    assert ProviderEvent.objects.filter(state="new").exists()
    with after(0.1):
        assert told() == []
    with after(0.2):
        [title] = told()
        assert str(ProviderEvent.objects.filter(state="new").count()) in title
        assert not any("没有处理" in row.title for row in waiting_for(cast.admin))
        settle()
        assert told() == []


def test_nothing_is_owed_where_nobody_pays(stand_in: StandIn) -> None:
    with after(10_000):
        assert owed() == []


def test_a_page_that_ended_without_a_word_is_noticed(give: Give, stand_in: StandIn, settings: Any) -> None:
    give()
    # The page is open for two hours, and six more are waited.
    for hours, expected in ((1, []), (7.9, []), (8.1, ["stripe"])):
        with after(hours):
            assert owed() == expected
    settings.PROVIDER_SILENCE_HOURS = 24
    with after(8.1):
        assert owed() == []


def test_what_had_to_be_asked_for_was_not_brought(give: Give, stand_in: StandIn) -> None:
    stand_in.pay(give().session_id)
    reconcile()
    assert ProviderEvent.objects.filter(delivered_at=None).exists()
    with after(5.9):
        assert owed() == []
    with after(6.1):
        assert owed() == ["stripe"]
        # What was found by asking comes in the end: the endpoint works again.
        stand_in.webhooks.let_go()
        assert owed() == []
    assert not ProviderEvent.objects.filter(delivered_at=None).exists()


def test_the_next_event_ends_it(give: Give, stand_in: StandIn) -> None:
    give()
    with after(9):
        assert owed() == ["stripe"]
    stand_in.pay(give().session_id)
    with after(9):
        stand_in.webhooks.let_go()
        settle()
        assert owed() == []


def test_finance_and_the_operator_are_told(
    client: Client, cast: Cast, give: Give, stand_in: StandIn, settings: Any
) -> None:
    stand_in.pay(give().session_id)
    reconcile()
    settings.PROVIDER_SILENCE_HOURS = 0
    titles = [row.title for row in waiting_for(cast.finance)]
    assert titles == ["支付通知没有按时来：银行卡、支付宝、微信支付"]
    assert waiting_for(cast.coordinator) == []
    client.force_login(cast.finance)
    assert "通知地址是不是停用了" in client.get("/gifts/parked/").content.decode()
    assert [row["provider"] for row in providers_are_heard()] == ["stripe"]
    stand_in.webhooks.let_go()
    assert waiting_for(cast.finance) == []
    assert "通知地址" not in client.get("/gifts/parked/").content.decode()
