"""The checklist of an acceptance: figures from the records, every item judged, each round kept."""

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.grants import queries, services
from apps.grants.models import Acceptance, Grant
from apps.grants.rules.checklist import Judged
from apps.projects import services as projects
from apps.projects.models import Project
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.grants import house as h


def test_figures_come_from_the_records_and_people_are_never_added_up(house: Cast, grant: Grant) -> None:
    h.paid(house, grant)
    with clock.set_to(h.AFTER_NOTICE):
        first = h.filed(house, grant, is_final=False, persons=50, person_times=300)
        h.accept(first, by=house.secretary)
        final = h.filed(house, grant, persons=40, person_times=310)
        project = Project.objects.get(pk=grant.project_id)
        projects.record_activity(
            project,
            held_on=h.PAID_ON,
            words="送餐",
            persons=500,
            volunteers=2,
            minutes=90,
            by=house.implementer,
        )
        found = {item.key: item for item in queries.checklist(project, final)}
    assert found["persons"].figures["reached"] == 40
    assert found["person_times"].figures["reached"] == 610
    assert found["attendance"].proposed == "partly"
    assert found["vouchers"].figures == {"count": 0, "spent": 0, "paid": h.instalment(grant).amount}
    assert found["satisfaction"].proposed == "not_met" and found["goal"].proposed == ""
    lines = [item for item in found.values() if item.kind == "budget"]
    assert sum(int(item.figures["granted"]) for item in lines) == grant.amount


def test_each_round_is_kept_and_the_implementer_is_told_what_to_mend(house: Cast, grant: Grant) -> None:
    h.send_back(h.filed(house, grant), reason="照片要补", by=house.chair)
    told = OutboxMessage.objects.get(key__startswith="evidence-returned")
    assert "照片：看不清" in told.body
    h.accepted(house, grant)
    rounds = queries.shown_rounds(Project.objects.get())
    assert [(row.round.number, row.round.outcome) for row in rounds] == [(2, "accepted"), (1, "returned")]
    assert all(item.verdict for item in rounds[0].items)
    assert_books_clean()
    for statement in (
        "UPDATE grants_acceptance SET reason = 'x'",
        "DELETE FROM grants_acceptanceitem",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_nothing_is_accepted_without_every_item_or_on_other_figures(house: Cast, grant: Grant) -> None:
    final = h.filed(house, grant)
    facts = h.judged(final)
    with clock.set_to(h.AFTER_NOTICE):
        with pytest.raises(Refused, match="数字变了"):
            services.accept(final, by=house.secretary)
        missing = {key: one for key, one in facts["judgements"].items() if key != "goal"}
        with pytest.raises(Refused, match="每一项都要判"):
            services.accept(final, **facts | {"judgements": missing}, by=house.secretary)
        with pytest.raises(Refused, match="部分达到"):
            services.return_evidence(
                final, reason="补", judgements={"goal": Judged("met")}, seen=facts["seen"], by=house.secretary
            )
        projects.record_activity(
            Project.objects.get(pk=grant.project_id),
            held_on=h.PAID_ON, words="送餐", persons=5, by=house.implementer,
        )  # fmt: skip
        with pytest.raises(Refused, match="数字变了"):
            services.accept(final, **facts, by=house.secretary)
    assert not Acceptance.objects.exists() and not mail.outbox
