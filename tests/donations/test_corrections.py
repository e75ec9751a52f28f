"""Gifts in the wrong book are moved by entries, another purpose only after the donor said yes."""

import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.donations import services
from apps.donations.models import Correction, Donation, PurposeRequest
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.queries import key_of, received, roll
from apps.donations.states import CorrectionBasis, RefundReason
from apps.funds.models import Reservation, Restriction
from apps.funds.queries import available
from apps.funds.services import open_restriction, reserve
from apps.ledger import queries as books
from apps.ledger.queries import flows
from apps.ledger.rules import Draft, Line
from apps.ledger.services import post
from tests.cast import Cast
from tests.donations.conftest import Give, agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(cast: Cast, give: Give, stand_in: StandIn) -> Donation:
    """A booked gift of ¥100 whose donor can be written to."""
    donation = give(10_000, contact="donor@example.org")
    stand_in.pay(donation.session_id)
    stand_in.webhooks.waiting.clear()
    return services.settle_session(donation)


def other(cast: Cast) -> Restriction:
    return Restriction.objects.select_related("fund").get(fund=cast.other_fund, is_general=True)


def hold(cast: Cast) -> None:
    """Promise ¥50 of the gift to somebody."""
    reserve(cast.fund, amounts={cast.restriction: 5_000}, source_kind="test", source_code="1", by=None)


def move(cast: Cast, gift: Donation, target: Restriction | None = None, **changes: Any) -> Correction:
    words: dict[str, Any] = {
        "restriction": target or other(cast),
        "basis": CorrectionBasis.MISTAKE.value,
        "reason": "附言写的是新街子",
        "by": cast.finance,
    }
    return services.correct_gift(gift, **(words | changes))


def totals(cast: Cast) -> tuple[int, int, int]:
    host = cast.host.code
    return tuple(
        books.balance(name, host=host)
        for name in ("provider_money", "donation_income", "fundraising_expense")
    )  # type: ignore[return-value]


