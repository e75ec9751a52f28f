"""Who is a party to what is asked judges no step of it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.core.waiting import collect
from apps.funds import checks, permissions, queries, services
from apps.funds.models import ApprovalParty, ApprovalStep
from apps.funds.states import PartyKind
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.test_approvals import ask, second_coordinator

pytestmark = pytest.mark.django_db


def test_a_party_is_not_asked_not_told_and_refused(cast: Cast, client: Client) -> None:
    other = second_coordinator()
    approval = ask(cast, parties={cast.coordinator.pk: PartyKind.SEAT})
    assert [step.approval for step in queries.approvals_waiting_for(other)] == [approval]
    assert not queries.approvals_waiting_for(cast.coordinator).exists()
    assert not [one for one in collect(cast.coordinator) if "楼道扶手" in one.title]
    assert set(OutboxMessage.objects.values_list("address", flat=True)) == {other.email}
    for verb in (services.pass_step, services.return_step, services.refuse_step):
        words = {} if verb is services.pass_step else {"reason": "不行"}
        with pytest.raises(Refused, match=r"您在这个基金的管委会任职，要由别人来批。"):
            verb(approval, by=cast.coordinator, **words)  # type: ignore[operator]
    client.force_login(cast.coordinator)
    page = client.get(reverse("funds:approval", args=[approval.code])).content.decode()
    assert "您在这个基金的管委会任职" in page and 'name="decision"' not in page
    services.pass_step(approval, by=other)
    assert_books_clean("funds")


@pytest.mark.parametrize("kind", list(PartyKind))
def test_a_level_of_parties_alone_is_a_missing_level(cast: Cast, kind: PartyKind) -> None:
    with pytest.raises(Refused, match=r"“街镇审核”这一步能办的人都和这件事有关"):
        ask(cast, parties={cast.coordinator.pk: kind})
    second = second_coordinator()
    with pytest.raises(Refused, match="只有您自己能办"):
        ask(cast, by=second, parties={cast.coordinator.pk: kind})


def test_parties_of_a_round_stay_and_more_may_come(cast: Cast) -> None:
    other = second_coordinator()
    approval = ask(cast, parties={cast.chair.pk: PartyKind.SEAT})
    services.return_step(approval, reason="请补材料", by=other)
    again = services.resubmit(approval, parties={other.pk: PartyKind.TIE}, by=cast.secretary)
    assert queries.parties_to(again) == {cast.chair.pk: "seat", other.pk: "tie"}
    assert permissions.may_decide(other, again).reason == "您和这件事有申报过的关系，要由别人来批。"
    assert permissions.may_decide(cast.coordinator, again)


def test_who_takes_a_seat_meanwhile_judges_no_further_step(cast: Cast) -> None:
    other = second_coordinator()
    approval, elsewhere = ask(cast), ask(cast, subject_code="M2", fund=cast.other_fund)
    assert services.add_party(cast.fund, user=cast.coordinator, kind=PartyKind.SEAT) == 1
    assert services.add_party(cast.fund, user=cast.coordinator, kind=PartyKind.SEAT) == 1
    assert ApprovalParty.objects.count() == 1
    assert not permissions.may_decide(cast.coordinator, approval)
    assert permissions.may_decide(cast.coordinator, elsewhere)
    services.pass_step(approval, by=other)
    # A seat taken after one's step leaves the step as it is.
    with clock.set_to(clock.now() + timedelta(hours=1)):
        services.add_party(cast.fund, user=other, kind=PartyKind.SEAT)
    assert_books_clean("funds")
    services.pass_step(approval, by=cast.admin)
    assert services.add_party(cast.fund, user=cast.admin, kind=PartyKind.SEAT) == 0


def test_the_books_tell_a_step_that_a_party_decided(cast: Cast) -> None:
    approval = ask(cast, parties={cast.chair.pk: PartyKind.SEAT})
    services.pass_step(approval, by=cast.coordinator)
    assert not list(checks.party_judges())
    ApprovalStep.objects.filter(number=1).update(decided_by_id=cast.chair.pk)
    assert [row["approval"] for row in checks.party_judges()] == [approval.code]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE funds_approvalparty SET since = '2030-01-01 00:00:00'",
        "UPDATE funds_approvalparty SET user_id = 0",
        "DELETE FROM funds_approvalparty",
    ],
)
def test_the_database_takes_no_party_away(cast: Cast, sql: str) -> None:
    ask(cast, parties={cast.chair.pk: PartyKind.SEAT})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
