"""Closing a fund: what must be settled first, where the surplus goes, and what the public is told until when."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.clock import months_later
from apps.core.verdicts import Refused
from apps.donations.services import Transfer, receive_transfers
from apps.finance import services
from apps.funds import queries as funds_queries
from apps.funds import services as funds
from apps.funds.models import Approval, Fund, Restriction, Succession
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.governance.queries import seats_of
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.finance.life import money_of, refreshed
from tests.finance.test_reorganising import announced, gift
from tests.grants import house as h

pytestmark = pytest.mark.django_db


def close(cast: Cast, **changes: Any) -> Succession:
    facts: dict[str, Any] = {
        "receiver": cast.other_fund,
        "reason": "同为社区为老服务",
        "document": "管委会决议 2026-09",
        "by": cast.admin,
    } | changes
    return services.close_fund(cast.fund, **facts)


def test_the_surplus_goes_on_under_its_restriction(cast: Cast) -> None:
    gift(cast, cast.fund, 88_00, "1")
    act = close(cast)
    old = refreshed(cast.fund)
    assert old.state == "closed" and money_of(old) == {}
    assert money_of(refreshed(cast.other_fund)) == {f"{old.code}-G": 88_00}
    assert Restriction.objects.get(code=f"{old.code}-G").fund == cast.other_fund
    assert act.publish_by == months_later(clock.today(), 3) and act.published_at is None
    assert close(cast) == act
    assert funds_queries.predecessors_of(cast.other_fund) == []
    assert_books_clean()


def test_an_empty_fund_closes_and_late_money_goes_to_the_hosts_own(cast: Cast) -> None:
    announced(cast)
    close(cast, receiver=None, reason="")
    receive_transfers(cast.host, [Transfer("BBT-7K2Q", 5_00, clock.today(), "line-1")], by=cast.finance)
    assert sum(money_of(refreshed(cast.general)).values()) == 5_00
    assert_books_clean()


def test_everything_that_is_not_settled_is_named(cast: Cast) -> None:
    h.seat_everyone(cast)
    h.money(cast)
    grant = h.at_work(cast)
    payment = h.prepared(cast, grant)
    with clock.set_to(h.AFTER_NOTICE), pytest.raises(Refused) as refusal:
        close(cast)
    for words in (grant.project.title, "1 笔付款", "预留着"):
        assert words in str(refusal.value)
    assert refreshed(cast.fund).state == "open" and payment.state == "prepared"
    assert seats_of(cast.fund).exists() or clock.today() > h.UNTIL


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"receiver": None}, "receiver"),
        ({"reason": ""}, "reason"),
        ({"document": ""}, "document"),
        ({"by": "coordinator"}, None),
        ({"receiver": "self"}, "receiver"),
        ({"receiver": "suspended"}, "receiver"),
    ],
)
def test_what_a_closing_needs(cast: Cast, changes: dict[str, Any], field: str | None) -> None:
    gift(cast, cast.fund, 1_00, "1")
    if changes.get("by") == "coordinator":
        changes = {"by": cast.coordinator}
    if changes.get("receiver") == "self":
        changes = {"receiver": cast.fund}
    if changes.get("receiver") == "suspended":
        changes = {"receiver": funds.suspend_fund(cast.other_fund, reason="查", by=None)}
    with pytest.raises(Refused) as refusal:
        close(cast, **changes)
    assert refusal.value.field == field
    assert not Succession.objects.exists()


def closing_motion(cast: Cast, **facts: Any) -> Motion:
    """Let the committee decide to close its fund."""
    h.seat_everyone(cast)
    with clock.set_to(h.NOON):
        motion = governance.table(
            cast.fund, kind="closing", title="关闭百步梯社区慈善基金", subject=facts, by=cast.secretary
        )
        motion = governance.open_voting(motion, closes_at=h.CLOSES, by=cast.chair)
    motion = h.vote(cast, motion)
    with clock.set_to(h.AFTER_VOTE):
        governance.follow_decided()
        approval = Approval.objects.get(subject_code=motion.code)
        while (step := funds_queries.current_step(approval)) is not None:
            people = funds_queries.holders(
                role_kind=step.role_kind, scope_kind=step.scope_kind, scope_code=step.scope_code
            )
            approval = funds.pass_step(approval, by=people[0])
        governance.follow_decided()
    motion.refresh_from_db()
    assert motion.state == "in_force"
    return motion


def test_the_host_follows_the_motion_and_sees_what_is_for_something_else(cast: Cast, client: Client) -> None:
    gift(cast, cast.fund, 12_34, "1")
    Fund.objects.filter(pk=cast.other_fund.pk).update(purpose="儿童关爱")
    cast.other_fund.refresh_from_db()
    with clock.set_to(h.NOON), pytest.raises(Refused, match="由哪支基金接收"):
        governance.proposals.closing(cast.fund, reason="搬迁", surplus="给邻居")
    with clock.set_to(h.NOON):
        proposal = governance.proposals.closing(
            cast.fund, reason="搬迁", surplus="都是老人", receiver=cast.other_fund
        )
    motion = closing_motion(cast, **proposal.subject)
    assert [one["differs"] for one in motion.facts["left"]] == [True]
    client.force_login(cast.admin)
    page = client.get(f"/funds/fund/{cast.fund.code}/close/").content.decode()
    assert "写得不一样" in page and f'value="{cast.other_fund.code}" selected' in page
    assert "写得不一样" in client.get(f"/m/{motion.code}/").content.decode()
    with pytest.raises(Refused, match="决议写明由") as refusal:
        close(cast, receiver=cast.general, motion_code=motion.code)
    assert refusal.value.field == "receiver"
    funds.suspend_fund(cast.other_fund, reason="查", by=None)
    assert services.close_fund_decided(motion.code) is None
    close(cast, receiver=cast.general, motion_code=motion.code)
    assert_books_clean()


def test_a_motion_in_force_closes_the_fund_once(cast: Cast) -> None:
    gift(cast, cast.fund, 12_34, "1")
    motion = closing_motion(cast, receiver=cast.other_fund.code, reason="同一条街的老人")
    act = services.close_fund_decided(motion.code)
    assert act is not None and act.motion_code == motion.code
    assert services.close_fund_decided(motion.code) == act
    assert services.close_decided_funds() == 0
    assert Succession.objects.count() == 1
    assert_books_clean()


def test_a_motion_that_names_nobody_waits_for_the_host(cast: Cast) -> None:
    gift(cast, cast.fund, 12_34, "1")
    motion = closing_motion(cast)
    assert services.close_fund_decided(motion.code) is None
    assert services.close_decided_funds() == 0
    act = close(cast, motion_code=motion.code)
    assert act.motion_code == motion.code


def test_the_final_report_is_published_once(cast: Cast) -> None:
    act = close(cast, receiver=None)
    with pytest.raises(Refused):
        services.publish_surplus(act, report="x", by=cast.finance)
    with pytest.raises(Refused) as refusal:
        services.publish_surplus(act, report=" ", by=cast.admin)
    assert refusal.value.field == "report"
    with clock.set_to(clock.now() + timedelta(days=1)):
        done = services.publish_surplus(act, report="共办了 3 个项目，没有结余。", by=cast.admin)
        assert services.publish_surplus(act, report="别的", by=cast.admin).final_report == done.final_report
    assert done.published_at is not None


def test_the_general_fund_never_closes(cast: Cast) -> None:
    with pytest.raises(Refused, match="本部"):
        services.close_fund(cast.general, receiver=cast.fund, reason="x", document="x", by=cast.admin)
    assert Fund.objects.get(pk=cast.general.pk).state == "open"
