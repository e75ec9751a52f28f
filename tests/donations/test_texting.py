"""A worker that dies while a gateway hangs leaves nothing that goes out twice, and nothing locked."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.donations import services
from apps.donations.models import DonorText, ThankText
from apps.donations.services import OfflineGift
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PHONE = "13912345678"


class Dies:
    """The message left, and then the worker was killed."""

    sent: list[str] = []

    def send(self, number: str, *, template: str, facts: Mapping[str, str], text: str) -> None:
        self.sent.append(template)
        raise SystemExit


@pytest.mark.parametrize(
    ("model", "send", "template"),
    [
        (ThankText, services.send_thanks, "gift_booked"),
        (DonorText, services.send_donor_texts, "gift_refunded"),
    ],
)
def test_what_was_being_sent_is_not_sent_again(
    cast: Cast, settings: Any, model: Any, send: Callable[[], int], template: str
) -> None:
    settings.SMS_SENDER, settings.SMS_THANKS = f"{__name__}.Dies", True
    Dies.sent.clear()
    given = OfflineGift(cast.fund, 50_00, "cash", clock.today(), "K", name="张三丰", contact=PHONE)
    gift = services.record_offline(given, by=cast.finance)
    services.refund(gift, amount=100, why="twice", reason="多付了", key="r" * 20, by=cast.finance)
    with clock.set_to(clock.now() + timedelta(days=2)):
        with pytest.raises(SystemExit):
            send()
        model.objects.exclude(due_at=None).update(due_at=clock.now())
        send()
    assert Dies.sent == [template]
    row = model.objects.get()
    assert (row.tries, row.was_sent) == (1, False)
