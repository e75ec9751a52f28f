"""Reminders of pledges and monthly gifts reach donors who left a phone alone: by text, or by finance's telephone."""

import json
from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from apps.core import clock
from apps.donations import services
from apps.donations.models import DonorText, GivingPlan, Pledge
from apps.donations.services import OfflineGift
from apps.donations.services.texting import TRIES
from apps.donations.waiting import waiting_for
from tests.cast import Cast
from tests.donations.monthly import Begin
from tests.donations.test_pledges import promise, receive

pytestmark = pytest.mark.django_db
PHONE, LANDLINE = "13812345678", "023-48612345"


class Broken:
    def send(self, number: str, *, template: str, facts: Mapping[str, str], text: str) -> None:
        raise OSError(number)


@pytest.fixture
def texted(settings: Any, tmp_path: Path) -> Path:
    settings.SMS_SENDER, settings.DATA_DIR = "file", tmp_path
    return tmp_path / "sms.jsonl"


def open_kinds() -> list[str]:
    return list(DonorText.objects.filter(closed_at=None).order_by("pk").values_list("kind", flat=True))


def monthly(cast: Cast, begin: Begin) -> GivingPlan:
    """A monthly gift whose donor gave before and left a phone alone, asked for by the day after tomorrow."""
    gift = OfflineGift(cast.fund, 1_00, "cash", clock.today(), "before", contact=PHONE)
    services.record_offline(gift, by=cast.finance)
    return begin(rail="reminder", day=(clock.today() + timedelta(days=10)).day, contact=PHONE)


def remind_in(days: int) -> None:
    with clock.set_to(clock.now() + timedelta(days=days)):
        services.remind()


def test_a_phone_is_texted_before_and_after_the_day_and_a_landline_is_called(
    cast: Cast, texted: Path
) -> None:
    pledge = promise(cast, contact=PHONE, name="暖心商行")
    promise(cast, contact=LANDLINE)
    for days in (0, 0, 20, 21):
        with clock.set_to(clock.now() + timedelta(days=days)):
            services.remind_pledges()
            services.send_donor_texts()
    said = [json.loads(line) for line in texted.read_text().splitlines()]
    assert [(row["to"], row["template"]) for row in said] == [(PHONE, "pledge_due"), (PHONE, "pledge_late")]
    assert all(pledge.reference in row["text"] and "¥400.00" in row["text"] for row in said)
    assert "暖心" not in str(said)
    assert open_kinds() == ["pledge_soon", "pledge_late"]
    with clock.set_to(clock.now() + timedelta(days=21)):
        services.close_pointless()
    assert open_kinds() == ["pledge_late"]


def test_without_texts_finance_calls_until_the_money_comes(cast: Cast, settings: Any) -> None:
    settings.SMS_SENDER = ""
    pledge = promise(cast, contact=PHONE)
    services.remind_pledges()
    client = Client()
    client.force_login(cast.finance)
    page = client.get("/gifts/by-hand/").content.decode()
    assert f"/pledges/{pledge.code}/" in page and "认捐的一期快到了" in page
    assert PHONE not in page and pledge.donor.name not in page
    assert [row.title for row in waiting_for(cast.finance) if "打电话" in row.label] == [
        f"认捐的一期快到了：捐给{cast.fund.name}"
    ]
    receive(cast, pledge, 30_000)
    assert open_kinds() == ["pledge_soon"]
    receive(cast, pledge, 10_000)
    assert open_kinds() == []


def test_who_was_let_go_or_erased_is_called_no_more(cast: Cast, settings: Any) -> None:
    settings.SMS_SENDER = ""
    waived, erased = promise(cast, contact=PHONE), promise(cast, contact=LANDLINE)
    services.remind_pledges()
    assert len(open_kinds()) == 2
    services.end_pledge(Pledge.objects.get(pk=waived.pk), why="waived", reason="不捐了", by=cast.finance)
    services.erase_donor(erased.donor, by=None)
    assert open_kinds() == []


def test_a_month_that_could_not_be_asked_for_by_text_is_asked_for_by_telephone(
    cast: Cast, begin: Begin, settings: Any, texted: Path
) -> None:
    plan = monthly(cast, begin)
    remind_in(12)
    settings.SMS_SENDER = f"{__name__}.Broken"
    with clock.set_to(clock.now() + timedelta(days=13)):
        for _turn in range(TRIES + 1):
            DonorText.objects.exclude(due_at=None).update(due_at=clock.now())
            assert services.send_donor_texts() == 0
    row = DonorText.objects.get()
    assert (row.tries, row.due_at, row.closed_at) == (TRIES, None, None)
    client = Client()
    client.force_login(cast.finance)
    page = client.get("/gifts/by-hand/").content.decode()
    assert f"/gifts/donors/{plan.donor.code}/" in page and PHONE not in page and plan.token not in page
    with clock.set_to(clock.now() + timedelta(days=13)):
        services.close_pointless()
        assert open_kinds() == ["month"]
        services.stop_plan(plan, by=None)
    assert "month" not in open_kinds()


def test_nobody_is_called_about_what_they_stopped_themselves_or_a_month_long_over(
    cast: Cast, begin: Begin, settings: Any, texted: Path
) -> None:
    plan = monthly(cast, begin)
    settings.SMS_SENDER = ""
    remind_in(12)
    assert open_kinds() == ["month"]
    with clock.set_to(clock.now() + timedelta(days=50)):
        assert services.close_pointless() == 1
    services.stop_plan(plan, by=None)
    assert open_kinds() == []


def test_texts_of_plans_move_into_the_table_of_gifts_and_the_table_can_be_altered_after(
    cast: Cast, begin: Begin
) -> None:
    plan, now = monthly(cast, begin), clock.now()
    DonorText.objects.all().delete()
    steps = MigrationLoader(connection, replace_migrations=False)
    old = steps.project_state([("donations", "0036_payments_by_channel")])
    moment = "timestamptz" if connection.vendor == "postgresql" else "datetime"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE donations_plantext (id bigint, plan_id bigint, key varchar(40), due_at {moment},"
            f" tries int, closed_at {moment}, was_sent bool)"
        )
    texts = old.apps.get_model("donations", "PlanText")
    for pk, key in enumerate(("month:2026-11", "stopped"), start=1):
        texts.objects.create(pk=pk, plan_id=plan.pk, key=key, due_at=now, tries=pk)

    class Apps:
        @staticmethod
        def get_model(app: str, name: str) -> Any:
            return texts if name == "PlanText" else DonorText

    move = import_module("apps.donations.migrations.0037_texts_about_promises").move
    move(Apps, connection.schema_editor())
    assert list(DonorText.objects.order_by("pk").values_list("kind", "code", "plan", "tries", "due_at")) == [
        ("month", f"{plan.code}:month:2026-11", plan.pk, 1, now),
        ("plan", f"{plan.code}:stopped", plan.pk, 2, now),
    ]
    # PostgreSQL alters no table whose rows wait for a check of what they refer to.
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE donations_donortext ADD COLUMN later int")
