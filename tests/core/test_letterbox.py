"""When letters go out as e-mails, which of them, and who reads them as notices."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock, letterbox, outbox
from apps.core.models import OutboxMessage
from apps.core.quiet import Wishes, end_of_quiet, goes_out, minute_of, next_at
from apps.core.verdicts import Refused

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
MINUTES = st.integers(0, 1439)
ME, OTHER = "me@qj.test", "other@qj.test"


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+08:00")


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("20T21:59", "20T21:59"),
        ("20T22:00", "21T07:00"),
        ("21T03:00", "21T07:00"),
        ("21T06:59", "21T07:00"),
        ("21T07:00", "21T07:00"),
    ],
)
def test_quiet_hours_may_pass_midnight(now: str, ends: str) -> None:
    night = Wishes(22 * 60, 7 * 60)
    assert end_of_quiet(shanghai(now), night) == shanghai(ends)
    noon = Wishes(12 * 60, 14 * 60)
    assert end_of_quiet(shanghai("20T13:00"), noon) == shanghai("20T14:00")
    assert end_of_quiet(shanghai("20T14:00"), noon) == shanghai("20T14:00")
    assert end_of_quiet(shanghai(now), Wishes(60, 60)) == shanghai(now)


@given(MOMENTS, MINUTES, MINUTES, st.none() | MINUTES, st.none() | MOMENTS)
def test_no_letter_goes_out_in_quiet_hours_but_before_its_deadline(
    now: datetime, start: int, end: int, summary: int | None, until: datetime | None
) -> None:
    wishes = Wishes(start, end, summary)
    moment = goes_out(now, until=until, wishes=wishes, now=now)
    assert moment >= now
    if end_of_quiet(moment, wishes) != moment:
        assert until is not None and until <= end_of_quiet(moment, wishes)
    if until is not None and until > now:
        assert moment < until or moment == end_of_quiet(moment, wishes) > until - timedelta(days=3)
    assert goes_out(now, until=until, wishes=Wishes(), now=now) == now


@given(MOMENTS, MINUTES)
def test_the_next_time_of_day_is_within_a_day(moment: datetime, minute: int) -> None:
    found = next_at(moment, minute)
    assert timedelta(0) < found - moment <= timedelta(days=1)
    assert minute_of(found) == minute


def say(key: str, *, to: str = ME, **more: Any) -> None:
    outbox.say(key, to=to, subject=f"subject {key}", body=more.pop("body", f"body {key}"), **more)


@pytest.mark.django_db
def test_letters_wait_for_the_end_of_quiet_hours_and_notices_do_not() -> None:
    letterbox.set_wishes(ME, wishes=Wishes(22 * 60, 7 * 60))
    with clock.set_to(shanghai("20T23:00")):
        say("plain")
        say("urgent", until=shanghai("21T06:30"))
        say("later", until=shanghai("21T09:00"))
        say("other", to=OTHER)
        assert letterbox.unread(ME) == 3
        assert outbox.deliver() == 2
        assert outbox.deliver() == 0
    assert [message.subject for message in mail.outbox] == ["subject urgent", "subject other"]
    with clock.set_to(shanghai("21T07:00")):
        assert outbox.deliver() == 2
    assert OutboxMessage.objects.get(key="plain").attempts == 1


@pytest.mark.django_db
def test_changed_wishes_count_at_once() -> None:
    letterbox.set_wishes(ME, wishes=Wishes(22 * 60, 7 * 60))
    with clock.set_to(shanghai("20T23:00")):
        say("plain")
        assert outbox.deliver() == 0
        letterbox.set_wishes(ME, wishes=Wishes())
        assert outbox.deliver() == 1


@pytest.mark.django_db
def test_a_days_letters_come_in_one_and_each_once() -> None:
    letterbox.set_wishes(ME, wishes=Wishes(summary_at=8 * 60))
    with clock.set_to(shanghai("20T09:00")):
        say("one")
        say("two", topic="M1")
        say("urgent", until=shanghai("20T20:00"))
        assert outbox.deliver() == 1
    with clock.set_to(shanghai("20T15:00")):
        say("three", topic="M1")
        assert outbox.deliver() == 0
    with clock.set_to(shanghai("21T07:59")):
        assert outbox.deliver() == 0
    with clock.set_to(shanghai("21T08:00")):
        say("next day")
        assert outbox.deliver() == 2
        assert outbox.deliver() == 0
    summary = mail.outbox[-1]
    assert summary.subject == "今天的 2 条通知"
    assert "body one" in summary.body and "body three" in summary.body
    assert "body two" not in summary.body and "next day" not in summary.body
    assert dict(OutboxMessage.objects.values_list("key", "way")) == {
        "one": "summary", "two": "overtaken", "three": "summary", "urgent": "alone", "next day": ""
    }  # fmt: skip
    assert letterbox.unread(ME) == 5


@pytest.mark.django_db
def test_of_letters_about_one_thing_only_the_last_that_waits_goes_out() -> None:
    say("opened", topic="M1")
    say("foreign", to=OTHER, topic="M1")
    say("else", topic="M2")
    say("withdrawn", topic="M1")
    outbox.deliver()
    assert {(message.to[0], message.subject) for message in mail.outbox} == {
        (OTHER, "subject foreign"), (ME, "subject else"), (ME, "subject withdrawn")
    }  # fmt: skip
    # What went out before is not taken back, and a later letter goes out by itself.
    say("again", topic="M1")
    assert outbox.deliver() == 1


@pytest.mark.django_db
def test_a_failing_summary_is_tried_again(settings: Any) -> None:
    letterbox.set_wishes(ME, wishes=Wishes(summary_at=480))
    with clock.set_to(shanghai("20T09:00")):
        say("one")
    settings.EMAIL_BACKEND = "nonsense.Backend"
    with clock.set_to(shanghai("21T08:00")):
        assert outbox.deliver() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with clock.set_to(shanghai("21T08:05")):
        assert outbox.deliver() == 1


@pytest.mark.django_db
def test_a_letterbox_is_its_addressees_alone(settings: Any) -> None:
    settings.SITE_URL = "https://example.org"
    say("mine", body="请到这里投：\nhttps://example.org/vote/M1/\n")
    say("theirs", to=OTHER)
    assert [row.key for row in letterbox.letters_of(ME)] == ["mine"]
    assert letterbox.letters_of(ME)[0].path == "/vote/M1/"
    foreign = OutboxMessage.objects.get(key="theirs")
    assert letterbox.mark_read(ME, pk=foreign.pk) == 0
    assert (letterbox.mark_read(ME), letterbox.mark_read(ME), letterbox.unread(OTHER)) == (1, 0, 1)
    assert not letterbox.letters_of("").exists() and letterbox.unread("") == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wishes", [Wishes(60, None), Wishes(None, 60), Wishes(-1, 5), Wishes(0, 1440), Wishes(summary_at=1440)]
)
def test_wishes_that_cannot_be_are_refused(wishes: Wishes) -> None:
    with pytest.raises(Refused):
        letterbox.set_wishes(ME, wishes=wishes)


def test_no_admin_page_lists_letters() -> None:
    assert OutboxMessage not in admin.site._registry
