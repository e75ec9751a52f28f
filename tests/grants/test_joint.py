"""A project that several funds pay together: each votes on its own share, and the whole is counted once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.disclosure.queries import cards
from apps.disclosure.queries.projects import story
from apps.funds.queries import available
from apps.governance.models import Motion
from apps.governance.queries import levels_above
from apps.grants import permissions, queries, services
from apps.grants.models import Grant
from apps.grants.rules.boards import Award, splits
from apps.grants.services.awards import follow
from apps.projects.models import Project
from apps.projects.rules import lead_share
from tests.books import assert_books_clean
from tests.cast import Cast, person
from tests.grants import house as h
from tests.grants.test_duties import give_role
from tests.projects.house import ASKED

pytestmark = pytest.mark.django_db
OTHERS = 660_000


@pytest.fixture
def both(cast: Cast) -> tuple[Cast, Cast]:
    """The cast as it stands around each of the two funds, both with a committee and money."""
    there = replace(cast, fund=cast.other_fund)
    for side in (cast, there):
        h.seat_everyone(side)
        h.money(side)
    return cast, there


def _joint(cast: Cast, there: Cast) -> Project:
    return h.submitted(cast, partners=[(there.fund, OTHERS)])


def _table(side: Cast, project: Project) -> Motion:
    with clock.set_to(h.NOON):
        motion = services.table_project(project, fund=side.fund, by=side.secretary)
        return h.governance.open_voting(motion, closes_at=h.CLOSES, by=side.chair)


def _decided(side: Cast, project: Project, choice: str = "yes") -> Motion:
    motion = h.vote(side, _table(side, project), choice)
    with clock.set_to(h.AFTER_VOTE):
        follow(motion)
    return motion


@pytest.mark.parametrize(
    ("others", "own"), [([], 1000), ([400], 600), ([1, 998], 1), ([1000], None), ([0], None), ([-5], None)]
)
def test_what_is_left_for_the_first_fund(others: list[int], own: int | None) -> None:
    if own is None:
        with pytest.raises(Refused) as refusal:
            lead_share(1000, others)
        assert refusal.value.field == "partners"
    else:
        assert lead_share(1000, others) == own


def test_two_funds_pay_once_both_have_said_yes(both: tuple[Cast, Cast]) -> None:
    here, there = both
    project = _joint(here, there)
    first = _decided(here, project)
    project.refresh_from_db()
    assert (project.state, first.amount) == ("tabled", ASKED - OTHERS)
    # What stands below the lines is their sum, the whole project's, with what this fund pays of it.
    page = Client().get(reverse("disclosure:motion", args=[first.code])).content.decode()
    below = page[page.index('id="budget"') :].split("<tfoot>")[1]
    assert "18,600.00" in below.split("</tfoot>")[0] and "本基金出 ¥12,000.00" in below
    # The other committee finds it on its desk, and no money is promised before it has said yes.
    assert project in queries.submitted_to(there.secretary)
    assert not Grant.objects.exists()
    with clock.set_to(h.NOON), pytest.raises(Refused):
        services.table_project(project, fund=here.fund, by=here.secretary)
    _decided(there, project)
    grants = {grant.fund_id: grant for grant in Grant.objects.filter(project=project)}
    assert {pk: grant.amount for pk, grant in grants.items()} == {
        here.fund.pk: ASKED - OTHERS,
        there.fund.pk: OTHERS,
    }
    assert sum(available(there.fund).values()) == 5_000_000 - OTHERS
    with clock.set_to(h.AFTER_NOTICE):
        services.end_notices()
    for side in both:
        h.paid(side, grants[side.fund.pk])
    # Who looks at the one grant sees that another fund pays as well.
    assert list(queries.other_grants(grants[here.fund.pk])) == [grants[there.fund.pk]]
    told = story(Project.objects.get(pk=project.pk))
    assert told.granted == ASKED
    assert told.paid == sum(h.instalment(grant).amount for grant in grants.values())
    # On both funds' pages stands the one project, with the whole.
    for side in both:
        (card,) = cards.newest_projects(side.fund)
        assert (card.amount, card.paid) == (ASKED, told.paid)
    h.accepted(here, grants[here.fund.pk])
    assert Project.objects.get(pk=project.pk).state == "accepted"
    h.paid(here, grants[here.fund.pk], 2)
    assert Project.objects.get(pk=project.pk).state == "accepted"
    h.paid(there, grants[there.fund.pk], 2)
    assert Project.objects.get(pk=project.pk).state == "closed"
    assert story(Project.objects.get(pk=project.pk)).paid == ASKED
    assert_books_clean()


def test_who_decided_in_one_fund_pays_nothing_of_another(both: tuple[Cast, Cast]) -> None:
    here, there = both
    proposer, voter = here.finance, person("钱多", "voter@qj.test")
    give_role(voter, "finance", "host", here.host.code)
    seats = there.fund.committee.seats
    seats.filter(user=there.secretary).update(user=proposer)
    seats.filter(user=there.members[0]).update(user=voter)
    project = _joint(here, there)
    _decided(here, project)
    _decided(replace(there, secretary=proposer, members=(voter, *there.members[1:])), project)
    grant = Grant.objects.get(project=project, fund=here.fund)
    with clock.set_to(h.AFTER_NOTICE):
        services.end_notices()
        for user, side in ((proposer, "提案人"), (voter, "表决名册")):
            with pytest.raises(Refused, match=side):
                services.prepare_payment(h.instalment(grant), by=user)
        services.prepare_payment(h.instalment(grant), by=here.second_finance)


def test_one_no_is_a_no_to_the_whole(both: tuple[Cast, Cast]) -> None:
    here, there = both
    project = _joint(here, there)
    waiting = _table(there, project)
    with clock.set_to(h.NOON):
        motion = services.table_project(project, fund=here.fund, by=here.secretary)
        motion = h.governance.open_voting(motion, closes_at=h.CLOSES, by=here.chair)
        for user in (here.chair, *here.members):
            h.governance.cast(motion, user=user, choice="no", subject_hash=motion.subject_hash, by=user)
    with clock.set_to(h.AFTER_VOTE):
        motion = h.governance.close(motion)
    with clock.set_to(h.NOON):
        follow(motion)
    project.refresh_from_db()
    waiting.refresh_from_db()
    assert (project.state, waiting.state) == ("declined", "withdrawn")
    assert sum(available(there.fund).values()) == 5_000_000
    assert_books_clean()


def test_ending_one_grant_leaves_the_other(both: tuple[Cast, Cast]) -> None:
    here, there = both
    project = _joint(here, there)
    _decided(here, project)
    _decided(there, project)
    grants = {grant.fund_id: grant for grant in Grant.objects.filter(project=project)}
    with clock.set_to(h.AFTER_VOTE):
        services.terminate(grants[there.fund.pk], reason="社区合并，另行安排", by=there.admin)
        assert Project.objects.get(pk=project.pk).state == "approved"
        services.terminate(grants[here.fund.pk], reason="不做了", by=here.admin)
    assert Project.objects.get(pk=project.pk).state == "closed"
    assert_books_clean()


def test_who_may_be_asked_to_pay(both: tuple[Cast, Cast]) -> None:
    here, there = both
    for partners, word in (
        ([(here.fund, 100)], "一次"),
        ([(there.fund, 100), (there.fund, 100)], "一次"),
        ([(there.general, 100)], "不能一起资助"),
        ([(there.fund, ASKED)], "牵头的基金也要出一份"),
    ):
        with pytest.raises(Refused, match=word):
            h.submitted(here, partners=partners)
    assert not Project.objects.exists()


def test_limits_look_at_the_whole_of_a_joint_project(both: tuple[Cast, Cast]) -> None:
    here, there = both
    h.rules(here, town_review_fen=ASKED - 1, district_confirm_fen=ASKED)
    project = _joint(here, there)
    motion = _table(there, project)
    assert motion.amount == OTHERS < ASKED - 1
    assert [level.label for level in levels_above(motion)] == ["街镇审核"]


def test_shares_below_a_limit_are_no_splitting_where_the_whole_was_looked_at() -> None:
    day = date(2026, 11, 1)
    shares = [Award("G1", 1, 60, day, 120), Award("G2", 1, 60, day + timedelta(days=3), 120)]
    limits = {"town_review_fen": 100}
    assert splits(shares, days=90, limits=limits) == []
    small = [Award("G1", 1, 10, day, 60), Award("G2", 1, 10, day, 60), Award("G3", 1, 10, day, 60, False)]
    (found,) = splits(small, days=90, limits=limits)
    assert found.codes == ("G1", "G2") and found.total == 120
    assert splits([*small[:1], small[2]], days=90, limits=limits) == []


def test_partners_see_a_report_may_return_it_and_are_told_of_its_acceptance(both: tuple[Cast, Cast]) -> None:
    here, there = both
    own = person("那边的秘书", "there@qj.test")
    there.fund.committee.seats.filter(user=there.secretary).update(user=own)
    project = _joint(here, there)
    _decided(here, project)
    _decided(replace(there, secretary=own), project)
    with clock.set_to(h.AFTER_NOTICE):
        services.end_notices()
    grant = Grant.objects.get(project=project, fund=here.fund)
    evidence = h.filed(here, grant)
    client = Client()
    client.force_login(own)
    page = client.get(reverse("grants:evidence", args=[evidence.code])).content.decode()
    assert "由百步梯社区慈善基金验收" in page and "验收通过</button>" not in page and "退回，请他们补" in page
    with clock.set_to(h.AFTER_NOTICE):
        with pytest.raises(Refused):
            h.accept(evidence, by=own)
        assert h.send_back(evidence, reason="照片不清楚", by=own).state == "returned"
        again = h.filed(here, grant)
        h.accept(again, by=here.secretary)
    told = OutboxMessage.objects.filter(
        key__startswith=f"accepted-by-lead:{again.code}:", address=own.email
    ).get()
    assert there.fund.name in told.body
    with pytest.raises(Refused):
        services.return_evidence(again, reason="晚了", by=own)
    with clock.set_to(h.AFTER_NOTICE):
        services.suspend_grant(
            Grant.objects.get(project=project, fund=there.fund), reason="去现场看看", by=own
        )
        with pytest.raises(Refused, match="已暂停付款"):
            h.prepared(there, Grant.objects.get(project=project, fund=there.fund))
    assert_books_clean()


def test_budget_and_days_change_under_the_lead_funds_grant_only(both: tuple[Cast, Cast]) -> None:
    here, there = both
    project = _joint(here, there)
    _decided(there, project)
    _decided(here, project)
    lead, other = (Grant.objects.get(project=project, fund=side.fund) for side in both)
    first, now = project.ends_on, queries.budget_now(lead)
    one, two = list(now)[:2]
    lines = {one: now[one] - 500_00, two: now[two] + 500_00}
    client = Client()
    client.force_login(there.chair)
    with clock.set_to(h.AFTER_NOTICE):
        services.end_notices()
        with pytest.raises(Refused, match=f"由牵头的{here.fund.name}"):
            services.change_budget(other, lines=lines, reason="菜价涨了", by=there.chair)
        with pytest.raises(Refused, match="牵头"):
            services.extend(other, ends_on=first + timedelta(days=9), reason="雨", by=there.chair)
        page = client.get(reverse("grants:grant", args=[other.code])).content.decode()
        assert "由牵头的" in page and reverse("grants:extend", args=[other.code]) not in page
        assert client.get(reverse("grants:extend", args=[other.code])).status_code == 400
        services.change_budget(lead, lines=lines, reason="菜价涨了", by=here.chair)
        services.extend(lead, ends_on=first + timedelta(days=60), reason="雨", by=here.chair)
        voted = services.extend(lead, ends_on=first + timedelta(days=120), reason="雨", by=here.chair)
        assert (voted.state, queries.first_end(other)) == ("tabled", first)
        assert queries.budget_now(other) == queries.budget_now(lead) == now | lines
        planned = {row.line.pk: row.against.planned for row in queries.spending(project).lines}
        assert planned[int(one)] == lines[one]
        # Where the lead fund's grant has ended, who still pays goes on.
        services.terminate(lead, reason="不做了", by=here.admin)
        assert permissions.leads(other)
