"""A grant from the motion to its last payment, and back."""

from datetime import date, timedelta

import pytest

from apps.core import clock
from apps.core.models import OutboxMessage, StoredFile
from apps.core.verdicts import Refused
from apps.funds.models import Approval, Reservation
from apps.funds.queries import available
from apps.funds.services import (
    adopt_rulebook,
    open_restriction,
    pass_step,
    release,
    reserve,
    return_step,
)
from apps.governance import services as governance
from apps.grants import queries, services
from apps.grants.models import Grant, Instalment, Payment
from apps.ledger.queries import entry_of, flows, spendable
from apps.projects.models import Project
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give, pay
from tests.grants import house as h
from tests.projects.house import ASKED

pytestmark = pytest.mark.django_db


def test_the_whole_walk(house: Cast, in_notice: Grant) -> None:
    grant = in_notice
    assert grant.amount == ASKED and grant.project.state == "approved"
    assert Reservation.objects.get().remaining == ASKED
    assert available(house.fund)[house.restriction] == 5_000_000 - ASKED
    # Decided on 25 November; the seventh day of notice is 2 December.
    assert grant.notice_until == clock.midnight(h.CLOSES.date() + timedelta(days=8))
    with clock.set_to(grant.notice_until - timedelta(seconds=1)):
        assert services.end_notices() == 0
    with clock.set_to(h.AFTER_NOTICE):
        assert (services.end_notices(), services.end_notices()) == (1, 0)
    assert [row.state for row in grant.instalments.order_by("number")] == ["due", "waiting"]
    h.paid(house, grant)
    assert spendable(house.fund.code, host=house.host.code)[house.restriction] == 5_000_000 - ASKED // 2
    evidence = h.accepted(house, grant)
    assert StoredFile.objects.filter(is_public=True).count() == 2
    assert h.instalment(grant, 2).evidence == evidence
    h.paid(house, grant, 2)
    grant.refresh_from_db()
    assert (grant.state, Project.objects.get().state) == ("closed", "closed")
    assert flows(house.fund.code, host=house.host.code)["spent"] == -ASKED
    assert Reservation.objects.get().remaining == 0
    assert services.close_grant(grant, by=None).state == "closed"
    assert_books_clean()


def test_an_award_is_made_once(house: Cast, in_notice: Grant) -> None:
    grant = in_notice
    assert services.award_carried(grant.motion.code) == grant
    assert Grant.objects.count() == 1 and Reservation.objects.count() == 1


