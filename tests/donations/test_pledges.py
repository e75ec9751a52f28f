"""A pledge is no money: only the gifts that come for it are booked, and they never count for more than was promised."""

import secrets
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.disclosure import bodies
from apps.donations import queries, services
from apps.donations.models import Consent, Donation, Pledge, PledgeGift, PledgeInstalment
from apps.donations.pledging import Due, Standing
from apps.donations.rules import Giver
from apps.donations.services import NewPledge, OfflineGift
from apps.donations.states import RefundReason
from apps.funds.queries import available
from apps.ledger import queries as books
from apps.ledger.queries import flows
from tests.books import assert_books_clean
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def promise(cast: Cast, **changes: Any) -> Pledge:
    words: dict[str, Any] = {
        "fund": cast.fund,
        "amount": 100_000,
        "plan": (Due(in_days(3), 40_000), Due(in_days(100), 60_000)),
        "form": "other",
        "pledged_on": clock.today(),
        "token": secrets.token_hex(16),
        "name": "暖心商行有限公司",
        "contact": "boss@example.org",
        "kind": "organisation",
    }
    by = changes.pop("by", cast.finance)
    return services.record_pledge(NewPledge(**(words | changes)), by=by)


def receive(cast: Cast, pledge: Pledge, amount: int, **changes: Any) -> Donation:
    words: dict[str, Any] = {
        "channel": "bank",
        "day": clock.today(),
        "key": secrets.token_hex(8),
        "by": cast.finance,
    }
    return services.receive_pledged(pledge, amount=amount, **(words | changes))


def gift(cast: Cast, amount: int, **changes: Any) -> Donation:
    words: dict[str, Any] = {
        "fund": cast.fund,
        "channel": "bank",
        "day": clock.today(),
        "key": secrets.token_hex(8),
    }
    return services.record_offline(OfflineGift(amount=amount, **(words | changes)), by=cast.finance)


def stand(pledge: Pledge, **changes: Any) -> tuple[Standing, int]:
    found = queries.stand(Pledge.objects.get(pk=pledge.pk), **changes)
    return found.standing, found.received


def test_a_pledge_is_in_no_book_and_no_total(cast: Cast) -> None:
    token = secrets.token_hex(16)
    first, again = promise(cast, token=token), promise(cast, token=token)
    assert first == again
    assert books.whole_book(cast.fund.code, host=cast.host.code) == []
    assert not any(flows(cast.fund.code, host=cast.host.code).values())
    assert sum(available(cast.fund).values()) == 0
    assert queries.received(cast.fund) == (0, 0)
    assert queries.public_pledges(cast.fund).missing == 100_000
    assert_books_clean()


def test_what_comes_is_a_gift_of_the_same_donor_and_counts(cast: Cast) -> None:
    pledge = promise(cast)
    came = receive(cast, pledge, 30_000, key="line-1")
    assert receive(cast, pledge, 30_000, key="line-1") == came
    assert (came.donor_id, came.state, came.restriction) == (pledge.donor_id, "booked", pledge.restriction)
    assert stand(pledge) == (Standing.PART, 30_000)
    assert stand(pledge, today=in_days(4)) == (Standing.OVERDUE, 30_000)
    # What is more than was promised is a gift all the same.
    receive(cast, pledge, 90_000)
    assert stand(pledge) == (Standing.FULFILLED, 100_000)
    assert queries.received(cast.fund) == (2, 120_000)
    assert queries.public_pledges(cast.fund).count == 0
    with pytest.raises(Refused, match="已经兑现"):
        receive(cast, pledge, 1)
    assert queries.pledge_of_gift(came) == pledge
    assert_books_clean()


def test_money_given_back_is_owed_again(cast: Cast) -> None:
    pledge = promise(cast)
    came = receive(cast, pledge, 100_000)
    services.refund(came, amount=10_000, why=RefundReason.AMOUNT, by=cast.finance)
    assert stand(pledge) == (Standing.PART, 90_000)
    assert receive(cast, pledge, 50_000).amount == 50_000
    assert stand(pledge) == (Standing.FULFILLED, 100_000)
    assert PledgeGift.objects.order_by("-pk")[0].amount == 10_000
    assert_books_clean()


