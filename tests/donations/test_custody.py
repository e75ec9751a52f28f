"""What is only passed on: 1801 and 2601 and nothing else, one receiver, two people."""

import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.disclosure import bodies
from apps.donations import queries, services
from apps.donations.models import Custody, HandOver
from apps.donations.services import Handed
from apps.funds.queries import available
from apps.ledger import queries as books
from apps.ledger.queries import flows
from apps.ledger.rules import Draft, Line
from apps.ledger.services import post
from apps.users.models import User
from tests.books import assert_books_clean
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


def take(cast: Cast, **changes: Any) -> Custody:
    words: dict[str, Any] = {
        "fund": cast.fund,
        "nature": "money",
        "amount": 50_000,
        "principal": "慈心商行",
        "receiver": "张小花",
        "basis": "named",
        "day": clock.today(),
        "token": secrets.token_hex(16),
        "meets_conditions": True,
        "is_no_interested_party": True,
    }
    by, agreement = changes.pop("by", cast.finance), changes.pop("agreement", None)
    return services.take_custody(Handed(**(words | changes)), agreement=agreement, by=by)


def ask(cast: Cast, row: Custody, amount: int, **changes: Any) -> HandOver:
    words: dict[str, Any] = {
        "kind": "receiver",
        "account": "张小花 农行綦江支行 6228",
        "token": secrets.token_hex(16),
        "by": cast.finance,
    }
    return services.ask_hand_over(row, amount=amount, **(words | changes))


def held(cast: Cast) -> tuple[int, int]:
    accounts = ("custodial_assets", "custodial_liabilities")
    asset, debt = (books.balance(name, host=cast.host.code) for name in accounts)
    return asset, debt


def nothing_else(cast: Cast) -> None:
    """No fund has a fen more to spend, and nothing is income."""
    for fund in (cast.fund, cast.general):
        assert sum(available(fund).values()) == 0
        assert not any(flows(fund.code, host=cast.host.code).values())
    assert books.balance("donation_income", host=cast.host.code) == 0
    assert queries.received(cast.fund) == (0, 0)


def test_in_and_out_never_touch_a_funds_money(cast: Cast) -> None:
    token = secrets.token_hex(16)
    row = take(cast, token=token)
    assert take(cast, token=token) == row
    assert held(cast) == (50_000, -50_000)
    nothing_else(cast)
    assert_books_clean()
    out = ask(cast, row, 20_000)
    assert OutboxMessage.objects.filter(address=cast.second_finance.email).count() == 1
    assert not OutboxMessage.objects.filter(address=cast.finance.email).exists()
    with pytest.raises(Refused, match="另一位财务"):
        services.release_hand_over(out, by=cast.finance)
    for _twice in range(2):
        services.release_hand_over(out, by=cast.second_finance)
    assert held(cast) == (30_000, -30_000)
    back = ask(cast, row, 30_000, kind="principal", reason="查无此人")
    services.release_hand_over(back, by=cast.second_finance)
    assert held(cast) == (0, 0)
    assert Custody.objects.get().state == "passed"
    nothing_else(cast)
    assert_books_clean()
    with pytest.raises(Refused):
        ask(cast, row, 1)


def test_what_waits_is_not_asked_for_twice(cast: Cast) -> None:
    row = take(cast)
    token = secrets.token_hex(16)
    first = ask(cast, row, 30_000, token=token)
    assert ask(cast, row, 30_000, token=token) == first
    with pytest.raises(Refused, match=r"¥200\.00"):
        ask(cast, row, 20_001)
    services.reject_hand_over(first, by=cast.finance)
    ask(cast, row, 50_000)
    with pytest.raises(Refused):
        services.release_hand_over(first, by=cast.second_finance)
    assert held(cast) == (50_000, -50_000)
    assert_books_clean()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"meets_conditions": False}, "不是代管"),
        ({"basis": "agreement"}, "协议"),
        ({"is_no_interested_party": False}, "第四十条"),
        ({"receiver": " "}, "指定的受助方"),
        ({"principal": ""}, "委托人"),
        ({"nature": "goods"}, "写清楚"),
        ({"nature": "wish"}, "钱还是物"),
        ({"amount": 0}, "最少"),
    ],
)
def test_what_is_no_custody(cast: Cast, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        take(cast, **changes)
    assert not Custody.objects.exists()
    assert held(cast) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": 0}, "最多"),
        ({"account": ""}, "收款账户"),
        ({"kind": "friend"}, "转交还是退回"),
        ({"kind": "principal"}, "为什么收不了"),
    ],
)
def test_what_is_not_passed_on(cast: Cast, changes: dict[str, Any], said: str) -> None:
    row = take(cast)
    with pytest.raises(Refused, match=said):
        ask(cast, row, changes.pop("amount", 100), **changes)
    assert not HandOver.objects.exists()


def test_only_finance(cast: Cast) -> None:
    row = take(cast)
    out = ask(cast, row, 100)
    acts = (
        lambda who: take(cast, by=who),
        lambda who: ask(cast, row, 100, by=who),
        lambda who: services.release_hand_over(out, by=who),
        lambda who: services.reject_hand_over(out, by=who),
    )
    for who in (cast.admin, cast.auditor, cast.stranger):
        for act in acts:
            with pytest.raises(Refused):
                act(who)
    with pytest.raises(Refused, match="早于"):
        services.release_hand_over(out, day=clock.today() - timedelta(days=1), by=cast.second_finance)


