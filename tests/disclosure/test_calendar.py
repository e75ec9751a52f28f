"""The public calendar of a fund and of a place."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import Q
from django.test import Client

from apps.core import clock
from apps.disclosure.queries.calendar import public_days
from apps.grants.models import Grant
from apps.projects.models import Call, Milestone
from tests.cast import Cast
from tests.grants import calls as c
from tests.grants import house as h

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Cast) -> Cast:
    """The cast with a committee of seven and money in the fund."""
    h.seat_everyone(cast)
    h.money(cast)
    return cast


@pytest.fixture
def grant(house: Cast) -> Grant:
    """A grant at work, with one instalment paid for and one waiting for acceptance."""
    found = h.at_work(house)
    Milestone.objects.create(
        project=found.project,
        number=1,
        words="装扶手; 一楼",
        due_on=found.project.ends_on - timedelta(days=3),
    )
    return found


def test_what_is_ahead_stands_on_its_day(house: Cast, grant: Grant) -> None:
    with clock.set_to(h.AFTER_NOTICE):
        last = grant.project.ends_on
        days = public_days(Q(pk=house.fund.pk), first=last - timedelta(days=9), last=last)
        assert [(row.kind, row.day) for row in days] == [
            ("节点到期", last - timedelta(days=3)),
            ("该交结项成果、验收", last),
            *[("验收后付款", last)] * grant.instalments.filter(condition="evidence_accepted").count(),
        ]
        assert not public_days(Q(pk=house.other_fund.pk), first=last - timedelta(days=9), last=last)
        month, client = f"{last:%Y-%m}", Client()
        for address in ("/f/F-BBT/calendar/", "/d/500110/calendar/", "/d/500110001/calendar/"):
            page = client.get(address, {"month": month}).content.decode()
            assert "装扶手; 一楼" in page and f"/p/{grant.project.code}/" in page
            # Whole, as people paste it into another program.
            assert f">{settings.SITE_URL}{address.rstrip('/')}.ics<" in page
            for month_asked in ("2026-13", "1900-01", "9999-12", "x", "２０２６-01", ""):
                assert client.get(address, {"month": month_asked}).status_code == 200
        for address in ("/f/F-BBT/calendar.ics", "/d/500110/calendar.ics"):
            feed = client.get(address)
            lines = feed.content.decode().replace("\r\n ", "").split("\r\n")
            assert feed["Content-Type"].startswith("text/calendar")
            assert f"DTSTART;VALUE=DATE:{last:%Y%m%d}" in lines and any(
                r"装扶手\; 一楼" in one for one in lines
            )
            uids = [line for line in lines if line.startswith("UID:")]
            assert len(uids) == len(set(uids)) > 1
        for address in ("/f/F-NO/calendar/", "/f/F-NO/calendar.ics", "/d/99/calendar/", "/d/x/calendar.ics"):
            assert client.get(address).status_code == 404


def test_a_moved_day_is_the_same_event(house: Cast, grant: Grant) -> None:
    with clock.set_to(h.AFTER_NOTICE):
        last = grant.project.ends_on
        span = {"first": last - timedelta(days=9), "last": last + timedelta(days=9)}
        before = {row.key: row.day for row in public_days(Q(pk=house.fund.pk), **span)}
        Milestone.objects.update(due_on=last - timedelta(days=5))
        after = {row.key: row.day for row in public_days(Q(pk=house.fund.pk), **span)}
        assert before.keys() == after.keys() and before != after


def test_a_call_stands_on_the_last_day_to_apply_and_a_draft_nowhere(house: Cast) -> None:
    with clock.set_to(c.APPLYING):
        call = c.published(house)
        day = clock.day_of(call.closes_at)
        span = {"first": day - timedelta(days=1), "last": day}

        def said() -> list[tuple[str, str, str]]:
            return [
                (row.kind, row.title, row.path)
                for row in public_days(Q(pk=house.fund.pk), **span)
                if row.key.startswith("call-") and row.day == day
            ]

        assert said() == [("征集截止", call.title, f"/calls/{call.code}/")]
        assert call.title in Client().get("/f/F-BBT/calendar/", {"month": f"{day:%Y-%m}"}).content.decode()
        assert not public_days(Q(pk=house.general.pk), **span)
        # Until midnight is until the end of the day before.
        Call.objects.update(closes_at=clock.midnight(day + timedelta(days=1)))
        assert len(said()) == 1
        Call.objects.update(state="draft")
        assert said() == []
