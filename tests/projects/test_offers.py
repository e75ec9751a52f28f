"""Services bought from a list: what may be listed and offered, by table; an offer is the budget and is compared."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.money import MAX_FEN
from apps.core.verdicts import Refused
from apps.grants import services as grants
from apps.projects import queries, rules, services
from apps.projects.models import Call, Offer, Project
from apps.projects.rules import Item
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.grants import calls as c
from tests.grants.house import seat_everyone
from tests.projects.house import facts
from tests.projects.test_pages import application

MEAL = Item(1, "上门送餐", "份", 1000, 1_500)
BATH = Item(2, "助浴", "次", 60, 12_000, is_fixed=True)
TALK = Item(3, "陪聊", "小时", 200, 3_000)
LIST = [MEAL, BATH, TALK]


@pytest.mark.parametrize(
    ("given", "lines", "total"),
    [
        ({1: (1000, 1_500)}, ["上门送餐：1,000 份 × ¥15.00"], 1_500_000),
        ({1: (1, 1)}, ["上门送餐：1 份 × ¥0.01"], 1),
        ({2: (60, None)}, ["助浴：60 次 × ¥120.00"], 720_000),
        ({2: (1, 12_000), 1: (3, 999)}, ["上门送餐：3 份 × ¥9.99", "助浴：1 次 × ¥120.00"], 14_997),
    ],
)
def test_an_offer_adds_up_in_fen(given: dict[int, Any], lines: list[str], total: int) -> None:
    found = rules.read_offers(LIST, given)
    assert [line.words for line in found] == lines
    assert sum(line.total for line in found) == total


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({1: (1000, 1_501)}, "offer_1", "“上门送餐”的单价最高 ¥15.00，您报的是 ¥15.01"),
        ({1: (1001, 1_500)}, "offer_1", "“上门送餐”一共要 1000 份，您报了 1001 份"),
        ({1: (0, 1_500)}, "offer_1", "“上门送餐”的数量要大于 0"),
        ({1: (-5, 1_500)}, "offer_1", "“上门送餐”的数量要大于 0"),
        ({1: (5, -1)}, "offer_1", "“上门送餐”的单价要大于 0"),
        ({1: (5, None)}, "offer_1", "“上门送餐”的单价要大于 0"),
        ({2: (1, 11_999)}, "offer_2", "“助浴”的单价定为 ¥120.00，不能另报"),
        ({}, "offers", "至少报一项"),
        ({7: (1, 1)}, "offers", "不在这次的清单里"),
        (dict.fromkeys(range(10_000), (1, 1)), "offers", "不在这次的清单里"),
    ],
)
def test_an_offer_is_refused_naming_the_service(given: dict[int, Any], field: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        rules.read_offers(LIST, given)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([replace(MEAL, quantity=0)], "“上门送餐”的数量"),
        ([replace(MEAL, quantity=rules.MAX_QUANTITY + 1)], "“上门送餐”的数量"),
        ([replace(MEAL, price=-1)], "“上门送餐”的单价"),
        ([MEAL, replace(MEAL, number=2)], "写了两次"),
        ([replace(MEAL, number=n, service=str(n)) for n in range(21)], "最多 20 项"),
    ],
)
def test_what_cannot_be_listed(items: list[Item], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        rules.check_items(items)
    assert refused.value.field == "items"


def test_an_offer_beyond_all_money_is_refused() -> None:
    dear = replace(MEAL, quantity=rules.MAX_QUANTITY, price=MAX_FEN)
    with pytest.raises(Refused, match="报价合计"):
        rules.read_offers([dear], {1: (2, MAX_FEN)})


@pytest.fixture
def call(cast: Cast) -> Call:
    return c.published(cast, by=cast.admin, kind="purchase", items=LIST, smallest=1)


def offered(cast: Cast, call: Call, offers: dict[int, Any], **changes: Any) -> Project:
    given = facts(cast, budget=[], call=call, offers=offers, **changes)
    with clock.set_to(c.APPLYING):
        return services.submit(services.apply(cast.fund, **given), by=given["by"])


@pytest.mark.django_db
def test_an_offer_is_the_budget_and_stays_as_it_was_handed_in(cast: Cast, call: Call) -> None:
    project = offered(cast, call, {1: (800, 1_400), 2: (10, None)})
    assert project.asked == 800 * 1_400 + 120_000
    assert list(project.budget_lines.order_by("pk").values_list("cost_type", "words", "amount")) == [
        ("services", "上门送餐：800 份 × ¥14.00", 1_120_000), ("services", "助浴：10 次 × ¥120.00", 120_000),
    ]  # fmt: skip
    _organisation, other = c.another_organisation(cast)
    offered(cast, call, {1: (1000, 1_300)}, organisation=_organisation, by=other)
    meal = queries.offers_beside(call, list(queries.answers_to(call)))[0]
    assert [(row.offer.price, row.total, row.is_lowest) for row in meal.rows] == [
        (1_300, 1_300_000, True), (1_400, 1_120_000, False),
    ]  # fmt: skip
    assert_books_clean()
    for change in (lambda: Offer.objects.update(price=1), lambda: call.items.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("offers", "budget", "moment", "sentence"),
    [
        ({1: (1, 1_501)}, [], c.APPLYING, "“上门送餐”的单价最高"),
        ({}, [], c.APPLYING, "至少报一项"),
        ({1: (1, 1)}, [("materials", "食材", 1)], c.APPLYING, "不另写"),
        ({1: (1, 1)}, [], c.CLOSES, "现在不接受"),
    ],
)
def test_nothing_is_written_of_a_wrong_offer(
    cast: Cast, call: Call, offers: dict[int, Any], budget: list[Any], moment: Any, sentence: str
) -> None:
    with clock.set_to(moment), pytest.raises(Refused, match=sentence):
        services.apply(cast.fund, **facts(cast, budget=budget, call=call, offers=offers))
    assert not Project.objects.exists() and not Offer.objects.exists()


@pytest.mark.django_db
def test_given_back_after_the_close_everything_but_the_offer_may_change(cast: Cast, call: Call) -> None:
    project = offered(cast, call, {1: (800, 1_400)})
    changed = facts(cast, budget=[], title="写清楚了", offers={1: (800, 1_399)})
    del changed["organisation"]
    with clock.set_to(c.REVIEWING):
        project = services.return_application(project, reason="写清楚厨房在哪里", by=cast.secretary)
        for offer in ({1: (800, 1_399)}, {1: (799, 1_400)}, {2: (1, None)}):
            with pytest.raises(Refused, match="报价不能再改"):
                services.edit(project, **changed | {"offers": offer})
        project = services.edit(project, **changed | {"offers": {1: (800, 1_400)}})
        assert services.submit(project, by=cast.implementer).title == "写清楚了"


@pytest.mark.django_db
def test_only_a_purchase_has_a_list(cast: Cast) -> None:
    with pytest.raises(Refused, match="只有购买服务"):
        c.drafted(cast, by=cast.admin, items=LIST)
    assert not Call.objects.exists()


@pytest.mark.django_db
def test_the_form_names_the_service_and_keeps_what_was_typed(cast: Cast, call: Call) -> None:
    client = Client()
    client.force_login(cast.implementer)
    address = f"{reverse('projects:apply', args=['F-BBT'])}?call={call.code}"
    typed = {
        name: value for name, value in application().items() if name[:6] not in ("words_", "cost_t", "amount")
    }
    typed |= {"starts_on": "2026-12-01", "offer_quantity_1": "800", "offer_price_1": "16"}
    with clock.set_to(c.APPLYING):
        page = client.get(address).content.decode()
        assert "单价最高 ¥15.00" in page and "offer_price_2" not in page and 'name="amount_0"' not in page
        for change, sentence in (
            ({}, "“上门送餐”的单价最高"),
            ({"offer_price_1": "-3"}, "offer_price_1_error"),
            ({"offer_quantity_1": ""}, "请写这一项做多少"),
            ({"offer_price_1": ""}, "请写这一项的单价"),
            ({"offer_price_1": "14", "amount_3": "5", "words_3": "食材"}, "不另写"),
        ):
            wrong = client.post(address, typed | change)
            assert wrong.status_code == 422 and sentence in wrong.content.decode()
            assert "独居老人午餐" in wrong.content.decode() and not Project.objects.exists()
        assert (
            "¥11,200.00"
            in client.post(address, typed | {"offer_price_1": "14", "recount": "1"}).content.decode()
        )
        assert client.post(address, typed | {"offer_price_1": "14"}).status_code == 302
        draft = Project.objects.get()
        edit = client.get(reverse("projects:edit", args=[draft.code])).content.decode()
    assert draft.asked == 1_120_000 and 'value="800"' in edit and 'value="14.00"' in edit


@pytest.mark.django_db
def test_offers_are_nobodys_to_see_until_the_call_closes(cast: Cast) -> None:
    house = cast
    seat_everyone(house)
    asked = [
        rules.Question(1, "最早哪天能开始", rules.TEXT, True, 50, (), True),
        rules.Question(2, "谁来负责", rules.TEXT, True, 50, (), False),
    ]
    call = c.published(house, kind="purchase", items=LIST, questions=asked, by=house.admin)
    given = facts(
        house,
        budget=(),
        call=call,
        offers={1: (1000, 1_499)},
        answers={1: "十二月一号", 2: "李红 13800138000"},
    )
    eyes = [house.chair, house.secretary, house.members[0], house.admin, house.finance, house.supervisor]
    pages = [reverse("grants:board"), reverse("desk:mine"), reverse("grants:compare", args=[call.code])]
    with clock.set_to(c.APPLYING):
        project = services.submit(services.apply(house.fund, **given), by=house.implementer)
        pages += [reverse(f"grants:{name}", args=[project.code]) for name in ("table", "review")]
        for user in eyes:
            client = Client()
            client.force_login(user)
            for page in pages:
                shown = client.get(page)
                told = shown.content.decode()
                assert not any(words in told for words in ("14,990", "14.99", project.title)), (user, page)
            assert client.get(pages[-1]).status_code in (403, 404)
            assert project not in queries.visible_to(user)
        client.force_login(house.admin)
        assert "已收到 1 份" in client.get(pages[2]).content.decode()
        for attempt in (
            lambda: grants.table_project(project, by=house.secretary),
            lambda: grants.return_application(project, reason="看看", by=house.secretary),
            lambda: grants.review(project, points={}, opinion="", seen="", by=house.members[0]),
        ):
            with pytest.raises(Refused, match="征集截止才打开"):
                attempt()
        assert not any(
            "asked" in event.facts for event in AuditEvent.objects.filter(subject_code=project.code)
        )
        # Its own people see it all the time.
        assert project in queries.visible_to(house.implementer)
    with clock.set_to(c.CHOOSING):
        client.force_login(house.secretary)
        assert "14.99" in client.get(pages[2]).content.decode()
        assert client.get(pages[3]).status_code == 200
        answer = client.post(reverse("grants:export_comparison", args=[call.code, "csv"]))
        body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        (row,) = csv.DictReader(io.StringIO(body, newline=""))
        assert (row["上门送餐：数量（份）"], row["上门送餐：单价（元）"], row["助浴：单价（元）"]) == (
            "1000",
            "14.99",
            "",
        )
        assert row["最早哪天能开始"] == "十二月一号"
        # What is not published may name people, and does not leave the house.
        assert row["谁来负责"] == "（不公开，在系统里看）" and "李红 138" not in body


@pytest.mark.django_db
def test_an_offer_whose_answer_was_lost_is_the_one_that_was_sent(cast: Cast) -> None:
    call = c.published(cast, kind="purchase", items=LIST, by=cast.admin)
    given = facts(cast, budget=(), call=call, offers={1: (1000, 1_499)}) | {"key": "P23456789AB"}
    with clock.set_to(c.APPLYING):
        project = services.apply(cast.fund, **given)
        assert services.apply(cast.fund, **given) == project
        elsewhere = {"call": None, "offers": {}, "budget": [("services", "送餐", 1_499_000)]}
        for change in ({"offers": {1: (1000, 1_498)}}, elsewhere):
            with pytest.raises(Refused, match="已经存成草稿"):
                services.apply(cast.fund, **given | change)
    with clock.set_to(c.CHOOSING):
        assert services.apply(cast.fund, **given) == project
    assert Project.objects.get() == project and project.offers.get().price == 1_499
