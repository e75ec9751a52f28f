"""Merging and splitting funds: everything goes on in the heir, to the fen, and the proof says so."""

from datetime import timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.donations import services as donations
from apps.donations.models import Campaign, Donation
from apps.donations.services import OfflineGift, Transfer
from apps.finance import services
from apps.finance.rules import proofs
from apps.funds import queries as funds_queries
from apps.funds import services as funds
from apps.funds.models import Fund, FundSuccession, Host, Reservation, Restriction, Succession
from apps.governance import services as governance
from apps.governance.models import Seat
from apps.governance.queries import seats_of
from apps.grants.models import Grant, GrantSource
from apps.ledger import queries as books
from apps.projects.models import Need, Project
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.finance.life import DOCUMENT, money_of, named_purpose, refreshed, third_fund
from tests.funds.money import give
from tests.grants import house as h

pytestmark = pytest.mark.django_db


def merge(cast: Cast, **changes: Any) -> Succession:
    facts: dict[str, Any] = {
        "predecessors": [cast.fund],
        "successor": cast.other_fund,
        "document": DOCUMENT,
        "by": cast.admin,
    } | changes
    return services.merge_funds(facts.pop("predecessors"), **facts)


def gift(cast: Cast, fund: Fund, amount: int, key: str, **changes: Any) -> Donation:
    return donations.record_offline(
        OfflineGift(fund=fund, amount=amount, channel="cash", day=clock.today(), key=key, **changes), by=None
    )


def test_money_goes_on_by_restriction_and_the_proof_holds(cast: Cast) -> None:
    special = named_purpose(cast, cast.fund)
    gift(cast, cast.fund, 1_000_07, "1")
    gift(cast, cast.fund, 500_00, "2", restriction=special)
    give(cast.fund, 30_01)
    gift(cast, cast.other_fund, 7_77, "3")
    held = money_of(cast.fund, cast.other_fund)
    funds.fold_totals()
    act = merge(cast)
    old, new = refreshed(cast.fund), refreshed(cast.other_fund)
    assert money_of(old) == {}
    assert money_of(new) == held
    assert (old.state, old.closed_on) == ("closed", clock.today())
    general = Restriction.objects.get(code=f"{old.code}-G")
    assert (general.fund, general.is_general, general.purpose) == (new, False, f"原{old.name}宗旨范围内")
    assert Restriction.objects.get(code=special).fund == new
    assert proofs.faults(act.facts) == []
    flows = books.flows(new.code, host=new.host.code)
    assert flows["seed"] == 1_530_08 and flows["donated"] == 7_77
    funds.fold_totals()
    assert funds_queries.host_totals(cast.host)["seed"].amount == 0
    assert funds_queries.division_totals("500110001")["seed"].amount == 0
    assert funds_queries.division_totals("500110001001")["seed"].amount == -1_530_08
    assert merge(cast) == act and Succession.objects.count() == 1
    assert AuditEvent.objects.get(verb="move_funds").facts["sha256"] == act.sha256
    assert_books_clean()


def test_the_agreement_may_join_the_funds_own_purposes(cast: Cast) -> None:
    gift(cast, cast.fund, 1_000_00, "1")
    merge(cast, joined=True)
    assert money_of(refreshed(cast.other_fund)) == {f"{cast.other_fund.code}-G": 1_000_00}
    assert_books_clean()


def test_two_funds_merge_into_a_new_one(cast: Cast) -> None:
    new = third_fund(cast, "500110001002", "新步社区慈善基金")
    gift(cast, cast.fund, 10_00, "1")
    gift(cast, cast.other_fund, 20_00, "2")
    act = merge(cast, predecessors=[cast.other_fund, cast.fund], successor=new)
    assert sum(money_of(refreshed(new)).values()) == 30_00
    assert {row["code"] for row in act.facts["funds"] if row["ends"]} == {
        cast.fund.code,
        cast.other_fund.code,
    }
    assert {fund.code for fund in funds_queries.predecessors_of(new)} == {
        cast.fund.code,
        cast.other_fund.code,
    }
    assert_books_clean()


def test_a_running_grant_is_paid_and_clawed_back_in_the_heir(cast: Cast) -> None:
    h.seat_everyone(cast)
    h.money(cast, restricted=5_000_000, free=100_00)
    grant = h.at_work(cast)
    payment = h.prepared(cast, grant)
    with clock.set_to(h.AFTER_NOTICE):
        merge(cast)
        grant = Grant.objects.get(pk=grant.pk)
        assert grant.fund == cast.other_fund and grant.project.fund == cast.other_fund
        assert set(Reservation.objects.values_list("fund__code", flat=True)) == {cast.other_fund.code}
        assert set(GrantSource.objects.values_list("restriction", flat=True)) == {f"{cast.fund.code}-G"}
        assert not seats_of(cast.fund).exists()
        assert Seat.objects.filter(ended_at=None).count() == 0
        assert_books_clean()
        from apps.grants import services as grants

        grants.release_payment(payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=cast.second_finance)
        assert sum(money_of(cast.other_fund).values()) == 5_000_000 + 100_00 - payment.amount
        clawback = grants.ask_back(grant, amount=100_00, reason="未按用途", by=cast.admin)
        grants.return_money(
            clawback, amount=100_00, received_on=h.PAID_ON, bank_reference="YH-2", by=cast.finance
        )
        assert_books_clean()
    assert money_of(refreshed(cast.fund)) == {}


