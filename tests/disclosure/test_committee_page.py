"""The public page of a committee: kinds, terms, vacancies, each clause, papers by number, opinions after the close."""

from datetime import date

import pytest
from django.test import Client

from apps.core import clock
from apps.disclosure import bodies
from apps.governance import services
from apps.governance.models import Motion, Seat
from tests.cast import Cast, person
from tests.governance.house import (
    DEADLINE,
    FROM,
    NOON,
    adopt,
    give_seat,
    make_committee,
    open_motion,
    put_money,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Cast) -> Cast:
    make_committee(cast)
    put_money(cast)
    return cast


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Every test has rows of its own under the same versions."""
    bodies.forget()


def page(cast: Cast, place: str = "") -> str:
    answer = Client().get(place or f"/f/{cast.fund.code}/committee/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_everyone_sees_who_sits_for_whom_and_what_is_vacant(house: Cast) -> None:
    with clock.set_to(NOON):
        give_seat(house.fund.committee, person("候补", "sub@qj.test"), "substitute")
        before = page(house)
        assert "有表决权的 7 席" in before
        assert "居民 6" in before
        assert "候补委员" in before
        assert "空缺 1" not in before
        services.end_seat(Seat.objects.get(user=house.members[0]), reason="moved", by=house.admin)
        after = page(house)
        assert "空缺 1" in after
        assert "11月21日起空缺" in after
        assert "搬离本地" in after
        assert house.members[0].name not in after


def test_each_clause_is_said_with_its_source(house: Cast) -> None:
    adopt(house, seats_donor_min=1, composition_action="flag")
    with clock.set_to(NOON):
        shown = page(house)
        assert "组成有不合规定的地方" in shown
        assert "捐赠人的委员至少 1 位，现在是 0 位" in shown
        assert "綦江区慈善会社区基金管理办法" in shown
        assert "湖南省社区慈善基金设立运行指引" in shown
        motion = open_motion(house)
        assert "开始表决时，管委会的组成有不合规定的地方" in page(house, f"/m/{motion.code}/")
    with clock.set_to(DEADLINE):
        services.close(motion)
        record = Client().get(f"/m/{motion.code}/record.json").json()
        assert ["捐赠人" in fault for fault in record["composition"]] == [True]


def test_papers_are_public_by_number(house: Cast) -> None:
    with clock.set_to(NOON):
        services.file_appointment(
            house.fund.committee,
            number="古南〔2026〕2号",
            issuer="古南街道",
            issued_on=date(2026, 1, 5),
            by=house.admin,
        )
        assert "古南〔2026〕2号" in page(house)


def test_an_opinion_on_a_motion_is_public_after_the_close_only(house: Cast) -> None:
    with clock.set_to(NOON):
        motion = open_motion(house)
        services.write_opinion(house.fund.committee, motion=motion, text="预算偏高", by=house.supervisor)
        services.write_opinion(house.fund.committee, year=2026, text="开了四次会", by=house.supervisor)
        assert "开了四次会" in page(house)
        assert "预算偏高" not in page(house) + page(house, f"/m/{motion.code}/")
    with clock.set_to(DEADLINE):
        services.close(Motion.objects.get())
        assert "预算偏高" in page(house)
        assert "预算偏高" in page(house, f"/m/{motion.code}/")


def test_no_committee_and_an_empty_one_are_said(cast: Cast) -> None:
    with clock.set_to(NOON):
        assert "还没有成立" in page(cast)
        services.form_committee(cast.fund, appointed_by="", day=FROM, size=7, by=None)
        shown = page(cast)
        assert "现在没有人在任" in shown
        assert shown.count("还没有人坐过的席位") == 7
