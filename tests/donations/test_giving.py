"""The give page's own questions, and the ways on from a payment that did not happen."""

import secrets
from typing import Any

import pytest
from django.test import Client

from apps.core.verdicts import Refused
from apps.donations.models import Campaign, Consent, Donation
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.providers.stand_in.store import ApiError
from apps.donations.services import erase_donor, give_again, settle_session
from apps.funds.models import Fund
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.conftest import Give

pytestmark = pytest.mark.django_db
URL = "/give/F-BBT/"
WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"}


def fields(cast: Cast, **changes: Any) -> dict[str, Any]:
    words: dict[str, Any] = {
        "preset": "5000",
        "restriction": cast.restriction,
        "name_choice": "anonymous",
        "channel": "bank",
        "token": secrets.token_hex(16),
    }
    return words | changes


def standing(gift: Donation) -> set[str]:
    rows = Consent.objects.filter(donation_code=gift.code, withdrawn_at=None)
    return set(rows.values_list("purpose", flat=True))


class TestQuestions:
    def test_five_answers_are_enough_for_a_card_and_three_for_a_transfer(
        self, client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn
    ) -> None:
        page = client.get(URL).content.decode()
        assert " checked" not in page
        assert client.post(URL, fields(cast)).status_code == 302
        online = fields(cast, channel="stripe", provider_abroad="on")
        assert client.post(URL, online).status_code == 302
        assert [gift.shows_amount for gift in Donation.objects.all()] == [False, False]

    def test_nothing_is_shown_or_written_down_that_was_not_ticked(
        self, client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn
    ) -> None:
        client.post(URL, fields(cast, dedication_to="王秀英", dedication_kind="to"))
        quiet = Donation.objects.latest("pk")
        assert (quiet.shows_amount, quiet.public_dedication, standing(quiet)) == (False, "", set())
        assert quiet.dedication == "王秀英"
        ticked = {"publish_amount": "on", "dedication": "on"}
        client.post(URL, fields(cast, dedication_to="王秀英", dedication_kind="to", **ticked))
        open_one = Donation.objects.latest("pk")
        assert (open_one.shows_amount, open_one.public_dedication) == (True, "王秀英")
        assert standing(open_one) == {"publish_amount", "dedication"}

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"dedication_to": "王秀英"}, "请选是献给这位"),
            ({"dedication_to": "长" * 31, "dedication_kind": "to"}, "最多 30 个字"),
            ({"dedication_to": "王\u202e", "dedication_kind": "to"}, "控制字符"),
            ({"is_under_14": "on"}, "监护人同意"),
        ],
    )
    def test_what_is_missing_is_said_and_the_folded_part_opens(
        self,
        client: Client,
        cast: Cast,
        campaign: Campaign,
        stand_in: StandIn,
        changes: dict[str, str],
        sentence: str,
    ) -> None:
        answer = client.post(URL, fields(cast, **changes))
        page = answer.content.decode()
        assert (answer.status_code, Donation.objects.count()) == (422, 0)
        assert sentence in page
        assert '<details class="more" open>' in page

    def test_wechat_is_told_what_works_there(
        self, client: Client, campaign: Campaign, stand_in: StandIn
    ) -> None:
        inside = client.get(URL, headers=WECHAT).content.decode()
        assert "在浏览器打开" in inside
        assert "另一台手机扫码" in inside
        assert "另一台手机扫码" not in client.get(URL).content.decode()

    def test_donors_show_and_hide_amount_and_dedication_later(
        self, client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn
    ) -> None:
        client.force_login(cast.stranger)
        client.post(URL, fields(cast, dedication_to="王秀英", dedication_kind="name"))
        gift = Donation.objects.get()
        url = f"/give/{gift.code}/name/"
        page = client.get(url).content.decode()
        assert "以王秀英的名义" in page
        client.post(url, {"name_choice": "anonymous", "publish_amount": "on", "dedication": "on"})
        gift.refresh_from_db()
        assert (gift.shows_amount, gift.public_dedication) == (True, "王秀英")
        client.post(url, {"name_choice": "anonymous"})
        gift.refresh_from_db()
        assert (gift.shows_amount, gift.public_dedication, standing(gift)) == (False, "", set())