def test_both_rolls_and_books_show_it_right(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    before = totals(cast)
    made = move(cast, gift)
    assert (made.amount, made.fee) == (10_000, 290)
    assert totals(cast) == before
    assert [row.code for _pk, row in roll(cast.other_fund)] == [gift.code]
    assert roll(cast.fund) == []
    assert (received(cast.fund), received(cast.other_fund)) == ((0, 0), (1, 10_000))
    for fund, sign in ((cast.fund, 0), (cast.other_fund, 1)):
        found = flows(fund.code, host=cast.host.code)
        assert (found.get("donated", 0), found.get("fee", 0)) == (10_000 * sign, -290 * sign)
        assert sum(available(fund).values()) == 9_710 * sign
    letter = OutboxMessage.objects.get(key=f"gift-corrected:{made.code}")
    assert f"/gift/{key_of(gift)}/" in letter.body
    agree(stand_in)


def test_between_restrictions_of_one_fund(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    winter = open_restriction(cast.fund, purpose="冬衣", by=cast.admin)
    move(cast, gift, Restriction.objects.select_related("fund").get(pk=winter.pk))
    assert available(cast.fund).get(winter.code) == 9_710
    assert received(cast.fund) == (1, 10_000)
    agree(stand_in)


def test_what_is_paid_out_already_moves_on_the_bank(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    stand_in.pay_out(9_710)
    services.book_payout(cast.host, payout_id="po_1", day=clock.today(), by=cast.finance)
    move(cast, gift)
    host = cast.host.code
    assert books.balance("bank_deposits", host=host, fund=cast.other_fund.code) == 9_710
    assert books.balance("provider_money", host=host, fund=cast.other_fund.code) == 0


def test_money_that_is_spent_or_promised_does_not_move(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    hold(cast)
    with pytest.raises(Refused, match=r"只剩 ¥47\.10"):
        move(cast, gift)
    assert not Correction.objects.exists()
    assert Donation.objects.get().fund == cast.fund
    agree(stand_in)


def test_a_refund_after_it_comes_from_the_new_fund(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    general = cast.general.code
    lines = [Line("bank_deposits", 50_000, general), Line("net_unrestricted", -50_000, general)]
    post(Draft("opening", "house", cast.host.code, clock.today(), lines))
    move(cast, gift)
    row = services.refund(gift, amount=4_000, why=RefundReason.AMOUNT, by=cast.finance)
    services.send_refunds(row.code)
    assert sum(available(cast.other_fund).values()) == 5_710
    assert sum(available(cast.fund).values()) == 0
    agree(stand_in)


def test_a_refund_that_fails_after_it_follows_the_gift(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    row = services.refund(gift, amount=4_000, why=RefundReason.AMOUNT, by=cast.finance)
    services.send_refunds(row.code)
    row.refresh_from_db()
    made = move(cast, gift)
    assert (made.amount, made.fee) == (6_000, 290)
    stand_in.finish_refund(str(row.provider_id), succeeded=False)
    stand_in.webhooks.let_go()
    services.settle()
    row.refresh_from_db()
    assert row.state == "failed"
    assert sum(available(cast.other_fund).values()) == 9_710
    assert sum(available(cast.fund).values()) == 0
    agree(stand_in)


def test_there_and_back_is_the_same(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    before = books.whole_book(cast.fund.code, host=cast.host.code)
    move(cast, gift)
    move(cast, gift, Restriction.objects.select_related("fund").get(code=cast.restriction))
    after = books.whole_book(cast.fund.code, host=cast.host.code)
    assert sorted(row for row in after if row[2]) == sorted(row for row in before if row[2])
    agree(stand_in)


def test_the_same_form_moves_once(cast: Cast, gift: Donation) -> None:
    key = secrets.token_hex(16)
    assert len({move(cast, gift, key=key).code for _n in range(3)}) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": " "}, "原因"),
        ({"basis": "whim"}, "为什么"),
        ({"basis": "consent"}, "征询"),
        ({"basis": "filing"}, "备案"),
        ({"basis": "filing", "reference": "备-1"}, "日子"),
    ],
)
def test_what_is_refused(cast: Cast, gift: Donation, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        move(cast, gift, **changes)
    assert not Correction.objects.exists()


def test_only_finance_only_what_is_there(cast: Cast, gift: Donation, give: Give) -> None:
    for person in (cast.admin, cast.auditor, cast.stranger):
        with pytest.raises(Refused):
            move(cast, gift, by=person)
    with pytest.raises(Refused, match="已经在那里"):
        move(cast, gift, Restriction.objects.select_related("fund").get(code=cast.restriction))
    with pytest.raises(Refused, match="没有入账"):
        move(cast, give())
    services.refund(gift, amount=1, why=RefundReason.TWICE, by=cast.finance)
    with pytest.raises(Refused, match="退款还没办完"):
        move(cast, gift)


def test_a_changed_filing_moves_it_with_number_and_day(cast: Cast, gift: Donation) -> None:
    made = move(cast, gift, basis="filing", reference="綦民备〔2026〕7号", dated=clock.today())
    assert (made.reference, made.dated) == ("綦民备〔2026〕7号", clock.today())


def test_a_correction_is_never_changed(cast: Cast, gift: Donation) -> None:
    made = move(cast, gift)
    for act in (
        lambda: Correction.objects.filter(pk=made.pk).update(amount=1),
        lambda: Correction.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


class TestAsking:
    def ask(self, cast: Cast, gift: Donation) -> PurposeRequest:
        return services.ask_purpose(gift, restriction=other(cast), reason="原来的项目办完了", by=cast.finance)

    def test_yes_moves_it(self, cast: Cast, gift: Donation, stand_in: StandIn, client: Client) -> None:
        asked = self.ask(cast, gift)
        link = f"/purpose/{asked.token}/"
        assert link in OutboxMessage.objects.get(key=f"purpose:{asked.code}").body
        shown = client.get(link).content.decode()
        assert "新街子社区慈善基金" in shown
        gift.donor.user_id = cast.stranger.pk
        gift.donor.save()
        own = Client()
        own.force_login(cast.stranger)
        assert link in own.get("/desk/gifts/").content.decode()
        assert "原来的项目办完了" in shown
        assert not Correction.objects.exists()
        assert client.post(link, {"answer": "maybe"}).status_code == 422
        assert client.post(link, {"answer": "yes"}).status_code == 302
        assert client.post(link, {"answer": "no"}).status_code == 302
        made = Correction.objects.get()
        assert (made.request_id, made.basis, made.to_fund) == (asked.pk, "consent", cast.other_fund)
        assert PurposeRequest.objects.get().state == "agreed"
        assert "同意" in client.get(link).content.decode()
        agree(stand_in)

    def test_no_leaves_it(self, cast: Cast, gift: Donation, client: Client) -> None:
        asked = self.ask(cast, gift)
        client.post(f"/purpose/{asked.token}/", {"answer": "no"})
        assert PurposeRequest.objects.get().state == "refused"
        assert not Correction.objects.exists()
        with pytest.raises(Refused, match="还没有同意"):
            services.carry_out_purpose(asked, by=cast.finance)

    def test_silence_is_no(self, cast: Cast, gift: Donation) -> None:
        asked = self.ask(cast, gift)
        assert services.lapse_purposes() == 0
        with clock.set_to(asked.answer_by + timedelta(seconds=1)):
            with pytest.raises(Refused, match="期限"):
                services.answer_purpose(asked, agrees=True, by=None)
            assert services.lapse_purposes() == 1
        assert PurposeRequest.objects.get().state == "lapsed"
        assert self.ask(cast, gift).code != asked.code

    def test_a_yes_waits_until_the_money_is_free(self, cast: Cast, gift: Donation, stand_in: StandIn) -> None:
        asked = self.ask(cast, gift)
        hold(cast)
        assert services.answer_purpose(asked, agrees=True, by=None).state == "agreed"
        assert not Correction.objects.exists()
        with pytest.raises(Refused, match="只剩"):
            services.carry_out_purpose(asked, by=cast.finance)
        Reservation.objects.update(remaining=0)
        assert services.carry_out_purpose(asked, by=cast.finance) == services.carry_out_purpose(
            asked, by=cast.finance
        )
        assert Correction.objects.count() == 1

    def test_once_at_a_time_and_taken_back(self, cast: Cast, gift: Donation, client: Client) -> None:
        asked = self.ask(cast, gift)
        with pytest.raises(Refused, match="已经在征询"):
            self.ask(cast, gift)
        services.withdraw_purpose(asked, by=cast.finance)
        with pytest.raises(Refused):
            services.answer_purpose(asked, agrees=True, by=None)
        assert "撤回" in client.get(f"/purpose/{asked.token}/").content.decode()
        for token in (asked.code, asked.token + "x", "x"):
            assert client.get(f"/purpose/{token}/").status_code == 404

    def test_who_left_no_address_is_not_asked(self, cast: Cast, give: Give, stand_in: StandIn) -> None:
        silent = give()
        stand_in.pay(silent.session_id)
        with pytest.raises(Refused, match="没有留联系方式"):
            self.ask(cast, services.settle_session(silent))


class TestPage:
    def test_finance_moves_it_from_the_page(self, cast: Cast, gift: Donation, client: Client) -> None:
        client.force_login(cast.finance)
        address = f"/gifts/{gift.code}/correct/"
        shown = client.get(address).content.decode()
        assert "百步梯社区慈善基金" in shown
        words = {
            "basis": "mistake",
            "restriction": other(cast).code,
            "reason": "附言写的是新街子",
            "token": secrets.token_hex(16),
        }
        assert client.post(address, words | {"restriction": "nonsense"}).status_code == 422
        assert client.post(address, words | {"reason": ""}).status_code == 422
        assert client.post(address, words).status_code == 302
        shown = client.get(address).content.decode()
        was = Restriction.objects.get(code=gift.restriction)
        assert f"百步梯社区慈善基金 · {was.purpose} → 新街子社区慈善基金 · {other(cast).purpose}" in shown
        entry = books.entry_of("donation", gift.code)
        assert entry is not None
        page = client.get(f"/gifts/{gift.code}/").content.decode()
        assert f"/f/{cast.fund.code}/entry/{entry.id}/" in page
        assert client.get(f"/f/{cast.fund.code}/entry/{entry.id}/").status_code == 200

    def test_asked_and_taken_back_from_the_page(self, cast: Cast, gift: Donation, client: Client) -> None:
        client.force_login(cast.finance)
        address = f"/gifts/{gift.code}/correct/"
        words = {"basis": "consent", "restriction": other(cast).code, "reason": "办完了", "token": "a" * 20}
        assert client.post(address, words).status_code == 302
        asked = PurposeRequest.objects.get()
        assert "等捐赠人答复" in client.get(address).content.decode()
        client.force_login(cast.stranger)
        assert client.post(f"/gifts/purposes/{asked.code}/withdraw/").status_code == 404
        client.force_login(cast.auditor)
        assert client.post(f"/gifts/purposes/{asked.code}/withdraw/").status_code == 400
        client.force_login(cast.finance)
        assert client.post(f"/gifts/purposes/{asked.code}/withdraw/").status_code == 302
        assert PurposeRequest.objects.get().state == "withdrawn"
