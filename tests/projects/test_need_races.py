"""Two clicks on one form at once are one need with one slip; and what happens with the lock off."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.core.models import AuditEvent
from apps.projects import services
from apps.projects.models import Need, NeedPrivate
from apps.projects.services import needs
from tests.cast import Cast
from tests.crowd import at_once, errors, unlocked
from tests.grants.house import seat_everyone

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ONCE = ("need_sent_once", "need_receipt_once")


@contextmanager
def unconstrained(off: bool) -> Iterator[None]:
    """Take the constraints that leave one need of one form away for a while."""
    rules = [rule for rule in Need._meta.constraints if rule.name in ONCE and off]
    with connection.schema_editor() as editor:
        for rule in rules:
            editor.remove_constraint(Need, rule)
    try:
        yield
    finally:
        NeedPrivate.objects.all().delete()
        Need.objects.all().delete()
        with connection.schema_editor() as editor:
            for rule in rules:
                editor.add_constraint(Need, rule)


def clicks(cast: Cast, count: int) -> tuple[list[str], list[int]]:
    """Send one filled-in form many times at once; return the slips that were shown, and how each click was answered."""
    seat_everyone(cast)
    address = reverse("projects:need", args=[cast.fund.division_id])
    key = re.findall(r'name="key" value="(N\w+)"', Client().get(address).content.decode())[0]
    said = {"field": "safety", "words": "楼道灯坏了三个月", "contact": "13800138000", "key": key}
    slips: list[str] = []
    answered: list[int] = []

    def click() -> None:
        # A test client hears of the exceptions in other threads too, so answers are looked at instead.
        answer = Client(raise_request_exception=False).post(address, said)
        answered.append(answer.status_code)
        slips.extend(re.findall(r'money-figure code">([^<]+)<', answer.content.decode()))

    assert errors(at_once(*[click] * count)) == [None] * count
    return slips, sorted(answered)


def test_clicks_at_once_are_one_need_and_one_slip(cast: Cast) -> None:
    slips, answered = clicks(cast, 6)
    assert answered == [200] * 6 and len(slips) == 6 and len(set(slips)) == 1
    assert services.find_receipt(slips[0]) == Need.objects.get()
    assert NeedPrivate.objects.count() == AuditEvent.objects.filter(verb="voice_need").count() == 1


@pytest.mark.parametrize(
    "constrained", [True, False], ids=["without the lock", "without lock and constraint"]
)
def test_the_control(cast: Cast, monkeypatch: pytest.MonkeyPatch, constrained: bool) -> None:
    """With the community's row not held both clicks find nothing: the constraint refuses one, without it there are two
    needs."""
    meet, count = Barrier(2), needs._count

    def slow(sender: str) -> None:
        meet.wait(timeout=30)
        count(sender)

    monkeypatch.setattr(needs, "_count", slow)
    with unlocked(), unconstrained(not constrained):
        _slips, answered = clicks(cast, 2)
        assert answered == ([200, 500] if constrained else [200, 200])
        assert Need.objects.count() == answered.count(200)
