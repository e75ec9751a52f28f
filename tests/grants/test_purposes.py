"""Money given for a purpose pays only what is within it: judged at tabling, at the award and at the payment."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.funds.models import Restriction
from apps.funds.rules.purposes import touches
from apps.grants import permissions, queries, services
from apps.grants.models import Grant
from apps.grants.rules.purposes import Bound, fit
from apps.projects.models import Confirmation
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give
from tests.grants import house as h
from tests.grants.test_changes import decide

FIELDS = ("社会救助", "养老服务", "儿童关爱", "社会事务", "平安建设")
LUNCH = "独居老人午餐、给 75 位独居老人送一顿午饭、食材"
TODAY, END = date(2026, 11, 21), date(2027, 5, 31)


@pytest.mark.parametrize(
    ("purpose", "until", "field", "stands"),
    [
        ("独居老人午餐", None, "养老服务", "fits"),
        ("适老改造和午餐", None, "养老服务", "fits"),
        ("养老服务", None, "养老服务", "fits"),
        ("养老、助残", None, "养老服务", "fits"),
        ("儿童关爱", None, "养老服务", "other_field"),
        ("儿童关爱、午餐", None, "养老服务", "fits"),
        ("冬衣", None, "养老服务", "unclear"),
        ("用于社区项目", None, "养老服务", "unclear"),
        ("独居老人午餐", TODAY - timedelta(days=1), "养老服务", "ended"),
        ("独居老人午餐", END - timedelta(days=1), "养老服务", "too_short"),
        ("独居老人午餐", END, "养老服务", "fits"),
    ],
)
def test_how_a_project_stands_to_a_purpose(purpose: str, until: date | None, field: str, stands: str) -> None:
    assert (
        fit(Bound(purpose, until), words=LUNCH, field=field, fields=FIELDS, ends_on=END, today=TODAY)
        == stands
    )
    assert not touches("", LUNCH) and not touches(purpose, "")


@pytest.fixture
def lock(house: Cast) -> Restriction:
    """Money for one purpose, enough for the whole project."""
    row = Restriction.objects.create(code="R-LOCK", fund=house.fund, purpose="独居老人午餐", until=END)
    give(house.fund, 2_000_000, restriction=row.code)
    return row


def change(row: Restriction, **values: object) -> None:
    Restriction.objects.filter(pk=row.pk).update(**values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"purpose": "儿童关爱"}, "“儿童关爱”，不能用在“养老服务”"),
        ({"until": date(2026, 11, 20)}, "“独居老人午餐”的钱只能用到 2026-11-20，已经过了"),
        ({"until": date(2027, 3, 1)}, "只能用到 2027-03-01，项目要做到 2027-05-31"),
    ],
)
def test_what_may_not_pay_is_refused_at_tabling_and_said_before(
    house: Cast, lock: Restriction, values: dict[str, object], sentence: str
) -> None:
    change(lock, **values)
    project = h.submitted(house)
    client = Client()
    client.force_login(house.secretary)
    address = reverse("grants:table", args=[project.code])
    with clock.set_to(h.NOON):
        assert "不能用：限定用途" in client.get(address).content.decode()
        answer = client.post(address, {"restriction": lock.code})
        assert answer.status_code == 422 and sentence.split("，")[0] in answer.content.decode()
        with pytest.raises(Refused, match=sentence):
            services.table_project(project, restriction=lock.code, by=house.secretary)
    assert not queries.latest_motion(project, house.fund)


@pytest.mark.django_db
def test_where_words_do_not_tell_the_officer_says_why(house: Cast, lock: Restriction) -> None:
    change(lock, purpose="重阳敬老")
    project = h.submitted(house)
    with clock.set_to(h.NOON):
        with pytest.raises(Refused, match="“重阳敬老”，从项目写的看不出") as refused:
            services.table_project(project, restriction=lock.code, by=house.secretary)
        assert refused.value.field == "why"
        services.table_project(
            project, restriction=lock.code, why="捐赠人来电确认午餐算敬老", by=house.secretary
        )
    assert Confirmation.objects.get().words == "捐赠人来电确认午餐算敬老"
    assert queries.purposes_for(project, house.fund)[0].may_pay


@pytest.mark.django_db
def test_a_purpose_that_was_changed_during_the_vote_stops_the_award_and_another_vote_is_possible(
    house: Cast, lock: Restriction
) -> None:
    motion = h.vote(house, h.tabled(house, restriction=lock.code))
    change(lock, purpose="儿童关爱")
    with clock.set_to(h.AFTER_VOTE):
        with pytest.raises(Refused, match="“儿童关爱”，不能用"):
            services.award_carried(motion.code)
        services.settle_decided()
        told = OutboxMessage.objects.filter(key__startswith="award-waits:").first()
        assert told is not None and "儿童关爱" in told.body and not Grant.objects.exists()
        project = queries.project_of(motion)
        assert permissions.may_table(house.secretary, project, house.fund)
        again = services.table_project(project, by=house.secretary)
    assert again != motion and again.restriction == ""
    assert_books_clean()


@pytest.mark.django_db
def test_money_whose_time_is_over_is_not_paid_but_what_was_paid_in_time_is_booked(
    house: Cast, lock: Restriction
) -> None:
    motion = h.vote(house, h.tabled(house, restriction=lock.code))
    with clock.set_to(h.AFTER_VOTE):
        grant = services.award_carried(motion.code)
    with clock.set_to(h.AFTER_NOTICE):
        services.end_notices()
    payment = h.prepared(house, grant)
    last = h.PAID_ON
    change(lock, until=last)
    with clock.set_to(h.AFTER_NOTICE + timedelta(days=3)):
        sentence = f"只能用到 {last.isoformat()}，已经过了"
        with pytest.raises(Refused, match=sentence):
            services.send_payments(house.host, [payment], by=house.second_finance)
        with pytest.raises(Refused, match=sentence):
            services.release_payment(
                payment, paid_on=last + timedelta(days=1), bank_reference="L-1", by=house.second_finance
            )
        services.release_payment(payment, paid_on=last, bank_reference="L-1", by=house.second_finance)
    h.accepted(house, grant)
    with clock.set_to(h.AFTER_NOTICE + timedelta(days=3)):
        verdict = permissions.may_prepare(house.finance, h.instalment(grant, 2))
        assert not verdict and sentence in str(verdict.reason)
    assert_books_clean()


@pytest.mark.django_db
def test_no_extension_goes_beyond_the_day_of_a_purpose_that_still_pays(
    house: Cast, lock: Restriction
) -> None:
    grant = h.awarded(house, restriction=lock.code)
    change(lock, until=END + timedelta(days=100))
    with clock.set_to(h.AFTER_NOTICE):
        services.end_notices()
        for day in (END + timedelta(days=101), END + timedelta(days=200)):
            with pytest.raises(Refused, match=r"午餐”的钱只能用到 \d{4}-\d\d-\d\d，不能延到") as refusal:
                services.extend(grant, ends_on=day, reason="雨", by=house.chair)
            assert refusal.value.field == "ends_on"
        # During the vote the purpose gets an earlier day; once it has a later one again, the vote is carried out.
        tabled = services.extend(grant, ends_on=END + timedelta(days=100), reason="雨", by=house.chair)
        change(lock, until=END + timedelta(days=99))
        assert decide(house, tabled).state == "tabled"
        change(lock, until=END + timedelta(days=100))
        services.settle_decided()
        tabled.refresh_from_db()
        assert tabled.state == "done"
