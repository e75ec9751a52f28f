"""Supervisors write and do not vote; papers of appointment are kept for staff."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from apps.core import clock
from apps.core.verdicts import Refused
from apps.governance import queries, services
from apps.governance.models import Appointment, Committee, Motion, Seat, SupervisorOpinion
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, make_draft, vote

pytestmark = pytest.mark.django_db


def test_an_opinion_on_a_motion_is_public_after_the_close(motion: Motion, house: Cast) -> None:
    committee = house.fund.committee
    with clock.set_to(NOON):
        vote(motion, house.chair, "yes")
        opinion = services.write_opinion(committee, motion=motion, text="预算合理", by=house.supervisor)
        assert (
            services.write_opinion(committee, motion=motion, text="预算合理", by=house.supervisor) == opinion
        )
        services.write_opinion(committee, motion=motion, text="再看发票", by=house.supervisor)
        assert [one.text for one in queries.opinions_on(motion)] == ["预算合理", "再看发票"]
        assert not queries.public_opinions(committee).exists()
    with clock.set_to(DEADLINE):
        services.close(motion)
        services.write_opinion(committee, motion=motion, text="程序合规", by=house.supervisor)
    assert [one.text for one in queries.public_opinions(committee)] == ["程序合规", "再看发票", "预算合理"]


def test_an_opinion_on_a_year_is_public_at_once(house: Cast) -> None:
    committee = house.fund.committee
    with clock.set_to(NOON):
        services.write_opinion(committee, year=2026, text="开了四次会", by=house.supervisor)
        for year in (2025, 2027):
            with pytest.raises(Refused, match="年份"):
                services.write_opinion(committee, year=year, text="x", by=house.supervisor)
    assert queries.public_opinions(committee).count() == 1


def test_only_a_supervisor_of_this_committee_writes(motion: Motion, house: Cast) -> None:
    committee = house.fund.committee
    other = Committee.objects.create(fund=house.other_fund, formed_on=date(2026, 1, 1))
    with clock.set_to(NOON):
        for user in (house.chair, house.secretary, house.admin, house.auditor, house.stranger):
            with pytest.raises(Refused, match="监督员"):
                services.write_opinion(committee, motion=motion, text="x", by=user)
        with pytest.raises(Refused, match="监督员"):
            services.write_opinion(other, year=2026, text="x", by=house.supervisor)
        draft = make_draft(house, title="别的")
        for facts, sentence in (
            ({"motion": draft, "text": "x"}, "草稿"),
            ({"motion": motion, "text": "  "}, "请写意见"),
            ({"motion": motion, "text": "x" * 2001}, "最多 2000"),
            ({"text": "x"}, "要么"),
            ({"motion": motion, "year": 2026, "text": "x"}, "要么"),
        ):
            with pytest.raises(Refused, match=sentence):
                services.write_opinion(committee, by=house.supervisor, **facts)  # type: ignore[arg-type]
        services.end_seat(Seat.objects.get(user=house.supervisor), by=house.admin)
        with pytest.raises(Refused, match="监督员"):
            services.write_opinion(committee, motion=motion, text="x", by=house.supervisor)
    assert not SupervisorOpinion.objects.exists()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "sql", ["UPDATE governance_supervisoropinion SET text = 'x'", "DELETE FROM governance_supervisoropinion"]
)
def test_the_database_keeps_an_opinion_as_it_is(house: Cast, sql: str) -> None:
    with clock.set_to(NOON):
        services.write_opinion(house.fund.committee, year=2026, text="开了四次会", by=house.supervisor)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert SupervisorOpinion.objects.get().text == "开了四次会"


def test_a_paper_of_appointment_is_filed_once(house: Cast) -> None:
    committee, member = house.fund.committee, Seat.objects.get(user=house.members[0])
    other = Committee.objects.create(fund=house.other_fund, formed_on=date(2026, 1, 1))
    foreign = Seat.objects.create(
        committee=other, user=house.stranger, office="member", kind="firm", from_day=NOON, until_day=NOON
    )
    usual = {"number": "古南〔2026〕2号", "issuer": "古南街道办事处", "issued_on": date(2026, 1, 5)}
    with clock.set_to(NOON):
        paper = services.file_appointment(committee, seats=[member], by=house.coordinator, **usual)  # type: ignore[arg-type]
        assert list(paper.seats.all()) == [member]
        for facts, sentence in (
            ({}, "已经登记过"),
            ({"number": " "}, "请写文号"),
            ({"number": "x", "issued_on": date(2026, 11, 22)}, "还没到"),
            ({"number": "x", "seats": [foreign]}, "这个管委会的席位"),
            ({"number": "x", "upload": SimpleUploadedFile("a.pdf", b"MZ no paper")}, "PDF"),
        ):
            with pytest.raises(Refused, match=sentence):
                services.file_appointment(committee, by=house.admin, **{**usual, **facts})  # type: ignore[arg-type]
        with pytest.raises(Refused):
            services.file_appointment(committee, by=house.chair, **{**usual, "number": "y"})  # type: ignore[arg-type]
    assert Appointment.objects.get() == paper
    assert paper.filed_at == NOON
