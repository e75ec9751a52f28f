"""A child under 14 gives with a guardian's consent, by whatever way the gift comes (PIPL, article 31)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.donations import services
from apps.donations.models import Consent, Donation, InKindGift
from apps.finance import services as finance
from apps.finance.services.platforms import book_platform_file
from tests.books import assert_books_clean
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def agreed() -> list[str]:
    return list(Consent.objects.filter(purpose="guardian").values_list("donation_code", flat=True))


def test_a_list_takes_a_childs_gift_with_consent_alone(client: Client, cast: Cast) -> None:
    client.force_login(cast.finance)
    batch = services.declare_batch(
        cast.fund, kind="event", name="校园义卖", channel="cash", day=clock.today(), count=2, total=200,
        token="token-of-a-list-of-children", by=cast.finance,
    )  # fmt: skip
    address = reverse("finance:batch", args=[cast.host.code, batch.code])
    for word in ("否", "没有"):
        refused = client.post(address, {"lines": f"姓名,金额,监护人同意\n甲,1,{word}\n乙,1,\n"})
        assert refused.status_code == 422
        assert "第 2 行，监护人同意：" in refused.content.decode()
    assert not Donation.objects.exists()
    assert client.post(address, {"lines": "姓名,金额,监护人同意\n甲,1,同意\n乙,1,\n"}).status_code == 302
    first = batch.lines.order_by("number")[0]
    assert agreed() == [first.donation.code]
    assert_books_clean()


def test_a_platforms_row_of_a_child_needs_it_too(cast: Cast) -> None:
    text = "订单号,支付时间,捐款金额,基金,监护人同意\n" + "".join(
        f"X{number},{clock.today()},1,F-BBT,{word}\n" for number, word in enumerate(["同意", "否", ""])
    )
    file = finance.keep_platform_file(
        cast.host, platform="other", chunks=[text.encode()], filename="x.csv", by=cast.finance
    )
    assert (file.new, file.refused) == (2, 1)
    assert file.rows.get(state="refused").field == "guardian"
    finance.confirm_platform_file(file, by=cast.finance)
    book_platform_file(file.code)
    assert agreed() == [Donation.objects.get(platform_gift__order_number="X0").code]
    assert_books_clean()


def test_a_child_gives_things_with_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.finance)
    typed: dict[str, Any] = {
        "fund": cast.fund.pk, "nature": "goods", "name": "图书", "quantity": "3", "unit": "本", "basis": "sale",
        "value": "30", "note": "书店标价", "place": "仓库", "day": clock.today(), "donor_name": "小明",
        "name_choice": "masked", "is_under_14": "on", "token": "token-of-a-childs-books",
    }  # fmt: skip
    address = reverse("donations:receive_goods")
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "不满 14 岁要父母或其他监护人同意" in refused.content.decode()
    assert not InKindGift.objects.exists()
    assert client.post(address, typed | {"guardian": "on"}).status_code == 302
    assert agreed() == [InKindGift.objects.get().code]
    # Nobody else is asked for a guardian, nor is a tick without a child a consent.
    other = typed | {"is_under_14": "", "guardian": "on", "token": "token-of-a-grown-ups-books"}
    assert client.post(address, other).status_code == 302
    assert len(agreed()) == 1