def test_what_hangs_on_the_fund_goes_along(cast: Cast) -> None:
    with clock.set_to(h.NOON):
        project = h.draft(cast)
        need = Need.objects.create(
            code="N1",
            division=cast.fund.division,
            field="elderly",
            words="楼道灯坏了",
            voiced_at=h.NOON,
        )
        plan = Campaign.objects.create(
            code="C-1",
            host=cast.host,
            name="社区月捐",
            filing_number=f"{cast.host.uscc}A26001",
            starts_on=h.FROM,
            ends_on=h.UNTIL,
        )
        plan.funds.add(cast.fund)
        over = Campaign.objects.create(
            code="C-2",
            host=cast.host,
            name="去年的",
            filing_number=f"{cast.host.uscc}A25001",
            starts_on=h.FROM - timedelta(days=300),
            ends_on=h.FROM,
        )
        over.funds.add(cast.fund)
        merge(cast)
    assert Project.objects.get(pk=project.pk).fund == cast.other_fund
    assert Need.objects.get(pk=need.pk).division_id == cast.other_fund.division_id
    assert list(plan.funds.all()) == [cast.other_fund]
    assert list(over.funds.all()) == [cast.fund]


def announced(cast: Cast, reference: str = "BBT-7K2Q") -> Donation:
    from apps.donations.models import Donor

    donor = Donor.objects.create(code="D1", created_at=clock.now())
    return Donation.objects.create(
        code="G-BANK",
        host=cast.host,
        fund=cast.fund,
        restriction=cast.restriction,
        donor=donor,
        channel="bank",
        amount=200_00,
        public_name="*",
        reference=reference,
        started_at=clock.now(),
    )


def test_a_transfer_with_the_old_reference_is_booked_to_the_heir(cast: Cast) -> None:
    announced(cast)
    restriction = cast.restriction
    merge(cast)
    for key, amount in (("line-1", 200_00), ("line-2", 50_00)):
        donations.receive_transfers(
            cast.host, [Transfer("BBT-7K2Q", amount, clock.today(), key)], by=cast.finance
        )
    assert money_of(refreshed(cast.other_fund)) == {restriction: 250_00}
    assert set(Donation.objects.values_list("fund__code", flat=True)) == {cast.other_fund.code}
    assert money_of(refreshed(cast.fund)) == {}
    assert_books_clean()


def test_a_gift_given_before_is_refunded_out_of_the_heir(cast: Cast) -> None:
    given = gift(cast, cast.fund, 300_00, "1")
    merge(cast)
    donations.refund(given, amount=100_00, reason="捐错了", by=cast.finance)
    given.refresh_from_db()
    assert given.refunded == 100_00 and given.fund == cast.fund
    assert sum(money_of(refreshed(cast.other_fund)).values()) == 200_00
    assert_books_clean()


def test_a_refund_that_comes_back_after_the_merger_is_passed_on(cast: Cast) -> None:
    from apps.donations.services.returns import lock_gift, move_refund

    given = gift(cast, cast.fund, 300_00, "1")
    refund = donations.refund(given, amount=100_00, reason="捐错了", by=cast.finance)
    merge(cast)
    locked, general = lock_gift(given.pk)
    refund.refresh_from_db()
    move_refund(refund, locked, general, "failed", by=None)
    assert money_of(refreshed(cast.fund)) == {}
    assert sum(money_of(refreshed(cast.other_fund)).values()) == 300_00
    assert_books_clean()


def test_chains_of_mergers_are_followed_to_the_end(cast: Cast) -> None:
    last = third_fund(cast)
    announced(cast)
    restriction = cast.restriction
    merge(cast)
    merge(cast, predecessors=[refreshed(cast.other_fund)], successor=last)
    donations.receive_transfers(
        cast.host, [Transfer("BBT-7K2Q", 9_00, clock.today(), "line-1")], by=cast.finance
    )
    assert money_of(last) == {restriction: 9_00}
    assert set(funds_queries.family(last)) == {last.pk, cast.fund.pk, cast.other_fund.pk}
    assert_books_clean()