class TestAgain:
    def again(self, client: Client, gift: Donation, channel: str) -> Any:
        return client.post(f"/give/{gift.code}/again/", {"channel": channel})

    def test_a_cancelled_payment_goes_on_with_the_same_page(
        self, client: Client, give: Give, stand_in: StandIn
    ) -> None:
        gift = give()
        page = client.get(f"/give/{gift.code}/done/?cancelled=1").content.decode()
        assert "没有扣款" in page
        assert f"/give/{gift.code}/again/" in page
        assert self.again(client, gift, "stripe").headers["Location"].startswith(stand_in.url)
        assert Donation.objects.count() == 1

    def test_a_failed_gift_is_tried_again_with_the_same_facts_once(
        self, client: Client, cast: Cast, give: Give, stand_in: StandIn
    ) -> None:
        gift = give(
            amount=12_345, name="张三丰", name_choice="masked", message="加油", restriction=cast.restriction
        )
        stand_in.pay(gift.session_id, method="alipay", delayed="fail")
        stand_in.finish_payment(gift.session_id, paid=False)
        settle_session(gift)
        first, second = self.again(client, gift, "stripe"), self.again(client, gift, "stripe")
        assert first.headers["Location"] == second.headers["Location"]
        renewed = Donation.objects.exclude(pk=gift.pk).get()
        for name in ("amount", "donor", "fund", "restriction", "public_name", "message", "shows_amount"):
            assert getattr(renewed, name) == getattr(gift, name)
        assert standing(renewed) == standing(gift)
        stand_in.pay(renewed.session_id)
        assert settle_session(renewed).state == "booked"
        assert_books_clean()

    def test_an_expired_gift_may_be_paid_by_transfer(
        self, client: Client, give: Give, stand_in: StandIn
    ) -> None:
        gift = give()
        stand_in.expire(gift.session_id)
        settle_session(gift)
        answer = self.again(client, gift, "bank")
        renewed = Donation.objects.exclude(pk=gift.pk).get()
        assert answer.headers["Location"] == f"/give/{renewed.code}/transfer/"
        assert renewed.reference
        assert "provider_abroad" not in standing(renewed)

    def test_a_transfer_never_becomes_a_payment_abroad_without_consent(
        self, client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn
    ) -> None:
        client.post(URL, fields(cast))
        gift = Donation.objects.get()
        Donation.objects.update(state="expired")
        page = client.get(f"/give/{gift.code}/done/").content.decode()
        assert 'name="channel" value="bank"' in page
        assert 'name="channel" value="stripe"' not in page
        assert self.again(client, gift, "stripe").status_code == 422
        assert Donation.objects.count() == 1

    def test_a_page_that_was_left_for_another_way_is_closed_at_once(
        self, client: Client, give: Give, stand_in: StandIn
    ) -> None:
        gift = give()
        assert self.again(client, gift, "bank").status_code == 302
        gift.refresh_from_db()
        assert gift.state == "expired"
        with pytest.raises(ApiError):
            stand_in.pay(gift.session_id)

    def test_what_was_paid_meanwhile_is_booked_and_not_paid_by_another_way(
        self, give: Give, stand_in: StandIn
    ) -> None:
        gift = give()
        stand_in.pay(gift.session_id)
        with pytest.raises(Refused, match="不用再付一次"):
            give_again(gift, channel="bank")
        assert [row.state for row in Donation.objects.all()] == ["booked"]
        assert_books_clean()

    def test_while_the_provider_is_away_no_other_way_is_opened(self, give: Give, stand_in: StandIn) -> None:
        gift = give()
        stand_in.fail("/v1/checkout/sessions", 503, times=20)
        with pytest.raises(Refused, match="连不上"):
            give_again(gift, channel="bank")
        assert Donation.objects.count() == 1

    @pytest.mark.parametrize("channel", ["", "cash", "nothing"])
    def test_ways_that_are_none(self, client: Client, give: Give, stand_in: StandIn, channel: str) -> None:
        assert self.again(client, give(), channel).status_code == 422

    def test_what_is_paid_or_closed_is_not_tried_again(
        self, client: Client, cast: Cast, give: Give, stand_in: StandIn
    ) -> None:
        paid, late, gone = give(), give(name="张三", contact="a@b.cn"), give()
        stand_in.pay(paid.session_id)
        assert self.again(client, paid, "bank").status_code == 422
        erase_donor(gone.donor, by=None)
        assert "资料已经删除" in self.again(client, gone, "bank").content.decode()
        Fund.objects.filter(pk=late.fund_id).update(state="suspended")
        assert self.again(client, late, "bank").status_code == 422
        assert Donation.objects.count() == 3
