"""Verbs, the clock, the outbox, versions, and the pages every visitor can reach."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client

from apps.core import audit, clock, outbox, versions
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.moves import check_move
from apps.core.sets import rows_source
from apps.core.verbs import ATTEMPTS, verb
from apps.core.verdicts import YES, Refused, no


class Serialisation(Exception):
    sqlstate = "40001"


def busy() -> OperationalError:
    error = OperationalError("could not serialize")
    error.__cause__ = Serialisation()
    return error


@pytest.mark.django_db(transaction=True)
def test_a_verb_runs_again_after_a_serialisation_failure() -> None:
    tries: list[int] = []

    @verb
    def work() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise busy()
        return "done"

    assert work() == "done"
    assert len(tries) == 3


@pytest.mark.django_db(transaction=True)
def test_a_verb_gives_up_in_the_end_and_other_errors_at_once() -> None:
    tries: list[Exception] = []

    @verb
    def work(error: Exception) -> None:
        tries.append(error)
        raise error

    with pytest.raises(OperationalError):
        work(busy())
    assert len(tries) == ATTEMPTS
    with pytest.raises(OperationalError, match="disk"):
        work(OperationalError("disk full"))
    assert len(tries) == ATTEMPTS + 1


def test_a_verdict_explains_itself() -> None:
    YES.require()
    with pytest.raises(Refused, match="because"):
        no("because").require()


def test_states_move_only_as_the_table_says() -> None:
    table = {"open": frozenset({"closed"})}
    check_move(table, "open", "closed", what="基金")
    for old, new in (("closed", "open"), ("unknown", "open")):
        with pytest.raises(Refused, match="基金"):
            check_move(table, old, new, what="基金")


def test_days_are_cut_in_shanghai() -> None:
    assert clock.day_of(datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC)).isoformat() == "2026-09-30"
    assert clock.day_of(datetime(2026, 9, 30, 16, 0, 0, tzinfo=UTC)).isoformat() == "2026-10-01"
    assert clock.midnight(clock.day_of(datetime(2026, 9, 30, 16, tzinfo=UTC))) == datetime(
        2026, 9, 30, 16, tzinfo=UTC
    )


def test_the_clock_cannot_be_set_in_production(settings: Any) -> None:
    moment = datetime(2026, 2, 28, tzinfo=UTC)
    with clock.set_to(moment):
        assert clock.now() == moment
    settings.IS_PRODUCTION = True
    with pytest.raises(RuntimeError), clock.set_to(moment):
        pass


@pytest.mark.real_clock
@pytest.mark.django_db
def test_the_clock_runs() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.django_db
def test_a_message_is_laid_once_and_sent_once() -> None:
    for _turn in range(3):
        outbox.say("vote-opened:M1:7", to="a@b.cn", subject="请您投票", body="…")
    outbox.say("nobody", to="", subject="x", body="x")
    assert outbox.deliver() == 1
    assert outbox.deliver() == 0
    assert [message.subject for message in mail.outbox] == ["请您投票"]
    assert OutboxMessage.objects.get().sent_at is not None


@pytest.mark.django_db
def test_a_mail_server_that_is_down_is_tried_again(settings: Any) -> None:
    outbox.say("k", to="a@b.cn", subject="s", body="b")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert outbox.deliver() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.deliver() == 0
    with clock.set_to(clock.now() + outbox.FIRST_PAUSE):
        assert outbox.deliver() == 1


@pytest.mark.django_db
def test_a_letter_that_fits_into_no_mail_does_not_hold_up_the_others() -> None:
    outbox.say("two-lines", to="a@b.cn", subject="s\nBcc: all@b.cn", body="b")
    outbox.say("odd-address", to='"a\x02b"@b.cn', subject="s", body="b")
    outbox.say("sound", to="c@d.cn", subject="s", body="b")
    outbox.deliver()
    assert [message.to for message in mail.outbox][-1] == ["c@d.cn"]
    assert "all@b.cn" not in str([message.message() for message in mail.outbox])
    assert OutboxMessage.objects.get(key="two-lines").error == "BadHeaderError"


@pytest.mark.django_db
def test_versions_only_rise() -> None:
    assert versions.version("fund:F") == 0
    versions.bump("fund:F", "site", "fund:F")
    versions.bump("fund:F")
    assert (versions.version("fund:F"), versions.version("site")) == (2, 1)


@pytest.mark.django_db
def test_a_set_of_rows_travels_whole() -> None:
    names = ["王䶮'\"\\", "b"], ["NULL", ""], ['","', "{}"], ["\\", "x"], ["", ""], ["é,ü", "b"]
    for first, second in names:
        rows = [(first, 1, None), (second, -(2**40), "x")]
        source, values = rows_source([("name", "text"), ("amount", "bigint"), ("note", "text")], rows)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT name, amount, note FROM {source} ORDER BY ordinal", values)
            assert cursor.fetchall() == rows


@pytest.mark.django_db
def test_the_audit_names_who_did_what(cast: object) -> None:
    event = audit.record(cast.finance, "tested", cast.fund, amount=5)  # type: ignore[attr-defined]
    stored = AuditEvent.objects.get(pk=event.pk)
    assert (stored.verb, stored.subject_kind, stored.subject_code, stored.facts) == (
        "tested",
        "funds.fund",
        "F-BBT",
        {"amount": 5},
    )
    audit.record_many(
        None,
        "tested",
        type(cast.fund),
        {"F1": {"amount": 6, "who": 'a"b'}, "F2": {"amount": 7}},  # type: ignore[attr-defined]
    )
    rows = AuditEvent.objects.filter(by_id=None, verb="tested", subject_kind="funds.fund").order_by("pk")
    assert [(row.subject_code, row.facts) for row in rows] == [
        ("F1", {"amount": 6, "who": 'a"b'}),
        ("F2", {"amount": 7}),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_choosing_a_language_never_leads_away(client: Client, back: str) -> None:
    response = client.post("/choose/", {"language": "en", "next": back})
    assert response["Location"] == "/"
    assert response.cookies["language"].value == "en"


@pytest.mark.django_db
def test_nonsense_choices_are_ignored(client: Client) -> None:
    response = client.post("/choose/", {"language": "xx", "size": "huge", "next": "/f/"})
    assert response["Location"] == "/f/"
    assert not response.cookies


@pytest.mark.django_db
def test_health(client: Client) -> None:
    assert client.get("/healthz/").content == b"ok"


@pytest.mark.django_db
def test_an_unknown_file_is_not_found(client: Client) -> None:
    assert client.get("/files/NOSUCHFILE/").status_code == 404
