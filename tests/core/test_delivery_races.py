"""Several workers deliver at once: each letter leaves once, and a summary is one."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail

from apps.core import clock, letterbox, outbox
from apps.core.models import OutboxMessage
from apps.core.quiet import Wishes
from tests.crowd import at_once, errors, unlocked

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WORKERS, LETTERS = 6, 40


def deliver_together() -> None:
    assert errors(at_once(*[outbox.deliver] * WORKERS)) == [None] * WORKERS


def test_each_letter_leaves_once() -> None:
    for number in range(LETTERS):
        outbox.say(f"k{number}", to=f"p{number % 7}@qj.test", subject=f"s{number}", body="b")
    deliver_together()
    assert Counter(message.subject for message in mail.outbox) == {
        f"s{number}": 1 for number in range(LETTERS)
    }


def test_a_summary_is_written_once() -> None:
    letterbox.set_wishes("me@qj.test", wishes=Wishes(summary_at=480))
    for number in range(LETTERS):
        outbox.say(f"k{number}", to="me@qj.test", subject=f"s{number}", body=f"<{number}>")
    with clock.set_to(clock.now() + timedelta(days=1)):
        deliver_together()
    assert OutboxMessage.objects.filter(way="summary").count() == LETTERS
    told = "".join(message.body for message in mail.outbox)
    assert all(told.count(f"<{number}>") == 1 for number in range(LETTERS))


def test_without_the_lock_letters_leave_twice() -> None:
    """The control: with the row lock off, workers send the same letters."""
    for number in range(LETTERS):
        outbox.say(f"k{number}", to=f"p{number}@qj.test", subject=f"s{number}", body="b")
    with unlocked():
        deliver_together()
    assert len(mail.outbox) > LETTERS
