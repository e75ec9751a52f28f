"""Opening, voting, changing, stepping aside, closing."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.governance import queries, services
from apps.governance.models import Ballot, Committee, Motion, Recusal, Seat, Tie
from apps.users.models import Role
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.governance.house import (
    AMOUNT,
    DEADLINE,
    NOON,
    SUBJECT,
    at,
    give_seat,
    make_committee,
    make_draft,
    open_motion,
    put_money,
    vote,
)

SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.django_db


def close(motion: Motion) -> Motion:
    with clock.set_to(DEADLINE):
        return services.close(motion)


def test_opening_freezes_the_roll_and_pins_the_rules(motion: Motion, house: Cast) -> None:
    assert motion.state == "open"
    assert motion.roll.count() == 7
    assert motion.rules["quorum_bp"]["value"] == [2, 3]
    assert motion.rules["quorum_bp"]["default"] is True


def test_the_usual_vote_carries(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        for user in (house.chair, *house.members[:3]):
            vote(motion, user, "yes")
        vote(motion, house.members[3], "no", reason="希望先做 7 栋")
    closed = close(motion)
    assert closed.state == "in_force"
    tally = queries.result(closed)
    assert tally is not None
    assert (tally.yes, tally.no, tally.absent, tally.present, tally.yes_needed) == (4, 1, 2, 5, 3)
    page = queries.result_of(closed)
    assert page is not None
    assert [line.sum for line in page.lines] == [
        "7 委员 − 0 回避 = 7 人",
        "7 × 2/3 ≈ 4.67，要 5，来了 5 人",
        "5 × 1/2 = 2.5，超过它要 3，赞成 4 票",
    ]
    assert page.lines[2].verdict == "4 ≥ 3，通过"
    assert "希望先做 7 栋" in [seat.reason for seat in page.seats]


@pytest.mark.parametrize(("offset", "taken"), [(-SECOND, True), (0 * SECOND, False), (SECOND, False)])
def test_the_deadline_holds_to_the_second(
    motion: Motion, house: Cast, offset: timedelta, taken: bool
) -> None:
    with clock.set_to(DEADLINE + offset):
        if taken:
            vote(motion, house.chair, "yes")
        else:
            with pytest.raises(Refused, match="截止"):
                vote(motion, house.chair, "yes")
    assert motion.ballots.count() == int(taken)


def test_nobody_counts_before_the_deadline(motion: Motion, house: Cast) -> None:
    with clock.set_to(DEADLINE - SECOND):
        for user in (house.chair, *house.members):
            vote(motion, user, "yes")
        with pytest.raises(Refused):
            services.close(motion)
        with pytest.raises(Refused):
            queries.count(motion)
        assert queries.result_of(motion) is None
        assert queries.record_of(motion) is None


def test_two_windows_leave_one_current_ballot(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        first = vote(motion, house.chair, "yes")
        again = vote(motion, house.chair, "yes")
        changed = vote(motion, house.chair, "no")
    assert again.pk == first.pk
    current = Ballot.objects.get(motion=motion, is_current=True)
    assert (current.pk, current.choice) == (changed.pk, "no")
    assert Ballot.objects.count() == 2


def test_a_ballot_on_another_text_is_refused(house: Cast) -> None:
    with clock.set_to(NOON):
        draft = make_draft(house)
        read = draft.subject_hash
        edited = services.edit(draft, amount=AMOUNT + 1, by=house.secretary)
        motion = services.open_voting(edited, closes_at=DEADLINE, by=house.chair)
        with pytest.raises(Refused, match="不是现在这一版"):
            vote(motion, house.chair, "yes", subject_hash=read)
        with pytest.raises(Refused, match="不能再改"):
            services.edit(motion, title="别的", by=house.secretary)
    assert not motion.ballots.exists()


def test_each_part_of_the_text_changes_its_hash(house: Cast) -> None:
    with clock.set_to(NOON):
        draft = make_draft(house)
        seen = {draft.subject_hash}
        for change in (
            {"title": "午餐"},
            {"amount": AMOUNT - 1},
            {"restriction": house.restriction},
            {"is_major": True},
            {"subject": SUBJECT | {"goal": "别的"}},
        ):
            draft = services.edit(draft, by=house.secretary, **change)
            seen.add(draft.subject_hash)
    assert len(seen) == 6


def test_a_former_member_cannot_vote_and_stays_on_the_roll(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        services.end_seat(Seat.objects.get(user=house.members[0]), by=house.admin)
        with pytest.raises(Refused, match="卸任"):
            vote(motion, house.members[0], "yes")
    tally = queries.result(close(motion))
    assert tally is not None
    assert (tally.roll, tally.absent) == (7, 7)


def test_a_member_seated_after_opening_is_not_on_the_roll(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        services.resize(motion.committee, size=9, by=house.admin)
        give_seat(motion.committee, house.stranger)
        with pytest.raises(Refused, match="名册"):
            vote(motion, house.stranger, "yes")


@pytest.mark.parametrize("who", ["secretary", "supervisor", "stranger", "admin"])
def test_only_members_vote(motion: Motion, house: Cast, who: str) -> None:
    with clock.set_to(NOON), pytest.raises(Refused, match="名册"):
        vote(motion, getattr(house, who), "yes")


def test_nobody_votes_for_another_online(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON), pytest.raises(Refused, match="本人"):
        vote(motion, house.chair, "yes", by=house.secretary)


@pytest.mark.parametrize(("members", "size", "sentence"), [(3, 7, "至少 5 位"), (5, 6, "单数")])
def test_a_committee_against_the_rules_may_not_open(
    cast: Cast, members: int, size: int, sentence: str
) -> None:
    committee = make_committee(cast, members=members)
    # As a committee may stand here that was formed under looser rules.
    Committee.objects.filter(pk=committee.pk).update(size=size)
    put_money(cast)
    with pytest.raises(Refused, match=sentence):
        open_motion(cast)
    assert Motion.objects.get().state == "draft"


def test_a_committee_without_supervisor_may_not_open(house: Cast) -> None:
    with clock.set_to(NOON):
        services.end_seat(Seat.objects.get(office="supervisor"), by=house.admin)
    with pytest.raises(Refused, match="监督员"):
        open_motion(house)


def test_a_vote_is_long_enough_and_covered(house: Cast) -> None:
    with clock.set_to(NOON):
        draft = make_draft(house)
        with pytest.raises(Refused, match="至少要开 3 天"):
            services.open_voting(draft, closes_at=NOON + timedelta(days=3) - SECOND, by=house.chair)
        dear = make_draft(house, amount=5_000_001)
        with pytest.raises(Refused, match="不够"):
            services.open_voting(dear, closes_at=DEADLINE, by=house.chair)
        services.open_voting(draft, closes_at=NOON + timedelta(days=3), by=house.chair)


def test_only_the_right_people_table_and_open(house: Cast) -> None:
    with clock.set_to(NOON):
        for user in (house.members[0], house.supervisor, house.stranger, house.admin):
            with pytest.raises(Refused, match="主任或秘书"):
                make_draft(house, by=user)
        draft = make_draft(house)
        for user in (house.secretary, house.members[0], house.admin):
            with pytest.raises(Refused, match="主任"):
                services.open_voting(draft, closes_at=DEADLINE, by=user)


def test_a_subject_is_tabled_once(house: Cast) -> None:
    with clock.set_to(NOON):
        first = make_draft(house, subject_kind="project", subject_code="P1")
        assert make_draft(house, subject_kind="project", subject_code="P1").pk == first.pk
        with pytest.raises(Refused, match="已经提交过"):
            make_draft(house, subject_kind="project", subject_code="P1", subject={"goal": "别的"})
        services.withdraw(first, by=house.secretary)
        second = make_draft(house, subject_kind="project", subject_code="P1")
    assert [first.number, second.number] == ["2026-01", "2026-02"]


def test_stepping_aside_voids_the_ballot_and_changes_the_base(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        vote(motion, house.members[0], "yes")
        services.recuse(motion, reason="亲属", by=house.members[0])
        with pytest.raises(Refused, match="回避"):
            vote(motion, house.members[0], "yes")
        for user in house.members[1:5]:
            vote(motion, user, "yes")
    closed = close(motion)
    tally = queries.result(closed)
    assert tally is not None
    assert (tally.roll, tally.recused, tally.base, tally.quorum_needed, tally.present) == (7, 1, 6, 4, 4)
    assert closed.state == "in_force"
    assert "亲属" not in str(closed.result)
    assert "亲属" not in str(list(AuditEvent.objects.values_list("facts", flat=True)))


def test_nobody_recuses_another(motion: Motion, house: Cast) -> None:
    seat = Seat.objects.get(user=house.members[0])
    with clock.set_to(NOON), pytest.raises(Refused, match="本人"):
        services.recuse(motion, seat=seat, by=house.chair)


def test_ties_recuse_at_opening_at_declaring_and_at_casting(house: Cast) -> None:
    code = house.organisation.code
    with clock.set_to(NOON):
        services.declare_tie(house.members[0], organisation_code=code, kind="kin", by=house.members[0])
        motion = open_motion(house)
        assert [r.seat.user for r in motion.recusals.all()] == [house.members[0]]
        vote(motion, house.members[1], "yes")
        services.declare_tie(house.members[1], organisation_code=code, kind="employer", by=house.members[1])
        assert motion.recusals.count() == 2
        assert not motion.ballots.filter(is_current=True).exists()
        Tie.objects.create(
            user=house.members[2], organisation_code=code, kind="officer", declared_on=NOON.date()
        )
        with pytest.raises(Refused, match="回避"):
            vote(motion, house.members[2], "yes")
    assert Recusal.objects.count() == 3


def test_an_implementer_on_the_committee_steps_aside(house: Cast) -> None:
    with clock.set_to(NOON):
        services.resize(house.fund.committee, size=9, by=house.admin)
        give_seat(house.fund.committee, house.implementer)
        give_seat(house.fund.committee, house.stranger)
        motion = open_motion(house)
    assert [r.seat.user for r in motion.recusals.all()] == [house.implementer]


def test_ties_of_which_nobody_spoke_recuse_when_the_votes_are_counted(motion: Motion, house: Cast) -> None:
    wrote, acts, *others = house.members[:5]
    with clock.set_to(NOON):
        for user in (wrote, acts, *others):
            vote(motion, user, "yes")
        where = {"scope_kind": "organisation", "scope_code": house.organisation.code}
        Role.objects.create(user=acts, kind=Role.Kind.IMPLEMENTER, valid_from=NOON.date(), **where)
    # A vote that was open before applications named who wrote them.
    Motion.objects.filter(pk=motion.pk).update(applicant_id=wrote.pk)
    closed = at(DEADLINE, lambda: services.close(motion))
    assert [recusal.seat.user for recusal in closed.recusals.order_by("seat_id")] == [wrote, acts]
    tally = queries.result(closed)
    assert tally is not None
    assert (tally.recused, tally.base, tally.yes) == (2, 5, 3)
    assert_books_clean("governance")


def test_everyone_recused_is_lost_with_its_reason(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        for user in (house.chair, *house.members):
            services.recuse(motion, by=user)
    page = queries.result_of(close(motion))
    assert page is not None
    assert (page.tally.carried, page.tally.decided_by) == (False, "all_recused")
    assert "所有委员都回避" in page.sentence


def test_paper_ballots_need_a_recorder_and_a_witness(motion: Motion, house: Cast) -> None:
    member, paper = house.members[0], {"channel": "paper", "by": house.secretary}
    with clock.set_to(NOON):
        for witness in (None, house.secretary, member, house.stranger):
            with pytest.raises(Refused, match="见证"):
                vote(motion, member, "yes", witness=witness, **paper)
        with pytest.raises(Refused, match="主任或秘书"):
            vote(motion, member, "yes", channel="hand", by=house.members[1], witness=house.supervisor)
        ballot = vote(motion, member, "yes", witness=house.supervisor, **paper)
    assert (ballot.recorded_by_id, ballot.witness_id) == (house.secretary.pk, house.supervisor.pk)


def test_major_matters_need_two_thirds_of_all(house: Cast) -> None:
    motion = open_motion(house, amount=2_000_001)
    with clock.set_to(NOON):
        for user in house.members[:4]:
            vote(motion, user, "yes")
        vote(motion, house.members[4], "abstain")
    closed = close(motion)
    page = queries.result_of(closed)
    assert page is not None
    assert (closed.state, page.tally.yes_needed) == ("lost", 5)
    assert page.lines[2].sum == "7 × 2/3 ≈ 4.67，要 5，赞成 4 票"


def test_closing_is_written_once_and_told(motion: Motion, house: Cast) -> None:
    closed = close(motion)
    written = closed.result
    with clock.set_to(DEADLINE + timedelta(days=1)):
        assert services.close(motion).decided_at == closed.decided_at
        assert services.close_due() == 0
    motion.refresh_from_db()
    assert motion.result == written
    assert OutboxMessage.objects.filter(key__startswith="governance.decided:").count() == 9


def test_the_sweeper_closes_what_is_due(motion: Motion, house: Cast) -> None:
    with clock.set_to(DEADLINE - SECOND):
        assert services.close_due() == 0
    with clock.set_to(DEADLINE):
        assert queries.phase(motion) == "closing"
        assert services.close_due() == 1
    motion.refresh_from_db()
    assert motion.state == "lost"


def test_withdrawing_voids_the_votes(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        vote(motion, house.chair, "yes")
        withdrawn = services.withdraw(motion, by=house.chair)
        with pytest.raises(Refused, match="撤回"):
            vote(motion, house.chair, "no")
    with clock.set_to(DEADLINE):
        assert services.close_due() == 0
        with pytest.raises(Refused):
            queries.count(withdrawn)


def test_nothing_written_before_the_close_tells_who_voted(house: Cast) -> None:
    def traces() -> tuple[int, int]:
        """What anyone but the voters could count: a confirmation goes to its voter alone."""
        letters = OutboxMessage.objects.exclude(key__startswith="governance.ballot:")
        return AuditEvent.objects.count(), letters.count()

    motion = open_motion(house)
    before = traces()
    with clock.set_to(NOON):
        for user in house.members[:3]:
            vote(motion, user, "yes")
        assert traces() == before
    close(motion)
    assert AuditEvent.objects.filter(verb="governance.cast").count() == 3


def test_what_a_member_owes(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        assert list(queries.to_vote(house.chair)) == [motion]
        vote(motion, house.chair, "abstain")
        assert not queries.to_vote(house.chair)
        services.recuse(motion, by=house.members[0])
        assert not queries.to_vote(house.members[0])
        assert not queries.to_vote(house.secretary)


def test_the_trail_learns_at_the_close_who_stepped_aside_by_their_own_word(
    motion: Motion, house: Cast
) -> None:
    member = house.members[0]
    with clock.set_to(NOON):
        services.recuse(motion, reason="亲属", by=member)
        services.declare_tie(house.members[1], kind="kin", organisation_code="O-NY", by=house.members[1])
    told = AuditEvent.objects.filter(verb="governance.recuse")
    assert (motion.recusals.count(), told.exists()) == (2, False)
    close(motion)
    row = told.get()
    seat = motion.recusals.get(declared_by_id=member.pk).seat_id
    assert (row.by_id, row.facts) == (member.pk, {"seat": seat, "declared_at": "2026-11-21T04:00:00.000000Z"})
