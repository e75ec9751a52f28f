"""The pages on which funds merge, split, close and wake up, and what everyone reads about it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.canonical import sha256_hex
from apps.core.verdicts import Refused
from apps.core.waiting import collect
from apps.disclosure import bodies
from apps.disclosure.permissions import may_draft
from apps.disclosure.queries.reports import owed_by
from apps.finance import queries, services
from apps.finance.models import Cleanup
from apps.funds.models import Fund, Succession
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.finance.life import refreshed, third_fund
from tests.finance.test_closing import close
from tests.finance.test_reorganising import gift, merge
from tests.governance.house import give_seat
from tests.grants import house as h

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_kept_pages() -> Iterator[None]:
    """Keep no public page from another test."""
    bodies.forget()
    yield
    bodies.forget()


def test_merging_on_the_page_ends_with_the_proof(client: Client, cast: Cast) -> None:
    gift(cast, cast.fund, 1_234_56, "1")
    client.force_login(cast.admin)
    address = reverse("finance:merge", args=[cast.fund.code])
    assert "1,234.56" in client.get(address).content.decode()
    answer = client.post(address, {"successor": cast.fund.code, "document": "x"})
    assert answer.status_code == 422 and "请选本会运行中的基金" in answer.content.decode()
    assert client.post(address, {"successor": cast.other_fund.code}).status_code == 422
    answer = client.post(
        address, {"successor": cast.other_fund.code, "document": "綦府 1 号", "reason": "两社区合并"}
    )
    act = Succession.objects.get()
    proof = reverse("disclosure:succession", args=[act.code])
    assert answer.headers["Location"] == proof
    assert "已经结束了" in client.get(address).content.decode()
    client.logout()
    page = client.get(proof).content.decode()
    for words in ("两社区合并", "1,234.56", act.sha256, "原百步梯社区慈善基金宗旨范围内"):
        assert words in page
    body = client.get(reverse("disclosure:succession_json", args=[act.code])).content.decode()
    assert sha256_hex(body) == act.sha256
    assert client.get(reverse("disclosure:succession_pdf", args=[act.code])).content.startswith(b"%PDF")
    old = client.get(reverse("disclosure:fund", args=[cast.fund.code])).content.decode()
    assert "新街子社区慈善基金" in old and proof in old and "不再" not in old.split("</h1>")[0]
    new = client.get(reverse("disclosure:fund", args=[cast.other_fund.code])).content.decode()
    assert "百步梯社区慈善基金" in new and "它的来历" in new
    gone = client.get(reverse("donations:give", args=[cast.fund.code])).content.decode()
    assert "已经关闭" in gone


def test_several_funds_merge_into_one_by_one_act(client: Client, cast: Cast) -> None:
    third = third_fund(cast)
    gift(cast, cast.fund, 100_00, "1")
    gift(cast, third, 50_00, "2")
    client.force_login(cast.admin)
    address = reverse("finance:merge", args=[cast.fund.code])
    sent = {"successor": cast.other_fund.code, "document": "綦府 1 号", "others": [third.code]}
    assert client.post(address, sent | {"others": [cast.other_fund.code]}).status_code == 422
    assert client.post(address, sent | {"others": ["F-none"]}).status_code == 422
    assert not Succession.objects.exists()
    answer = client.post(address, sent)
    act = Succession.objects.get()
    assert answer.headers["Location"] == reverse("disclosure:succession", args=[act.code])
    assert [refreshed(one).state for one in (cast.fund, third, cast.other_fund)] == [
        "closed",
        "closed",
        "open",
    ]
    page = client.get(answer.headers["Location"]).content.decode()
    assert third.name in page and cast.fund.name in page and "150.00" in page
    assert_books_clean()


def test_looking_first_shows_every_funds_money_and_obstacles_and_merges_nothing(
    client: Client, cast: Cast
) -> None:
    third = third_fund(cast)
    gift(cast, third, 100_00, "1")
    gift(cast, cast.fund, 50_12, "2")
    client.force_login(cast.admin)
    address = reverse("finance:merge", args=[third.code])
    looking = {"others": [cast.fund.code], "document": "綦府 1 号", "preview": "1"}
    answer = client.post(address, looking)
    page = answer.content.decode()
    assert answer.status_code == 200 and "100.00" in page and "50.12" in page
    assert f"{cast.fund.name}现在有" in page and "现在还办不了" not in page
    assert 'value="綦府 1 号"' in page, "what was typed stays"
    assert not Succession.objects.exists()
    h.seat_everyone(cast)
    h.money(cast)
    motion = h.tabled(cast)
    page = client.post(address, looking).content.decode()
    assert f"{cast.fund.name}还有没办完的议案" in page and motion.title in page
    assert f"{cast.fund.name}现在有" in page
    assert 'name="others"' in page, "the fund that cannot go along now is taken out and the others merge"
    sent = {"successor": cast.other_fund.code, "document": "綦府 1 号"}
    refused = client.post(address, sent | {"others": [cast.fund.code]})
    assert refused.status_code == 422 and motion.title in refused.content.decode()
    assert client.post(address, sent).status_code == 302
    assert_books_clean()


def test_the_closing_page_compares_the_purposes_of_all_who_could_receive(client: Client, cast: Cast) -> None:
    gift(cast, cast.fund, 100_00, "1", restriction=cast.restriction)
    third = third_fund(cast)
    Fund.objects.filter(pk=third.pk).update(purpose=cast.fund.purpose)
    Fund.objects.filter(pk=cast.other_fund.pk).update(purpose="<b>儿童书屋</b>")
    client.force_login(cast.admin)
    address = reverse("finance:close_fund", args=[cast.fund.code])
    page = client.get(address).content.decode()
    table = page.split("比一比")[1]
    assert "&lt;b&gt;儿童书屋" in table and "<b>儿童书屋" not in page
    assert table.index(third.name) < table.index(cast.other_fund.name), "those that name it come first"
    assert "写明了" in table and f"没写：{cast.fund.purpose}" in table
    looking = client.post(address, {"receiver": cast.other_fund.code, "preview": "1"})
    assert looking.status_code == 200 and "写得不一样" in looking.content.decode()
    assert not Succession.objects.exists()


def test_splitting_on_the_page(client: Client, cast: Cast) -> None:
    gift(cast, cast.fund, 100_00, "1")
    new = third_fund(cast)
    client.force_login(cast.admin)
    address = reverse("finance:split", args=[cast.fund.code])
    facts = {
        "heir_1": cast.other_fund.code,
        "share_1": "60",
        "heir_2": new.code,
        "share_2": "30",
        "document": "綦府 2 号",
    }
    answer = client.post(address, facts)
    assert answer.status_code == 422 and "100%" in answer.content.decode()
    for wrong in (
        {"share_2": "abc"},
        {"share_2": "40.001"},
        {"share_2": "1e999999"},
        {"share_2": "9e999997"},
        {"share_2": "-1e999999"},
        {"heir_2": cast.other_fund.code},
        {"of_free": "4"},
    ):
        assert client.post(address, facts | wrong).status_code == 422
    assert not Succession.objects.exists()
    assert client.post(address, facts | {"share_2": "40"}).status_code == 302
    assert refreshed(cast.fund).state == "closed"


def test_closing_on_the_page_and_the_final_report(client: Client, cast: Cast) -> None:
    gift(cast, cast.fund, 100_00, "1")
    client.force_login(cast.admin)
    address = reverse("finance:close_fund", args=[cast.fund.code])
    answer = client.post(address, {"document": "决议", "reason": "x"})
    assert answer.status_code == 422 and "账上还有钱" in answer.content.decode()
    facts = {"document": "决议 9 号", "reason": "都是助老", "receiver": cast.other_fund.code}
    assert client.post(address, facts).status_code == 302
    act = Succession.objects.get()
    (row,) = [row for row in collect(cast.admin) if "终止报告" in row.title]
    assert row.state == "due" and row.url == reverse("finance:publish_surplus", args=[act.code])
    client.force_login(cast.finance)
    assert client.get(row.url).status_code == 404
    with clock.set_to(clock.now() + timedelta(days=120)):
        assert [row.state for row in collect(cast.admin) if "终止报告" in row.title] == ["late"]
        page = client.get(reverse("disclosure:succession", args=[act.code])).content.decode()
        assert "还没公布" in page
        place = client.get(reverse("disclosure:division", args=[cast.fund.division_id])).content.decode()
        assert "剩余财产的处理应在" in place
    client.force_login(cast.admin)
    assert client.post(row.url, {"report": ""}).status_code == 422
    assert client.post(row.url, {"report": "办成 3 件事"}).status_code == 302
    assert "办成 3 件事" in client.get(reverse("disclosure:succession", args=[act.code])).content.decode()
    assert not [row for row in collect(cast.admin) if "终止报告" in row.title]


def test_who_may_not_reads_why_and_nothing_happens(client: Client, cast: Cast) -> None:
    client.force_login(cast.finance)
    for name in ("merge", "split", "close_fund"):
        address = reverse(f"finance:{name}", args=[cast.fund.code])
        assert "慈善会管理员" in client.get(address).content.decode()
        assert client.post(address, {"document": "x", "successor": cast.other_fund.code}).status_code == 422
    client.force_login(cast.stranger)
    assert client.get(reverse("finance:merge", args=[cast.fund.code])).status_code == 404
    assert client.get(reverse("disclosure:succession", args=["NOSUCH"])).status_code == 404
    assert refreshed(cast.fund).state == "open"


def test_a_fund_falls_asleep_by_its_rules_and_is_woken(client: Client, cast: Cast) -> None:
    gift(cast, cast.other_fund, 1_00, "1")
    assert queries.sleepers(cast.host) == []
    later = clock.now() + timedelta(days=100)
    with clock.set_to(later):
        # Opened at the start of 2025; the default of 24 months is over in 2027.
        assert [one.fund for one in queries.sleepers(cast.host)] == [cast.fund]
        sleeper = queries.sleepers(cast.host)[0]
        assert (sleeper.last_day, sleeper.months) == (cast.fund.opened_on, 24)
        h.seat_everyone(cast)
        for person in (cast.admin, cast.secretary, cast.chair):
            assert [row.title for row in collect(person) if row.label == "闲置"]
        assert not [row for row in collect(cast.coordinator) if row.label == "闲置"]
        page = client.get(reverse("disclosure:fund", args=[cast.fund.code])).content.decode()
        assert "已经算闲置" in page
        place = client.get(reverse("disclosure:division", args=["500110"])).content.decode()
        assert "闲置的基金" in place and cast.fund.name in place
        client.force_login(cast.secretary)
        address = reverse("finance:cleanup", args=[cast.fund.code])
        assert client.post(address, {"step": "plan", "words": ""}).status_code == 422
        assert client.post(address, {"step": "suspended", "words": "暂停"}).status_code == 422
        assert client.post(address, {"step": "plan", "words": "下月办义诊"}).status_code == 302
        services.record_cleanup(cast.fund, step="suspended", words="没有动静", by=cast.admin)
        fund = refreshed(cast.fund)
        assert (fund.state, fund.suspended_for) == ("suspended", "idle")
        assert Cleanup.objects.count() == 2
        with pytest.raises(Refused, match="没有闲置"):
            services.record_cleanup(cast.other_fund, step="reminded", words="x", by=cast.admin)
    client.logout()
    with clock.set_to(later):
        page = client.get(reverse("disclosure:fund", args=[cast.fund.code])).content.decode()
        assert "下月办义诊" in page


def test_a_vote_or_a_payment_counts_as_activity(cast: Cast) -> None:
    h.seat_everyone(cast)
    h.money(cast)
    grant = h.at_work(cast)
    h.paid(cast, grant)
    last = queries.last_activity(Fund.objects.filter(pk=cast.fund.pk))
    assert last == {cast.fund.pk: h.PAID_ON}


def test_what_the_old_fund_owed_passes_on(client: Client, cast: Cast) -> None:
    gift(cast, cast.fund, 1_00, "1")
    h.seat_everyone(cast)
    with clock.set_to(h.NOON):
        committee = h.governance.form_committee(cast.other_fund, appointed_by="x", day=h.FROM, by=cast.admin)
        give_seat(committee, cast.members[0], "chair", "party")
        merge(cast)
    with clock.set_to(h.NOON + timedelta(days=200)):
        old = refreshed(cast.fund)
        owed = [str(quarter) for quarter, _days in owed_by(old)]
        assert owed[-1] == "2026-Q4"
        assert not may_draft(cast.chair, old) and may_draft(cast.members[0], old)
        titles = [row.title for row in collect(cast.members[0])]
        assert any(old.name in title for title in titles)
        page = client.get(reverse("disclosure:fund", args=[cast.other_fund.code])).content.decode()
        assert f"{old.name}：" in page


def test_the_closed_funds_page_stays(client: Client, cast: Cast) -> None:
    gift(cast, cast.fund, 55_00, "1")
    close(cast)
    for name in ("fund", "book", "roll", "rules", "committee", "fund_reports"):
        assert client.get(reverse(f"disclosure:{name}", args=[cast.fund.code])).status_code == 200