def test_a_booked_gift_is_matched_once_and_taken_off_with_a_trace(cast: Cast) -> None:
    pledge, other = promise(cast), promise(cast)
    own, strange = gift(cast, 20_000, contact="Boss@example.org"), gift(cast, 5_000)
    assert queries.gifts_to_match(pledge) == [own, strange]
    row = services.match_pledge(pledge, donation=own, by=cast.finance)
    assert services.match_pledge(pledge, donation=own, by=cast.finance) == row
    assert queries.gifts_to_match(other) == [strange]
    with pytest.raises(Refused, match="另一份认捐"):
        services.match_pledge(other, donation=own, by=cast.finance)
    with pytest.raises(Refused, match="原因"):
        services.take_off_pledge(row, reason=" ", by=cast.finance)
    services.take_off_pledge(row, reason="是另外捐的", by=cast.finance)
    assert stand(pledge) == (Standing.AWAITED, 0)
    services.match_pledge(other, donation=own, by=cast.finance)
    assert stand(other) == (Standing.PART, 20_000)
    verbs = (
        AuditEvent.objects.filter(subject_kind="donations.pledge")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["record_pledge"] * 2 + ["match_pledge", "take_off_pledge", "match_pledge"]
    assert_books_clean()


def test_a_gift_to_another_book_counts_for_nothing(cast: Cast) -> None:
    pledge = promise(cast)
    with pytest.raises(Refused, match="不是捐给认捐的那个基金"):
        services.match_pledge(pledge, donation=gift(cast, 100, fund=cast.other_fund), by=cast.finance)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"form": "whim"}, "怎么作出"),
        ({"amount": 0, "plan": ()}, "最少"),
        ({"plan": ()}, "什么时候付"),
        ({"pledged_on": date(2030, 1, 1)}, "今天以后"),
        ({"name": " "}, "姓名"),
        ({"name_choice": "real"}, "没有捐赠人公开姓名的同意"),
        ({"restriction": "F-XJZ-G"}, "不属于"),
        ({"name": "张\u202e三"}, "控制字符"),
    ],
)
def test_what_is_not_written_down(cast: Cast, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        promise(cast, **changes)
    assert not Pledge.objects.exists()


def test_only_finance_acts(cast: Cast) -> None:
    pledge = promise(cast)
    for person in (cast.admin, cast.auditor, cast.stranger):
        with pytest.raises(Refused):
            promise(cast, by=person)
        with pytest.raises(Refused):
            receive(cast, pledge, 100, by=person)
        with pytest.raises(Refused):
            services.end_pledge(pledge, why="mistake", reason="错", by=person)
    assert Pledge.objects.count() == 1


class TestEnding:
    def test_a_promise_in_the_media_is_not_waived(self, cast: Cast) -> None:
        for changes in ({"form": "public"}, {"form": "written", "serves_relief": True}):
            pledge = promise(cast, **changes)
            with pytest.raises(Refused, match="第四十一条"):
                services.end_pledge(pledge, why="waived", reason="不想捐了", by=cast.finance)
        free = promise(cast, form="written")
        assert (
            services.end_pledge(free, why="waived", reason="不想捐了", by=cast.finance).state == "cancelled"
        )

    def test_hardship_is_reported_and_told(self, cast: Cast) -> None:
        pledge = promise(cast, form="public")
        receive(cast, pledge, 30_000)
        words: dict[str, Any] = {"why": "hardship", "reason": "去年停产，没有能力继续", "by": cast.finance}
        with pytest.raises(Refused, match="民政部门"):
            services.end_pledge(pledge, **words)
        for day in (None, in_days(1), in_days(-1)):
            with pytest.raises(Refused, match="报告的日子"):
                services.end_pledge(pledge, reported_to="綦江区民政局", reported_on=day, **words)
        facts = words | {"reported_to": "綦江区民政局", "reported_on": clock.today()}
        ended = services.end_pledge(pledge, **facts)
        assert services.end_pledge(pledge, **facts) == ended
        assert stand(pledge) == (Standing.RELEASED, 30_000)
        assert queries.public_pledges(cast.fund).released == [(70_000, "去年停产，没有能力继续")]
        assert "去年停产" in Client().get(f"/f/{cast.fund.code}/").content.decode()
        with pytest.raises(Refused, match="不再履行"):
            receive(cast, pledge, 100)
        assert_books_clean()

    def test_a_mistake_has_no_gifts(self, cast: Cast) -> None:
        pledge = promise(cast)
        receive(cast, pledge, 30_000)
        with pytest.raises(Refused, match="移出来"):
            services.end_pledge(pledge, why="mistake", reason="登记了两次", by=cast.finance)
        services.take_off_pledge(PledgeGift.objects.get(), reason="重复", by=cast.finance)
        services.end_pledge(pledge, why="mistake", reason="登记了两次", by=cast.finance)
        assert not queries.public_pledges(cast.fund)

    @pytest.mark.both_databases
    def test_the_database_keeps_what_was_promised(self, cast: Cast) -> None:
        pledge = promise(cast)
        for act in (
            lambda: PledgeInstalment.objects.update(amount=1),
            lambda: PledgeInstalment.objects.all().delete(),
            lambda: Pledge.objects.filter(pk=pledge.pk).update(state="released", ended_why="hardship"),
            lambda: Pledge.objects.filter(pk=pledge.pk).update(state="cancelled"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()


class TestWhoSeesWhat:
    @pytest.fixture(autouse=True)
    def forget(self) -> None:
        bodies.forget()

    def shown(self, cast: Cast) -> str:
        return Client().get(f"/f/{cast.fund.code}/").content.decode()

    def test_the_public_reads_it_apart_and_nameless(self, cast: Cast) -> None:
        assert "认捐了还没有收到" not in self.shown(cast)
        promise(cast)
        page = self.shown(cast)
        assert "认捐不是收入" in page
        assert "还差 <b>¥1,000.00</b>" in page
        assert "暖心商行" not in page
        assert "不公开金额" in page

    def test_name_and_amount_by_consent_until_it_is_withdrawn(self, cast: Cast) -> None:
        consents = frozenset({"publish_name", "publish_amount"})
        pledge = promise(cast, name_choice="real", consents=consents)
        assert "暖心商行有限公司" in self.shown(cast)
        came = receive(cast, pledge, 10_000)
        assert came.public_name == "暖心商行有限公司"
        assert Consent.objects.filter(donation_code=came.code).count() == 2
        giver = Giver(contact_index=pledge.donor.contact_index)
        for consent in Consent.objects.filter(purpose="publish_name"):
            services.withdraw_consent(consent, by=giver)
        assert "暖心商行" not in self.shown(cast)
        services.withdraw_consent(Consent.objects.get(donation_code=pledge.code, withdrawn_at=None), by=giver)
        assert not Pledge.objects.get().shows_amount

    def test_erasure_leaves_the_claim_without_a_name(self, cast: Cast) -> None:
        pledge = promise(cast, name_choice="masked", note="王总在年会上说的")
        services.erase_all(Giver(contact_index=pledge.donor.contact_index))
        pledge.refresh_from_db()
        assert (pledge.public_name, pledge.note, pledge.donor.name) == ("爱心居民", "", "")
        assert services.remind_pledges() == 0


class TestLetters:
    def test_reminded_once_before_and_once_after(self, cast: Cast) -> None:
        pledge = promise(cast)
        promise(cast, contact="13800000000")
        for _again in range(2):
            services.remind_pledges()
        letter = OutboxMessage.objects.get()
        assert (letter.address, pledge.reference in letter.body) == ("boss@example.org", True)
        assert "¥400.00" in letter.body
        with clock.set_to(clock.now() + timedelta(days=10)):
            for _again in range(2):
                services.remind_pledges()
        assert OutboxMessage.objects.count() == 2
        receive(cast, pledge, 40_000)
        with clock.set_to(clock.now() + timedelta(days=30)):
            services.remind_pledges()
        assert OutboxMessage.objects.filter(key__startswith="pledge:").count() == 2


class TestPages:
    words: dict[str, Any] = {
        "fund": "F-BBT",
        "name": "暖心商行",
        "contact": "boss@example.org",
        "amount": "1,000",
        "form": "public",
        "name_choice": "anonymous",
    }

    def test_from_promise_to_money(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.finance)
        words = self.words | {
            "token": secrets.token_hex(16),
            "pledged_on": str(clock.today()),
            "first_on": str(in_days(1)),
            "times": "3",
            "rhythm": "1",
        }
        answer = client.post("/pledges/new/", words)
        pledge = Pledge.objects.get()
        assert answer.url == f"/pledges/{pledge.code}/"  # type: ignore[attr-defined]
        assert [row.amount for row in pledge.instalments.all()] == [33_334, 33_333, 33_333]
        page = client.get(answer.url).content.decode()  # type: ignore[attr-defined]
        assert "暖心商行" in page
        assert "不能随意放弃" in page
        assert AuditEvent.objects.filter(verb="see_donor", subject_code=pledge.code).count() == 1
        money = {
            "act": "receive",
            "amount": "333.34",
            "channel": "bank",
            "day": str(clock.today()),
            "token": secrets.token_hex(16),
        }
        for _twice in range(2):
            assert client.post(f"/pledges/{pledge.code}/", money).status_code == 302
        assert Donation.objects.get().amount == 33_334
        assert client.post(f"/pledges/{pledge.code}/", money | {"amount": "0"}).status_code == 422
        code = Donation.objects.get().code
        off = f"/pledges/{pledge.code}/gifts/{code}/take-off/"
        assert client.post(off, {"reason": "对错了"}).status_code == 302
        assert client.post(off, {"reason": "对错了"}).status_code == 404
        assert client.post(f"/pledges/{pledge.code}/match/", {"gift": code}).status_code == 302
        assert client.post(f"/pledges/{pledge.code}/match/", {"gift": "nothing"}).status_code == 404
        assert "¥333.34" in client.get("/pledges/").content.decode()
        assert client.get("/pledges/?tab=all&page=x").status_code == 200
        ending = {"act": "end", "why": "waived", "reason": "不捐了"}
        assert client.post(f"/pledges/{pledge.code}/", ending).status_code == 422
        assert_books_clean()

    def test_lines_that_cannot_be_read_are_named(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.finance)
        words = self.words | {"token": secrets.token_hex(16), "pledged_on": str(clock.today())}
        for plan, said in (
            ("2027-03-01 500\n三月 500", "第 2 行"),
            ("2027-03-01 500\n2027-04-01 400", "各期加起来"),
            ("", "第一期哪天付"),
        ):
            answer = client.post("/pledges/new/", words | {"plan": plan})
            assert answer.status_code == 422
            assert said in answer.content.decode()
        good = client.post("/pledges/new/", words | {"plan": "2027-03-01 500\n\n2027-04-01，500.00"})
        assert good.status_code == 302

    def test_a_child_pledges_with_a_guardian_only(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.finance)
        words = {
            "fund": cast.fund.code, "name": "小明", "amount": "100", "pledged_on": str(clock.today()),
            "form": "other", "first_on": str(in_days(5)), "times": "1", "name_choice": "anonymous",
            "is_under_14": "on", "token": secrets.token_hex(16),
        }  # fmt: skip
        refused = client.post("/pledges/new/", words)
        assert refused.status_code == 422
        assert "不满 14 岁要父母或其他监护人同意" in refused.content.decode()
        assert not Pledge.objects.exists()
        assert client.post("/pledges/new/", words | {"guardian": "on"}).status_code == 302
        agreed = Pledge.objects.get().donor.consents.values_list("purpose", flat=True)
        assert set(agreed) == {"guardian"}

    def test_others_read_or_do_not(self, cast: Cast, client: Client) -> None:
        pledge = promise(cast)
        client.force_login(cast.auditor)
        page = client.get(f"/pledges/{pledge.code}/").content.decode()
        assert "暖心商行" not in page
        assert "boss@example.org" not in page
        assert (
            client.post(f"/pledges/{pledge.code}/match/", {"gift": gift(cast, 100).code}).status_code == 400
        )
        client.force_login(cast.stranger)
        for path in ("", "match/", "proof/"):
            assert client.get(f"/pledges/{pledge.code}/{path}").status_code in {404, 405}
