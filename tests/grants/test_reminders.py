"""Reminders by the clock: what is due and not done is spoken of on its occasion, once, to those whose turn it is."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.grants import services
from apps.grants.models import Grant
from apps.projects.models import Project
from tests.cast import Cast
from tests.grants import house as h
from tests.grants.test_changes import PDF

pytestmark = pytest.mark.django_db
END = date(2027, 5, 31)


def told(key: str, on: date) -> set[str]:
    """Let the clock's reminders run twice on a day and return who has letters of this kind by then."""
    with clock.set_to(clock.midnight(on) + timedelta(hours=12)):
        services.remind()
        services.remind()
    found = OutboxMessage.objects.filter(key__startswith=f"{key}:")
    return set(found.values_list("address", flat=True))


def count(key: str) -> int:
    return OutboxMessage.objects.filter(key__startswith=f"{key}:").count()


def test_the_closing_report_is_asked_for_before_on_and_after_its_day(house: Cast, grant: Grant) -> None:
    assert told("closing-report", END - timedelta(days=8)) == set()
    for day, letters in ((END - timedelta(days=7), 1), (END, 2), (END + timedelta(days=3), 3)):
        assert told("closing-report", day) == {house.implementer.email}
        assert count("closing-report") == letters
    told("closing-report", END + timedelta(days=4))
    assert count("closing-report") == 3


def test_a_report_that_came_is_not_asked_for(house: Cast, grant: Grant) -> None:
    h.filed(house, grant)
    assert told("closing-report", END) == set()


def test_an_agreement_and_a_payment_that_wait_are_spoken_of_once(house: Cast) -> None:
    h.rules(house, agreement_before_payment=True)
    grant = h.at_work(house)
    ended = clock.day_of(grant.notice_until)
    assert told("agreement-unsigned", ended) == {house.admin.email, house.implementer.email}
    assert told("notice-ended-unpaid", ended + timedelta(days=3)) == set()
    assert told("notice-ended-unpaid", ended + timedelta(days=8)) == {
        house.finance.email,
        house.second_finance.email,
    }
    assert (count("agreement-unsigned"), count("notice-ended-unpaid")) == (2, 2)


def test_an_agreement_nothing_waits_for_is_spoken_of_to_those_who_judge_and_shown_to_finance(
    house: Cast,
    grant: Grant,
) -> None:
    day = clock.day_of(grant.notice_until)
    people = {house.admin.email, house.chair.email, house.secretary.email}
    assert told("agreement-unsigned", day) == people and count("agreement-unsigned") == len(people)
    finance, second = Client(), Client()
    finance.force_login(house.finance)
    second.force_login(house.second_finance)
    with clock.set_to(h.AFTER_NOTICE):
        ready = finance.get(reverse("grants:prepare", args=[grant.code, 1])).content.decode()
        payment = h.prepared(house, grant)
        address = reverse("grants:payment", args=[payment.code])
        assert "协议还没有签好存档" in ready and "协议还没有签好存档" in second.get(address).content.decode()
        drawn = services.draw_agreement(grant, by=house.admin)
        assert "协议还没有签好存档" in second.get(address).content.decode()
        upload = SimpleUploadedFile("a.pdf", PDF, content_type="application/pdf")
        services.file_agreement(drawn, signed_on=h.PAID_ON, upload=upload, by=house.admin)
        assert "协议还没有签好存档" not in second.get(address).content.decode()


def test_money_without_evidence_is_spoken_of_after_a_while(house: Cast, grant: Grant) -> None:
    h.paid(house, grant)
    assert told("evidence-missing", h.PAID_ON + timedelta(days=13)) == set()
    assert told("notice-ended-unpaid", h.PAID_ON + timedelta(days=8)) == set()
    people = {house.implementer.email, house.chair.email, house.secretary.email}
    assert told("evidence-missing", h.PAID_ON + timedelta(days=14)) == people
    h.accepted(house, grant)
    assert told("evidence-missing", END + timedelta(days=14)) == people
    # Another thing is missing now: vouchers.
    assert count("evidence-missing") == 6
    assert "有票据的支出只有" in OutboxMessage.objects.filter(key__contains=":gap:")[0].body


def test_the_final_account_is_asked_for_before_its_day(house: Cast, grant: Grant) -> None:
    h.paid(house, grant)
    h.accepted(house, grant)
    h.paid(house, grant, 2)
    assert Project.objects.get().state == "closed"
    due = clock.months_later(clock.day_of(h.AFTER_NOTICE), 3)
    assert told("account-due", due - timedelta(days=8)) == set()
    assert told("account-due", due - timedelta(days=7)) == {house.implementer.email}
    told("account-due", due + timedelta(days=1))
    assert count("account-due") == 2