def test_what_may_not_be_merged(cast: Cast) -> None:
    other_host = Host.objects.create(code="H-X", name="别的慈善会", uscc="5" * 18, division_id="500110004")
    foreign = Fund.objects.create(
        code="F-X",
        host=other_host,
        division_id="500110004001",
        kind="community",
        name="滨江",
        opened_on=h.FROM,
    )
    with pytest.raises(Refused, match="不能并入自己"):
        merge(cast, successor=cast.fund)
    with pytest.raises(Refused, match="两家慈善会"):
        merge(cast, successor=foreign, by=None)
    with pytest.raises(Refused, match="运行中的专项基金"):
        merge(cast, successor=cast.general)
    with pytest.raises(Refused, match="本部"):
        merge(cast, predecessors=[cast.general])
    with pytest.raises(Refused, match="请选择"):
        merge(cast, predecessors=[])
    with pytest.raises(Refused) as refusal:
        merge(cast, document=" ")
    assert refusal.value.field == "document"
    for person in (cast.coordinator, cast.finance, cast.stranger):
        with pytest.raises(Refused):
            merge(cast, by=person)
    assert not Succession.objects.exists()
    merge(cast)
    with pytest.raises(Refused, match="已经关闭"):
        merge(cast, successor=third_fund(cast))


def test_open_motions_stand_in_the_way_and_are_named(cast: Cast) -> None:
    h.seat_everyone(cast)
    h.money(cast)
    motion = h.tabled(cast)
    with clock.set_to(h.NOON):
        with pytest.raises(Refused, match=motion.title):
            merge(cast)
        governance.withdraw(motion, by=cast.secretary)
        merge(cast)
    assert_books_clean()


def split(cast: Cast, first: Fund, second: Fund, shares: Any = None, **changes: Any) -> Succession:
    facts: dict[str, Any] = {
        "shares": shares or {"*": {first.code: 6_667, second.code: 3_333}},
        "document": DOCUMENT,
        "by": cast.admin,
    } | changes
    return services.split_fund(cast.fund, **facts)


def test_a_split_shares_every_restriction_to_the_fen(cast: Cast) -> None:
    special = named_purpose(cast, cast.fund)
    new = third_fund(cast)
    gift(cast, cast.fund, 1_000_01, "1")
    gift(cast, cast.fund, 99, "2", restriction=special)
    give(cast.fund, 10_00)
    act = split(
        cast,
        cast.other_fund,
        new,
        {
            "*": {cast.other_fund.code: 6_667, new.code: 3_333},
            special: {new.code: 10_000},
        },
    )
    there = money_of(refreshed(new))
    other = money_of(refreshed(cast.other_fund))
    assert there[special] == 99 and special not in other
    assert other[f"{cast.fund.code}-G"] == 666_71 and other[""] == 6_67
    assert there[""] == 3_33
    (own,) = Restriction.objects.filter(fund=new, origin=f"{cast.fund.code}-G")
    assert there[own.code] == 333_30
    assert sum(there.values()) + sum(other.values()) == 1_011_00
    assert proofs.faults(act.facts) == []
    assert split(cast, cast.other_fund, new) == act
    assert funds_queries.heir_of(cast.fund, special).fund == new
    assert funds_queries.heir_of(cast.fund, "").fund == cast.other_fund
    assert_books_clean()


def test_a_grant_goes_with_its_money_where_the_agreement_says(cast: Cast) -> None:
    h.seat_everyone(cast)
    h.money(cast, restricted=2_000_000)
    grant = h.at_work(cast)
    with clock.set_to(h.AFTER_NOTICE):
        new = third_fund(cast)
        split(cast, cast.other_fund, new, grants={grant.code: new.code})
        grant.refresh_from_db()
        assert grant.fund == new
        reserved = Reservation.objects.get(source_code=grant.code)
        assert reserved.fund == new
        assert reserved.restriction == GrantSource.objects.get(grant=grant).restriction
        free = 2_000_000 - grant.amount
        theirs = sum(money_of(new).values())
        assert theirs == grant.amount + free * 3_333 // 10_000
        assert sum(money_of(cast.other_fund).values()) == 2_000_000 - theirs
        h.paid(cast, grant)
        assert_books_clean()


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ({"*": {"F-XJZ": 6_000, "NEW": 3_000}}, "100%"),
        ({"*": {"F-XJZ": 11_000, "NEW": -1_000}}, "100%"),
        ({"*": {"F-XJZ": 10_000}}, "至少要有两支"),
        ({"F-BBT-G": {"F-XJZ": 5_000, "NEW": 5_000}}, "各分多少"),
        ({"*": {"F-XJZ": 5_000, "NEW": 5_000}, "R-NO": {"F-XJZ": 10_000}}, "没有这项限定用途"),
        ({"*": {"F-XJZ": 5_000, "F-NO": 5_000}}, "没有这支基金"),
        ({"*": {"F-BBT": 5_000, "F-XJZ": 5_000}}, "并入自己"),
    ],
)
def test_shares_that_do_not_add_up(cast: Cast, shares: dict[str, dict[str, int]], words: str) -> None:
    new = third_fund(cast)
    meant = {
        key: {new.code if code == "NEW" else code: share for code, share in of_one.items()}
        for key, of_one in shares.items()
    }
    with pytest.raises(Refused, match=words):
        split(cast, cast.other_fund, new, meant)
    assert not FundSuccession.objects.exists() and refreshed(cast.fund).state == "open"
