"""Nobody stands on two sides of one grant: payee, proposer, approver, accepter, preparer, releaser."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.governance import services as governance
from apps.governance.models import Seat
from apps.governance.services import declare_tie
from apps.grants import permissions, queries, services
from apps.grants.models import Grant, Payment
from apps.projects.models import Project
from apps.registry.services import change_payee_account
from apps.users.models import Role, User
from tests.cast import OPENED, Cast, person
from tests.grants import house as h
from tests.projects import house as p

pytestmark = pytest.mark.django_db
Side = Callable[[Cast, User], None]


def give_role(user: User, kind: str, scope: str, code: str) -> None:
    Role.objects.create(user=user, kind=kind, scope_kind=scope, scope_code=code, valid_from=OPENED)


def becomes_payee(cast: Cast, user: User) -> None:
    give_role(user, "implementer", "organisation", cast.organisation.code)


def is_tied(cast: Cast, user: User) -> None:
    with clock.set_to(h.NOON):
        declare_tie(user, organisation_code=cast.organisation.code, kind="kin", by=user)


def becomes_finance(cast: Cast, user: User) -> None:
    give_role(user, "finance", "host", cast.host.code)


def becomes_officer(cast: Cast, user: User) -> None:
    Seat.objects.create(
        committee=cast.fund.committee,
        user=user,
        office="secretary",
        kind="social_worker",
        from_day=date(2026, 1, 1),
        until_day=date(2028, 1, 1),
    )


# --- every pair of proposer, approver, preparer, releaser and payee ------------------------------------------------


def propose(cast: Cast, user: User) -> None:
    services.table_project(h.submitted(cast), by=user)


def approve(cast: Cast, user: User) -> None:
    motion = h.tabled(cast)
    governance.cast(motion, user=user, choice="yes", subject_hash=motion.subject_hash, by=user)


def prepare(cast: Cast, user: User) -> None:
    grant = h.at_work(cast)
    with clock.set_to(h.AFTER_NOTICE):
        services.prepare_payment(h.instalment(grant), by=user)


def release(cast: Cast, user: User, *, prepared_by: User | None = None) -> None:
    grant = h.at_work(cast)
    with clock.set_to(h.AFTER_NOTICE):
        payment = services.prepare_payment(h.instalment(grant), by=prepared_by or cast.finance)
        services.release_payment(payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=user)


def prepare_and_release(cast: Cast, user: User) -> None:
    release(cast, user, prepared_by=user)


def propose_and_approve(cast: Cast, user: User) -> None:
    with clock.set_to(h.NOON):
        motion = services.table_project(h.submitted(cast), by=user)
        motion = governance.open_voting(motion, closes_at=h.CLOSES, by=cast.chair)
        governance.cast(motion, user=user, choice="yes", subject_hash=motion.subject_hash, by=user)


def where_proposers_step_aside(cast: Cast, _user: User) -> None:
    h.rules(cast, proposer_recusal="recused")


def write_and_propose(cast: Cast, user: User) -> None:
    """Who wrote the application tables it, though they act for the applicant no more."""
    project = h.submitted(cast)
    Project.objects.filter(pk=project.pk).update(created_by_id=user.pk)
    services.table_project(Project.objects.get(pk=project.pk), by=user)


def propose_join_the_payee_and_approve(cast: Cast, user: User) -> None:
    """Who tabled it goes to work for the applicant before they vote."""
    with clock.set_to(h.NOON):
        motion = services.table_project(h.submitted(cast), by=user)
        motion = governance.open_voting(motion, closes_at=h.CLOSES, by=cast.chair)
        becomes_payee(cast, user)
        assert motion.state == "open"
        governance.cast(motion, user=user, choice="yes", subject_hash=motion.subject_hash, by=user)


# One person with the roles of both sides, and the second side's act. Who proposes may vote unless a clause says
# otherwise: the law asks those with an interest to step aside, and to propose is none. No clause lets someone vote who
# proposed what they wrote themselves, or what pays whom they work for.
PAIRS: dict[tuple[str, ...], tuple[str, tuple[Side, ...], Side]] = {
    ("proposer", "approver", "author"): ("chair", (), write_and_propose),
    ("proposer", "approver", "payee"): ("chair", (), propose_join_the_payee_and_approve),
    ("proposer", "approver"): ("chair", (where_proposers_step_aside,), propose_and_approve),
    ("proposer", "preparer"): ("secretary", (becomes_finance,), prepare),
    ("proposer", "releaser"): ("secretary", (becomes_finance,), release),
    ("proposer", "payee"): ("secretary", (becomes_payee,), propose),
    ("approver", "preparer"): ("chair", (becomes_finance,), prepare),
    ("approver", "releaser"): ("chair", (becomes_finance,), release),
    ("approver", "payee"): ("chair", (becomes_payee,), approve),
    ("preparer", "releaser"): ("second_finance", (), prepare_and_release),
    ("preparer", "payee"): ("second_finance", (becomes_payee,), prepare),
    ("releaser", "payee"): ("second_finance", (becomes_payee,), release),
}
SIDES = ("proposer", "approver", "preparer", "releaser", "payee")


def test_the_table_holds_every_pair() -> None:
    assert {pair for pair in PAIRS if len(pair) == 2} == set(combinations(SIDES, 2))


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_nobody_is_both(house: Cast, pair: tuple[str, ...]) -> None:
    name, sides, act = PAIRS[pair]
    user = getattr(house, name)
    for side in sides:
        side(house, user)
    before = Payment.objects.filter(state="paid").count()
    with clock.set_to(h.NOON), pytest.raises(Refused):
        act(house, user)
    assert Payment.objects.filter(state="paid").count() == before


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("secretary", propose), ("chair", approve), ("chair", propose_and_approve),
        ("second_finance", prepare), ("second_finance", release),
    ],
)  # fmt: skip
def test_on_one_side_alone_each_may(house: Cast, name: str, act: Side) -> None:
    """The control: what the table refuses is refused for the second role alone."""
    with clock.set_to(h.NOON):
        act(house, getattr(house, name))


@pytest.mark.parametrize("side", [becomes_payee, is_tied])
def test_payee_does_not_propose(house: Cast, side: Side) -> None:
    project = h.submitted(house)
    side(house, house.secretary)
    with clock.set_to(h.NOON), pytest.raises(Refused, match=r"申请方或实施方|回避"):
        services.table_project(project, by=house.secretary)


@pytest.mark.parametrize("side", [becomes_payee, is_tied])
def test_payee_does_not_accept(house: Cast, grant: Grant, side: Side) -> None:
    evidence = h.filed(house, grant)
    side(house, house.secretary)
    for verb in (
        lambda: h.accept(evidence, by=house.secretary),
        lambda: h.send_back(evidence, reason="不清楚", by=house.secretary),
    ):
        with clock.set_to(h.AFTER_NOTICE), pytest.raises(Refused, match=r"申请方或实施方|回避"):
            verb()


def test_whoever_filed_does_not_accept(house: Cast, grant: Grant) -> None:
    evidence = h.filed(house, grant)
    Role.objects.filter(user=house.implementer).delete()
    Project.objects.update(created_by_id=None)
    becomes_officer(house, house.implementer)
    with clock.set_to(h.AFTER_NOTICE), pytest.raises(Refused, match="不能自己验收"):
        h.accept(evidence, by=house.implementer)


def test_whoever_wrote_the_application_does_not_propose(house: Cast) -> None:
    project = h.submitted(house)
    Role.objects.filter(user=house.implementer).delete()
    becomes_officer(house, house.implementer)
    with clock.set_to(h.NOON), pytest.raises(Refused, match="申请方"):
        services.table_project(project, by=house.implementer)


@pytest.mark.parametrize("side", [becomes_payee, is_tied])
def test_payee_neither_prepares_nor_releases(house: Cast, grant: Grant, side: Side) -> None:
    payment = h.prepared(house, grant)
    side(house, house.second_finance)
    with clock.set_to(h.AFTER_NOTICE):
        with pytest.raises(Refused, match=r"申请方或实施方|回避"):
            services.release_payment(
                payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=house.second_finance
            )
        services.reject_payment(payment, reason="重来", by=house.finance)
        with pytest.raises(Refused, match=r"申请方或实施方|回避"):
            services.prepare_payment(h.instalment(grant), by=house.second_finance)


def test_nobody_releases_to_an_account_that_changed_after_preparation(house: Cast, grant: Grant) -> None:
    payment = h.prepared(house, grant)
    third = person("第三位财务", "finance3@qj.test")
    becomes_finance(house, third)
    with clock.set_to(h.AFTER_NOTICE):
        change_payee_account(
            house.organisation,
            payee_account="6222020000000000017",
            payee_bank="别的银行",
            by=house.second_finance,
        )
        for releaser in (house.second_finance, third):
            with pytest.raises(Refused, match="收款账号改过"):
                services.release_payment(payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=releaser)


def test_proposer_neither_prepares_nor_releases(house: Cast, grant: Grant) -> None:
    becomes_finance(house, house.secretary)
    with clock.set_to(h.AFTER_NOTICE):
        with pytest.raises(Refused, match="提案人"):
            services.prepare_payment(h.instalment(grant), by=house.secretary)
        payment = h.prepared(house, grant)
        with pytest.raises(Refused, match="提案人"):
            services.release_payment(payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=house.secretary)


def test_approver_neither_prepares_nor_releases(house: Cast, grant: Grant) -> None:
    becomes_finance(house, house.members[0])
    with clock.set_to(h.AFTER_NOTICE):
        with pytest.raises(Refused, match="表决名册"):
            services.prepare_payment(h.instalment(grant), by=house.members[0])
        payment = h.prepared(house, grant)
        with pytest.raises(Refused, match="表决名册"):
            services.release_payment(payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=house.members[0])


def test_accepter_neither_prepares_nor_releases(house: Cast, grant: Grant) -> None:
    another = h.seat_another_secretary(house)
    evidence = h.filed(house, grant)
    with clock.set_to(h.AFTER_NOTICE):
        h.accept(evidence, by=another)
        becomes_finance(house, another)
        with pytest.raises(Refused, match="您验收了这期的成果"):
            services.prepare_payment(h.instalment(grant, 2), by=another)
        payment = h.prepared(house, grant, 2)
        with pytest.raises(Refused, match="您验收了这期的成果"):
            services.release_payment(payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=another)


def test_preparer_does_not_release(house: Cast, grant: Grant) -> None:
    payment = h.prepared(house, grant)
    with clock.set_to(h.AFTER_NOTICE), pytest.raises(Refused, match="您制单的"):
        services.release_payment(payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=house.finance)


def test_whoever_asks_back_does_not_book_the_return(house: Cast, grant: Grant) -> None:
    h.paid(house, grant)
    becomes_finance(house, house.admin)
    with clock.set_to(h.AFTER_NOTICE):
        clawback = services.ask_back(grant, amount=100, reason="剩余", by=house.admin)
        with pytest.raises(Refused, match="追回是您提出的"):
            services.return_money(
                clawback, amount=100, received_on=h.PAID_ON, bank_reference="R1", by=house.admin
            )
    becomes_payee(house, house.finance)
    with clock.set_to(h.AFTER_NOTICE), pytest.raises(Refused, match="实施方"):
        services.return_money(
            clawback, amount=100, received_on=h.PAID_ON, bank_reference="R1", by=house.finance
        )


def test_payee_does_not_hand_out_rating_codes(house: Cast, grant: Grant) -> None:
    project = Project.objects.get(pk=grant.project_id)
    with pytest.raises(Refused, match="实施方"):
        services.issue_codes(project, count=3, by=house.implementer)
    with clock.set_to(h.AFTER_NOTICE):
        assert len(services.issue_codes(project, count=3, by=house.secretary)) == 3
        assert len(services.issue_codes(project, count=3, by=house.admin)) == 3


def test_each_verb_is_for_its_role_alone(house: Cast, grant: Grant) -> None:
    """Everybody of the cast tries every verb; only the named ones may."""
    evidence, payment = h.filed(house, grant), h.prepared(house, grant)
    project = p.draft(house, title="另一个")
    Project.objects.filter(pk=project.pk).update(state="submitted")
    project.refresh_from_db()
    everyone = {
        "admin", "finance", "second_finance", "coordinator", "auditor", "chair", "secretary", "supervisor",
        "implementer", "stranger",
    }  # fmt: skip
    may = {
        "table": lambda user: permissions.may_table(user, project, project.fund),
        "judge": lambda user: permissions.may_judge(user, evidence),
        "release": lambda user: permissions.may_release(user, payment),
        "reject": lambda user: permissions.may_reject(user, payment),
        "terminate": lambda user: permissions.may_terminate(user, grant),
        "ask back": lambda user: permissions.may_ask_back(user, grant),
        "codes": lambda user: permissions.may_issue_codes(user, project),
    }
    expected = {
        "table": {"chair", "secretary"},
        "judge": {"chair", "secretary"},
        "release": {"second_finance"},
        "reject": {"finance", "second_finance"},
        "terminate": {"admin"},
        "ask back": {"admin"},
        "codes": {"chair", "secretary", "admin"},
    }
    with clock.set_to(h.AFTER_NOTICE):
        for verb, ask in may.items():
            assert {name for name in everyone if ask(getattr(house, name))} == expected[verb], verb
            assert not any(ask(member) for member in house.members), verb
            assert not ask(None)
            assert all(str(ask(getattr(house, name)).reason) for name in everyone - expected[verb])


def test_staff_of_another_host_and_former_staff_may_nothing(house: Cast, grant: Grant) -> None:
    give_role(house.stranger, "finance", "host", "H-OTHER")
    give_role(house.stranger, "host_admin", "host", "H-OTHER")
    with clock.set_to(h.AFTER_NOTICE):
        payment = h.prepared(house, grant)
        assert not permissions.may_release(house.stranger, payment)
        assert not permissions.may_terminate(house.stranger, grant)
        Role.objects.filter(user=house.second_finance).update(valid_until=h.PAID_ON.replace(day=1))
        assert not permissions.may_release(house.second_finance, payment)


def test_a_proposer_who_has_to_step_aside_is_on_the_roll_and_recused(house: Cast) -> None:
    where_proposers_step_aside(house, house.chair)
    with clock.set_to(h.NOON):
        motion = services.table_project(h.submitted(house), by=house.chair)
        motion = governance.open_voting(motion, closes_at=h.CLOSES, by=house.chair)
        assert [recusal.seat.user for recusal in motion.recusals.all()] == [house.chair]
        with pytest.raises(Refused, match="要回避"):
            governance.cast(
                motion, user=house.chair, choice="yes", subject_hash=motion.subject_hash, by=house.chair
            )


def test_whoever_wrote_the_application_steps_aside_after_the_role_is_gone(house: Cast, grant: Grant) -> None:
    """On the award and on what is decided of it later; a seat that came after the application changes nothing."""
    author = Project.objects.get().created_by_id
    Project.objects.update(created_by_id=house.members[0].pk)
    second = h.submitted(house, title="第二个")
    Role.objects.filter(user=house.implementer).delete()
    house.fund.committee.seats.filter(user=house.members[1]).update(user=house.implementer)
    assert author == house.implementer.pk and "李社工" in str(
        {one.key: one.sentence for one in queries.findings(second, house.fund)}["conflicts"]
    )
    with clock.set_to(h.NOON):
        award = services.table_project(second, by=house.secretary)
    change = services.extend(
        grant, ends_on=grant.project.ends_on + timedelta(days=200), reason="雨", by=house.secretary
    )
    for motion, user in ((award, house.implementer), (change.motion, house.members[0])):
        assert motion is not None
        with clock.set_to(h.NOON):
            motion = governance.open_voting(motion, closes_at=h.CLOSES, by=house.chair)
            assert [recusal.seat.user for recusal in motion.recusals.all()] == [user]
            with pytest.raises(Refused, match="要回避"):
                governance.cast(motion, user=user, choice="yes", subject_hash=motion.subject_hash, by=user)
            other = house.members[2]
            governance.cast(motion, user=other, choice="yes", subject_hash=motion.subject_hash, by=other)
