"""Who gave to a purpose does not decide how it is spent: read from the gifts, and from a member's own word."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.donations import services as donations
from apps.donations.models import Donation
from apps.donations.services import OfflineGift
from apps.funds.models import Restriction
from apps.governance import queries as governance_queries
from apps.governance import services as governance
from apps.governance.models import Motion, Tie
from apps.grants import services
from apps.users.models import User
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.grants.house import CLOSES, NOON, seat_everyone, tabled

pytestmark = pytest.mark.django_db
PURPOSE = "R-LUNCH"
ENOUGH = 5_000_000


def gift(
    cast: Cast, user: User | None, amount: int = 100_00, key: str = "k1", restriction: str = PURPOSE
) -> Donation:
    """A gift by bank to a restriction."""
    with clock.set_to(NOON):
        given = OfflineGift(
            cast.fund,
            amount,
            "bank",
            clock.today(),
            key,
            restriction=restriction,
            user_id=user.pk if user else None,
        )
        return donations.record_offline(given, by=cast.finance)


@pytest.fixture
def lunch(cast: Cast) -> Cast:
    """A committee, and money that somebody outside gave for lunches."""
    seat_everyone(cast)
    Restriction.objects.create(code=PURPOSE, fund=cast.fund, purpose="独居老人午餐")
    gift(cast, cast.stranger, ENOUGH, "k0")
    return cast


def aside(motion: Motion) -> list[User]:
    return [recusal.seat.user for recusal in motion.recusals.select_related("seat__user").order_by("pk")]


def vote(motion: Motion, user: User) -> None:
    with clock.set_to(NOON):
        governance.cast(motion, choice="yes", subject_hash=motion.subject_hash, by=user)


def test_a_donor_of_the_purpose_steps_aside_from_the_start(lunch: Cast) -> None:
    gift(lunch, lunch.members[0])
    motion = tabled(lunch, restriction=PURPOSE)
    assert aside(motion) == [lunch.members[0]]
    with pytest.raises(Refused, match="回避"):
        vote(motion, lunch.members[0])
    for user in (lunch.chair, *lunch.members[1:]):
        vote(motion, user)
    with clock.set_to(CLOSES):
        governance.close(motion)
        page = Client().get(f"/m/{motion.code}/").content.decode()
    tally = governance_queries.result(Motion.objects.get(pk=motion.pk))
    assert tally is not None
    assert (tally.roll, tally.recused, tally.base, tally.present) == (7, 1, 6, 6)
    assert "回避" in page
    assert "捐赠人回避" not in page
    assert_books_clean()


@pytest.mark.parametrize("restriction", ["", "general"])
def test_a_donor_to_the_fund_itself_votes(lunch: Cast, restriction: str) -> None:
    general = lunch.restriction
    gift(lunch, lunch.members[0], ENOUGH, restriction=general)
    motion = tabled(lunch, restriction=general if restriction else "")
    assert aside(motion) == []
    vote(motion, lunch.members[0])


def test_a_gift_during_the_vote_voids_the_ballot(lunch: Cast) -> None:
    motion = tabled(lunch, restriction=PURPOSE)
    vote(motion, lunch.members[1])
    gift(lunch, lunch.members[1])
    with clock.set_to(NOON + timedelta(hours=1)):
        services.tie_donors_of_open()
        services.tie_donors_of_open()
    assert aside(motion) == [lunch.members[1]]
    assert not motion.ballots.filter(is_current=True).exists()
    assert Tie.objects.count() == 1


def test_a_refunded_gift_ties_nobody_any_more(lunch: Cast) -> None:
    given = gift(lunch, lunch.members[0])
    first = tabled(lunch, restriction=PURPOSE)
    assert aside(first) == [lunch.members[0]]
    with clock.set_to(NOON + timedelta(hours=1)):
        donations.refund(given, amount=given.amount, reason="outside", by=lunch.finance)
        services.tie_donors_of_open()
        assert Tie.objects.get().ended_on is not None
    assert aside(first) == [lunch.members[0]], "a recusal already made stands"


def test_a_members_own_word_stands_beside_the_books(lunch: Cast) -> None:
    member = lunch.members[2]
    with clock.set_to(NOON):
        with pytest.raises(Refused, match="限定用途"):
            governance.declare_tie(member, kind="donor", restriction=lunch.restriction, by=member)
        with pytest.raises(Refused, match="本人"):
            governance.declare_tie(member, kind="donor", restriction=PURPOSE, by=lunch.chair)
        own = governance.declare_tie(member, kind="donor", restriction=PURPOSE, by=member)
        motion = tabled(lunch, restriction=PURPOSE)
        services.tie_donors_of_open()
        own.refresh_from_db()
        assert own.ended_on is None
        assert aside(motion) == [member]
        derived = governance.declare_tie(member, kind="donor", restriction=PURPOSE, by=member)
        assert derived.pk == own.pk
        governance.end_tie(own, by=member)
    gift(lunch, member)
    with clock.set_to(NOON):
        services.tie_donors_of_open()
        read = Tie.objects.get(is_derived=True)
        with pytest.raises(Refused, match="捐赠记录"):
            governance.end_tie(read, by=member)


def test_an_outsiders_gift_leaves_no_tie_and_no_reason_is_told(lunch: Cast) -> None:
    gift(lunch, lunch.members[0])
    motion = tabled(lunch, restriction=PURPOSE)
    assert set(Tie.objects.values_list("user_id", flat=True)) == {lunch.members[0].pk}
    assert set(motion.recusals.values_list("reason", flat=True)) == {""}
    with clock.set_to(CLOSES):
        closed = governance.close(motion)
    assert closed.result is not None
    assert [row["choice"] for row in closed.result["seats"]].count("recused") == 1
    assert "donor" not in str(closed.result["seats"])
    recused = AuditEvent.objects.filter(verb__in=["governance.recuse", "governance.declare_tie"])
    assert not recused.exists()


def test_the_page_of_ties_names_the_purpose(lunch: Cast) -> None:
    client = Client()
    client.force_login(lunch.members[0])
    with clock.set_to(NOON):
        empty = client.post("/ties/", {"kind": "donor", "organisation": "", "restriction": ""})
        assert (empty.status_code, "请在这里选一项" in empty.content.decode()) == (422, True)
        sent = client.post("/ties/", {"kind": "donor", "organisation": "", "restriction": PURPOSE})
        assert sent.status_code == 302
        assert "独居老人午餐" in client.get("/ties/").content.decode()


@pytest.mark.both_databases
def test_votes_that_were_under_way_learn_who_wrote_the_application(lunch: Cast) -> None:
    opened = tabled(lunch, restriction=PURPOSE)
    author = opened.applicant_id
    Motion.objects.update(applicant_id=None)
    import_module("apps.grants.migrations.0011_applicants_step_aside").name_applicants(apps, None)
    opened.refresh_from_db()
    assert (opened.state, opened.applicant_id) == ("open", author) and author == lunch.implementer.pk