def test_instalments_follow_the_clause_pinned_at_opening(house: Cast, in_notice: Grant) -> None:
    grant = in_notice
    grant.motion.refresh_from_db()
    assert grant.motion.rules["first_instalment_max_bp"]["value"] == 5000
    assert [row.amount for row in grant.instalments.order_by("number")] == [ASKED // 2, ASKED // 2]


def test_sources_are_emptied_in_order_and_payments_split_in_proportion(cast: Cast) -> None:
    h.seat_everyone(cast)
    h.money(cast, restricted=1_000_001, free=2_000_000)
    grant = h.at_work(cast)
    sources = dict(grant.sources.values_list("restriction", "amount"))
    assert sources == {cast.restriction: 1_000_001, "": ASKED - 1_000_001}
    payment = h.paid(cast, grant)
    booked = entry_of("grant_payment", payment.code)
    assert booked is not None
    spent = {line.restriction: line.amount for line in booked.lines if line.account == "programme_expense"}
    assert sum(spent.values()) == ASKED // 2
    assert spent[cast.restriction] == 500_001 and spent[""] == ASKED // 2 - 500_001
    h.accepted(cast, grant)
    h.paid(cast, grant, 2)
    assert {row.paid - row.amount for row in grant.sources.all()} == {0}
    assert_books_clean()


def test_a_named_restriction_pays_first_and_another_purpose_never(cast: Cast) -> None:

    h.seat_everyone(cast)
    named = open_restriction(cast.fund, purpose="老人午餐", by=cast.admin)
    other = open_restriction(cast.fund, purpose="儿童书屋", by=cast.admin)
    give(cast.fund, 100_000, restriction=named.code)
    give(cast.fund, 9_000_000, restriction=other.code)
    h.money(cast, restricted=2_000_000)
    grant = h.awarded(cast, restriction=named.code)
    assert dict(grant.sources.values_list("restriction", "amount")) == {
        named.code: 100_000,
        cast.restriction: ASKED - 100_000,
    }
    assert_books_clean()


def test_what_the_fund_does_not_have_is_not_tabled(cast: Cast) -> None:
    h.seat_everyone(cast)
    h.money(cast, restricted=ASKED - 1)
    project = h.submitted(cast)
    with pytest.raises(Refused, match="不够申请的"):
        services.table_project(project, by=cast.secretary)
    assert Project.objects.get().state == "submitted"


def test_a_carried_motion_waits_for_money_and_is_awarded_later(house: Cast) -> None:
    motion = h.vote(house, h.tabled(house))

    reserve(house.fund, amounts={house.restriction: 4_000_000}, source_kind="test", source_code="x", by=None)
    with clock.set_to(h.AFTER_VOTE):
        with pytest.raises(Refused, match="不够申请的"):
            services.award_carried(motion.code)
        assert services.settle_decided() == 1 and services.settle_decided() == 1
    assert not Grant.objects.exists() and Project.objects.get().state == "tabled"
    told = OutboxMessage.objects.filter(key__startswith="award-waits:")
    assert told.count() == 4  # chair, secretary, two of finance; once each
    release("test", "x", by=None)
    with clock.set_to(h.AFTER_VOTE):
        services.settle_decided()
    assert Grant.objects.get().motion == motion
    assert services.settle_decided() == 0
    assert_books_clean()


def test_a_lost_motion_declines_and_a_withdrawn_one_gives_back(house: Cast) -> None:
    lost = h.vote(house, h.tabled(house), "no")
    assert services.motion_lost(lost.code).state == "declined"
    second = h.tabled(house, h.submitted(house, title="第二个"))
    governance.withdraw(second, by=house.chair)
    project = services.motion_lost(second.code)
    assert project.state == "submitted"
    third = h.tabled(house, project)
    # The old, withdrawn motion has nothing more to say.
    assert services.motion_lost(second.code).state == "tabled"
    assert services.award_carried(h.vote(house, third).code).amount == ASKED
    assert_books_clean()


def test_a_payment_is_prepared_and_released_once(house: Cast, grant: Grant) -> None:
    payment = h.prepared(house, grant)
    with clock.set_to(h.AFTER_NOTICE):
        assert services.prepare_payment(h.instalment(grant), by=house.finance) == payment
        with pytest.raises(Refused, match="已经有人制单"):
            services.prepare_payment(h.instalment(grant), by=house.second_finance)
        facts = {"paid_on": h.PAID_ON, "bank_reference": "YH-1", "by": house.second_finance}
        first = services.release_payment(payment, **facts)
        assert services.release_payment(payment, **facts) == first
        with pytest.raises(Refused, match="不用再复核"):
            services.release_payment(payment, **(facts | {"bank_reference": "YH-2"}))
        with pytest.raises(Refused, match="不能付款"):
            services.prepare_payment(h.instalment(grant), by=house.finance)
    assert Payment.objects.count() == 1
    assert_books_clean()


def test_pay_reject_prepare_again_pays_once(house: Cast, grant: Grant) -> None:
    payment = h.prepared(house, grant)
    with pytest.raises(Refused, match="请写明退回的原因"):
        services.reject_payment(payment, reason=" ", by=house.second_finance)
    services.reject_payment(payment, reason="户名不对", by=house.second_finance)
    assert services.reject_payment(payment, reason="再退一次", by=house.second_finance).reason == "户名不对"
    assert h.instalment(grant).state == "due"
    with clock.set_to(h.AFTER_NOTICE), pytest.raises(Refused, match="不用再复核"):
        services.release_payment(payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=house.second_finance)
    h.paid(house, grant)
    assert flows(house.fund.code, host=house.host.code)["spent"] == -ASKED // 2
    assert_books_clean()


def test_second_instalment_waits_for_the_work(house: Cast, grant: Grant) -> None:
    with pytest.raises(Refused, match="等条件"):
        h.prepared(house, grant, 2)
    with clock.set_to(h.AFTER_NOTICE):
        progress = h.filed(house, grant, is_final=False)
        h.accept(progress, by=house.secretary)
    assert h.instalment(grant, 2).state == "waiting"
    final = h.filed(house, grant)
    h.send_back(final, reason="签收表看不清", by=house.chair)
    assert h.instalment(grant, 2).state == "waiting"
    h.accepted(house, grant)
    assert h.instalment(grant, 2).state == "due"
    assert_books_clean()


def test_bank_day_and_reference_are_checked(house: Cast, grant: Grant) -> None:
    payment = h.prepared(house, grant)
    facts = {"bank_reference": "YH-1", "by": house.second_finance}
    with clock.set_to(h.AFTER_NOTICE):
        for day in (h.PAID_ON + timedelta(days=1), clock.day_of(grant.notice_until) - timedelta(days=1)):
            with pytest.raises(Refused, match="付款日期"):
                services.release_payment(payment, paid_on=day, **facts)
        with pytest.raises(Refused, match="银行流水号"):
            services.release_payment(payment, paid_on=h.PAID_ON, bank_reference=" ", by=house.second_finance)
        services.release_payment(payment, paid_on=h.PAID_ON, **facts)
        h.accepted(house, grant)
        second = h.prepared(house, grant, 2)
        with pytest.raises(Refused, match="已经用在另一笔付款上"):
            services.release_payment(second, paid_on=h.PAID_ON, **facts)
    assert_books_clean()


def test_money_that_left_after_it_was_reserved_is_not_paid(house: Cast, grant: Grant) -> None:

    payment = h.prepared(house, grant)
    pay(house.fund, 4_900_000, restriction=house.restriction)
    with clock.set_to(h.AFTER_NOTICE), pytest.raises(Refused, match=r"账上这笔钱只剩 ¥1,000\.00"):
        services.release_payment(payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=house.second_finance)
    payment.refresh_from_db()
    assert payment.state == "prepared"


def test_clawback_in_parts(house: Cast, grant: Grant) -> None:
    with pytest.raises(Refused, match=r"最多还能追回 ¥0\.00"):
        services.ask_back(grant, amount=1, reason="挪用", by=house.admin)
    h.paid(house, grant)
    with clock.set_to(h.AFTER_NOTICE):
        clawback = services.ask_back(grant, amount=300_000, reason="剩下的没用", by=house.admin)
        with pytest.raises(Refused, match="最多还能追回"):
            services.ask_back(grant, amount=ASKED // 2 - 300_000 + 1, reason="多要", by=house.admin)
        facts = {"received_on": h.PAID_ON, "by": house.finance}
        first = services.return_money(clawback, amount=100_000, bank_reference="R1", **facts)
        assert services.return_money(clawback, amount=100_000, bank_reference="R1", **facts) == first
        with pytest.raises(Refused, match="已经登记过另一笔"):
            services.return_money(clawback, amount=99_999, bank_reference="R1", **facts)
        with pytest.raises(Refused, match=r"还差 ¥2,000\.00"):
            services.return_money(clawback, amount=200_001, bank_reference="R2", **facts)
        services.return_money(clawback, amount=200_000, bank_reference="R2", **facts)
    figures = queries.figures(grant)
    assert (figures.returned, figures.net, figures.outstanding) == (300_000, ASKED // 2 - 300_000, 0)
    assert (
        queries.returned_money(fund=house.fund.code) == queries.returned_money(division="500110") == 300_000
    )
    assert queries.returned_money(division="500110002") == 0
    assert flows(house.fund.code, host=house.host.code)["spent"] == -(ASKED // 2 - 300_000)
    assert_books_clean()


def test_termination_frees_what_is_not_paid(house: Cast, grant: Grant) -> None:
    h.paid(house, grant)
    ended = services.terminate(grant, reason="实施方解散", by=house.admin)
    assert services.terminate(grant, reason="又一次", by=house.admin).reason == "实施方解散"
    assert ended.state == "terminated" and h.instalment(grant, 2).state == "cancelled"
    assert Project.objects.get().state == "closed"
    assert available(house.fund)[house.restriction] == 5_000_000 - ASKED // 2
    with pytest.raises(Refused):
        services.close_grant(grant, by=None)
    assert_books_clean()


def test_a_closing_report_is_not_accepted_after_the_termination_but_may_be_returned(
    house: Cast, grant: Grant
) -> None:
    evidence = h.filed(house, grant)
    services.terminate(grant, reason="实施方解散", by=house.admin)
    evidence.refresh_from_db()
    with pytest.raises(Refused, match="结项成果不再验收"):
        h.accept(evidence, by=house.secretary)
    assert Project.objects.get().state == "closed"
    assert h.send_back(evidence, reason="资助已经终止", by=house.secretary).state == "returned"
    assert_books_clean()


def test_termination_waits_for_a_prepared_payment(house: Cast, grant: Grant) -> None:
    h.prepared(house, grant)
    with pytest.raises(Refused, match="退回那笔付款"):
        services.terminate(grant, reason="解散", by=house.admin)
    assert Instalment.objects.filter(state="prepared").count() == 1


def test_payments_stop_while_the_organisation_is_suspended_and_go_on_when_the_fund_is(
    house: Cast, grant: Grant
) -> None:
    house.organisation.state = "suspended"
    house.organisation.save()
    with pytest.raises(Refused, match="登记已暂停"):
        h.prepared(house, grant)
    house.organisation.state = "active"
    house.organisation.save()
    payment = h.prepared(house, grant)
    house.fund.state = "closed"
    house.fund.save()
    with clock.set_to(h.AFTER_NOTICE), pytest.raises(Refused, match="已经关闭"):
        services.release_payment(payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=house.second_finance)
    house.fund.state = "suspended"
    house.fund.save()
    with clock.set_to(h.AFTER_NOTICE):
        paid = services.release_payment(
            payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=house.second_finance
        )
    assert paid.state == "paid"


def test_a_decision_above_the_limit_waits_for_the_town_before_it_is_awarded(house: Cast) -> None:
    adopt_rulebook(
        house.host, level=1, division=house.host.division, title="办法", document="1号",
        clauses={"town_review_fen": (ASKED - 1, "第一条")}, effective_from=date(2026, 1, 1), by=None,
    )  # fmt: skip
    motion = h.vote(house, h.tabled(house))
    with clock.set_to(h.CLOSES):
        assert motion.state == "carried"
        assert services.settle_decided() == 0
        with pytest.raises(Refused, match="等上级审核"):
            services.award_carried(motion.code)
        pass_step(Approval.objects.get(), by=house.coordinator)
        governance.review_decided(Approval.objects.get().code)
        assert services.settle_decided() == 1
    assert Grant.objects.get().amount == ASKED
    assert_books_clean()


def test_a_decision_sent_back_gives_the_project_back_with_the_reasons(house: Cast) -> None:
    adopt_rulebook(
        house.host, level=1, division=house.host.division, title="办法", document="1号",
        clauses={"town_review_fen": (ASKED - 1, "第一条")}, effective_from=date(2026, 1, 1), by=None,
    )  # fmt: skip
    motion = h.vote(house, h.tabled(house))
    with clock.set_to(h.CLOSES):
        return_step(Approval.objects.get(), reason="请补上食品经营许可", by=house.coordinator)
        governance.review_decided(Approval.objects.get().code)
        assert services.settle_decided() == 1
        assert services.settle_decided() == 0
    project = Project.objects.get()
    assert project.state == "submitted"
    assert not Grant.objects.exists() and not Reservation.objects.exists()
    told = OutboxMessage.objects.get(key__startswith="returned:")
    assert (told.address, "食品经营许可" in told.body) == (house.implementer.email, True)
    with clock.set_to(h.CLOSES):
        again = services.table_project(project, by=house.chair)
    assert again.follows == motion