@pytest.mark.both_databases
def test_the_database_wants_two_people(cast: Cast) -> None:
    out = ask(cast, take(cast), 100)
    done = {"state": "done", "day": clock.today(), "decided_at": clock.now()}
    for by in (cast.finance.pk, None):
        with pytest.raises(DatabaseError), transaction.atomic():
            HandOver.objects.filter(pk=out.pk).update(**done, decided_by_id=by)


def test_the_check_finds_what_does_not_agree(cast: Cast) -> None:
    take(cast)
    lines = [Line("custodial_assets", 1, cast.general.code), Line("bank_deposits", -1, cast.general.code)]
    post(Draft("opening", "crooked", cast.host.code, clock.today(), lines))
    with pytest.raises(AssertionError, match="custody_and_books"):
        assert_books_clean("donations")


def test_the_public_reads_a_sum_and_no_name(cast: Cast) -> None:
    bodies.forget()
    address = f"/f/{cast.fund.code}/"
    assert "代管" not in Client().get(address).content.decode()
    row = take(cast)
    page = Client().get(address).content.decode()
    assert "¥500.00" in page
    assert "代管" in page
    assert "张小花" not in page
    assert "慈心" not in page
    services.release_hand_over(ask(cast, row, 50_000), by=cast.second_finance)
    assert "代管" not in Client().get(address).content.decode()


class TestPages:
    words: dict[str, Any] = {
        "fund": "F-BBT",
        "nature": "goods",
        "what": "轮椅 2 台",
        "amount": "1200",
        "principal": "慈心商行",
        "receiver": "百步梯敬老院",
        "receiver_is_organisation": "on",
        "basis": "agreement",
        "is_no_interested_party": "on",
    }

    def test_from_taking_in_to_passing_on(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.finance)
        today = str(clock.today())
        words = self.words | {"token": secrets.token_hex(16), "day": today}
        assert client.post("/custody/new/", words).status_code == 422
        scan = SimpleUploadedFile("x.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n", "application/pdf")
        answer = client.post("/custody/new/", words | {"agreement": scan})
        row = Custody.objects.get()
        address = f"/custody/{row.code}/"
        assert answer.url == address  # type: ignore[attr-defined]
        page = client.get(address).content.decode()
        assert "百步梯敬老院" in page
        assert AuditEvent.objects.filter(verb="see_donor", subject_code=row.code).count() == 1
        assert client.get(f"{address}paper/agreement/").status_code == 200
        asked = {"kind": "receiver", "amount": "1200", "token": secrets.token_hex(16)}
        assert client.post(address, asked | {"amount": "1200.01"}).status_code == 422
        assert client.post(address, asked).status_code == 302
        out = HandOver.objects.get()
        assert client.post(f"/custody/out/{out.code}/release/", {"day": today}).status_code == 400
        client.force_login(cast.second_finance)
        assert address in client.get("/desk/").content.decode()
        assert client.post(f"/custody/out/{out.code}/release/", {"day": "soon"}).status_code == 400
        assert client.post(f"/custody/out/{out.code}/perhaps/").status_code == 404
        assert client.post(f"/custody/out/{out.code}/release/", {"day": today}).status_code == 302
        assert Custody.objects.get().state == "passed"
        assert client.get(f"/custody/{out.code}/paper/proof/").status_code == 404
        assert "轮椅" in client.get("/custody/").content.decode()
        client.force_login(cast.auditor)
        page = client.get(address).content.decode()
        assert "敬老院" not in page
        assert "慈心" not in page
        assert client.get(f"{address}paper/agreement/").status_code == 404
        client.force_login(cast.stranger)
        assert client.get(address).status_code == 404
        assert_books_clean()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "release", "reject"]), st.integers(1, 700), st.integers(0, 5), st.booleans()
    ),
    max_size=12,
)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 1000), min_size=1, max_size=3), STEPS)
def test_taken_less_passed_on_is_held(taken: list[int], steps: list[Any]) -> None:
    """Whatever is asked, released and turned down in whatever order; never below zero."""
    with transaction.atomic():
        _walk(taken, steps)
        transaction.set_rollback(True)


def _walk(taken: list[int], steps: list[Any]) -> None:
    cast = make_cast()
    rows = [take(cast, amount=amount, principal=f"委托人{n}") for n, amount in enumerate(taken)]
    free = dict(zip([row.pk for row in rows], taken, strict=True))
    waiting: list[HandOver] = []
    passed = 0
    people: tuple[User, User] = (cast.finance, cast.second_finance)
    for what, amount, place, first in steps:
        row = rows[place % len(rows)]
        if what == "ask":
            row.refresh_from_db()
            if amount <= free[row.pk] and row.state == "held":
                waiting.append(ask(cast, row, amount, by=people[first]))
                free[row.pk] -= amount
            else:
                with pytest.raises(Refused):
                    ask(cast, row, amount, by=people[first])
        elif waiting:
            out = waiting[place % len(waiting)]
            if what == "reject":
                services.reject_hand_over(out, by=people[first])
                free[out.custody_id] += out.amount
            elif people[first].pk == out.asked_by_id:
                with pytest.raises(Refused):
                    services.release_hand_over(out, by=people[first])
                continue
            else:
                services.release_hand_over(out, by=people[first])
                passed += out.amount
            waiting.remove(out)
        left = sum(taken) - passed
        assert held(cast) == (left, -left)
    nothing_else(cast)
    assert_books_clean("donations")
