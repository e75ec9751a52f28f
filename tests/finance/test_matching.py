"""What a bank line may prove, and what it books."""

from datetime import date

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import services as donations
from apps.donations.models import Donation, GiftBatch
from apps.donations.pledging import Due
from apps.donations.providers.bank import new_reference
from apps.donations.queries import received_for
from apps.finance import queries, services
from apps.finance.checks import gifts_proved_twice
from apps.finance.models import BankMatch, StatementLine
from apps.finance.rules.matching import BankLine, Candidate, Clue, Reason, same_name, suggest
from apps.funds.queries import available
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast

GIFT = Candidate("donation", "G1", 10000, "欧阳雪", "", mark="BBT-7K2Q")
SERIAL = Candidate("payment", "P1", -5000, "暖阳社工服务中心", "", mark="P1XYZ", serial="S-9")


@pytest.mark.parametrize(
    ("line", "candidates", "clue", "reason"),
    [
        (BankLine(10000, "", "捐款 bbt7k2q", "L"), [GIFT], Clue.ONE, Reason.CODE_AND_AMOUNT),
        (BankLine(9000, "", "BBT-7K2Q", "L"), [GIFT], Clue.CHOOSE, Reason.CODE_OTHER_AMOUNT),
        (BankLine(10000, "欧阳 雪", "捐款", "L"), [GIFT], Clue.CHOOSE, Reason.NAME_AND_AMOUNT),
        (BankLine(10000, "张三", "捐款", "L"), [GIFT], Clue.CHOOSE, Reason.AMOUNT),
        (BankLine(9000, "欧阳雪", "捐款", "L"), [GIFT], Clue.NONE, None),
        (BankLine(-10000, "", "BBT-7K2Q", "L"), [GIFT], Clue.NONE, None),
        (BankLine(-5000, "", "", "S-9"), [SERIAL], Clue.ONE, Reason.SERIAL_AND_AMOUNT),
        (BankLine(-5001, "", "", "S-9"), [SERIAL], Clue.CHOOSE, Reason.CODE_OTHER_AMOUNT),
        (BankLine(-5000, "暖阳社工服务中心", "", "L"), [SERIAL], Clue.CHOOSE, Reason.NAME_AND_AMOUNT),
        (
            BankLine(10000, "", "BBT-7K2Q 和 QQQ-2222", "L"),
            [GIFT, Candidate("donation", "G2", 10000, "", "", mark="QQQ-2222")],
            Clue.CHOOSE,
            Reason.CODE_AND_AMOUNT,
        ),
    ],
)
def test_only_code_and_amount_together_leave_nothing_to_judge(
    line: BankLine, candidates: list[Candidate], clue: Clue, reason: Reason | None
) -> None:
    found = suggest(line, candidates)
    assert found.clue is clue
    assert (found.offers[0].reason if found.offers else None) is reason


def test_names_are_compared_as_banks_write_them() -> None:
    assert same_name("重庆（綦江）有限公司", "重庆(綦江) 有限公司")
    assert not same_name("", "")


def announce(cast: Cast, amount: int = 10000, name: str = "欧阳雪") -> Donation:
    """An announced transfer, as the public page leaves it behind."""
    first = donations.record_offline(
        donations.OfflineGift(cast.fund, 1, "cash", date(2026, 11, 1), f"seed-{amount}-{name}", name=name),
        by=None,
    )
    return Donation.objects.create(
        code=f"G{amount}{len(name)}",
        host=cast.host,
        fund=cast.fund,
        restriction=cast.restriction,
        donor=first.donor,
        channel="bank",
        amount=amount,
        reference=new_reference(),
        public_name="爱心居民",
        started_at=first.started_at,
    )


def bring(cast: Cast, *rows: str) -> list[StatementLine]:
    text = "交易日期,借方金额,贷方金额,对方户名,摘要,交易流水号\n" + "\n".join(rows)
    statement = services.import_statement(cast.host, body=text.encode(), filename="x.csv", by=cast.finance)
    return list(statement.lines.order_by("number"))


def balance(cast: Cast) -> int:
    return books.fund_balance(cast.fund.code, host=cast.host.code)


@pytest.mark.django_db
def test_an_announced_gift_is_booked_by_its_line(cast: Cast) -> None:
    gift = announce(cast)
    before = balance(cast)
    (line,) = bring(cast, f"2026-11-20,,100.00,欧阳雪,捐款 {gift.reference},L1")
    found = queries.suggest_one(line)
    assert (found.clue, found.first and found.first.candidate.code) == (Clue.ONE, gift.code)
    (match,) = services.match_lines(cast.host, by=cast.finance)
    gift.refresh_from_db()
    assert (gift.state, gift.day, match.subject_code) == ("booked", date(2026, 11, 20), gift.code)
    assert balance(cast) - before == 10000
    assert services.match_line(line, kind="donation", code=gift.code, by=cast.finance) == match
    assert services.match_lines(cast.host, by=cast.finance) == []
    assert balance(cast) - before == 10000
    assert_books_clean()


@pytest.mark.django_db
def test_another_amount_is_never_booked_silently_and_by_choice_what_arrived_counts(cast: Cast) -> None:
    gift = announce(cast)
    before = balance(cast)
    (line,) = bring(cast, f"2026-11-20,,90.00,欧阳雪,{gift.reference},L1")
    assert queries.suggest_one(line).clue is Clue.CHOOSE
    assert services.match_lines(cast.host, by=cast.finance) == []
    assert balance(cast) == before
    services.match_line(line, kind="donation", code=gift.code, by=cast.finance)
    gift.refresh_from_db()
    assert (gift.amount, balance(cast) - before) == (9000, 9000)
    assert_books_clean()


@pytest.mark.django_db
def test_a_second_transfer_under_one_code_is_a_gift_of_its_own(cast: Cast) -> None:
    gift = announce(cast)
    before = balance(cast)
    row = f"2026-11-20,,100.00,欧阳雪,{gift.reference},"
    one, two = bring(cast, row + "L1", row + "L2")
    services.match_line(one, kind="donation", code=gift.code, by=cast.finance)
    assert queries.suggest_one(two).first.reason is Reason.CODE_AGAIN  # type: ignore[union-attr]
    second = services.match_line(two, kind="donation", code=gift.code, by=cast.finance)
    assert second.subject_code != gift.code
    assert balance(cast) - before == 20000
    assert_books_clean()


@pytest.mark.django_db
def test_a_line_without_a_code_is_for_a_person_to_choose(cast: Cast) -> None:
    first, second = announce(cast, 30000, "李红梅"), announce(cast, 30000, "王小二二")
    (line,) = bring(cast, "2026-11-20,,300.00,李红梅,捐款百步梯,L1")
    found = queries.suggest_one(line)
    assert found.clue is Clue.CHOOSE
    assert [offer.candidate.code for offer in found.offers] == [first.code, second.code]
    with pytest.raises(Refused, match="对不上"):
        services.match_line(line, kind="donation", code="NOTHING", by=cast.finance)
    services.match_line(line, kind="donation", code=first.code, by=cast.finance)
    with pytest.raises(Refused, match="已经对上别的"):
        services.match_line(line, kind="donation", code=second.code, by=cast.finance)
    assert_books_clean()


@pytest.mark.django_db
def test_a_gift_that_finance_recorded_before_is_only_matched(cast: Cast) -> None:
    recorded = donations.record_offline(
        donations.OfflineGift(cast.fund, 5000, "bank", date(2026, 11, 19), "S77", name="王䶮"),
        by=cast.finance,
    )
    before = balance(cast)
    (line,) = bring(cast, "2026-11-19,,50.00,王䶮,捐,S77")
    assert queries.suggest_one(line).clue is Clue.ONE
    match = services.match_line(line, kind="donation", code=recorded.code, by=cast.finance)
    assert (match.subject_code, balance(cast)) == (recorded.code, before)
    assert_books_clean()


@pytest.mark.django_db
def test_an_unannounced_gift_is_recorded_from_its_line_once(cast: Cast) -> None:
    line, out = bring(cast, "2026-11-20,,66.00,,爱心,L1", "2026-11-20,5.00,,,手续费,L2")
    assert queries.suggest_one(line).clue is Clue.NONE
    match = services.gift_of_line(line, fund=cast.fund, by=cast.finance)
    assert services.gift_of_line(line, fund=cast.other_fund, by=cast.finance) == match
    gift = Donation.objects.get(code=match.subject_code)
    assert (gift.amount, gift.public_name, gift.channel) == (6600, "爱心居民", "bank")
    with pytest.raises(Refused, match="付出去"):
        services.gift_of_line(out, fund=cast.fund, by=cast.finance)
    assert_books_clean()


@pytest.mark.django_db
def test_interest_goes_to_the_general_fund(cast: Cast) -> None:
    (line,) = bring(cast, "2026-11-20,,12.34,农商行,季度结息,L1")
    assert queries.suggest_one(line).clue is Clue.ONE
    services.match_lines(cast.host, by=cast.finance)
    assert books.balance("other_income", host=cast.host.code, fund=cast.general.code) == -1234
    assert BankMatch.objects.get().subject_kind == "interest"
    assert_books_clean()


@pytest.mark.django_db
def test_the_banks_own_fee_is_the_hosts_expense(cast: Cast) -> None:
    bank, person = bring(cast, "2026-11-20,12.00,,,账户管理费,L1", "2026-11-20,30.00,,李四,手续费补贴,L2")
    # One that names somebody is no fee of the bank for certain.
    assert [queries.suggest_one(one).clue for one in (bank, person)] == [Clue.ONE, Clue.CHOOSE]
    with pytest.raises(Refused, match="非限定资金不够"):
        services.match_line(bank, kind="fee", code="L1", by=cast.finance)
    assert services.match_lines(cast.host, by=cast.finance) == [] and not BankMatch.objects.exists()
    earned, *_others = bring(cast, "2026-11-21,,12.34,农商行,季度结息,L3")
    services.match_line(earned, kind="interest", code="L3", by=cast.finance)
    for _turn in range(2):
        services.match_line(bank, kind="fee", code="L1", by=cast.finance)
    assert books.balance("admin_expense", host=cast.host.code, fund=cast.general.code) == 1200
    assert books.balance("bank_deposits", host=cast.host.code) == 34
    assert available(cast.general) == {"": 34}
    assert_books_clean()


@pytest.mark.django_db
def test_only_finance_matches(cast: Cast) -> None:
    (line,) = bring(cast, "2026-11-20,,12.34,农商行,季度结息,L1")
    for person in (cast.auditor, cast.admin, cast.stranger):
        with pytest.raises(Refused, match="财务"):
            services.match_line(line, kind="interest", code="L1", by=person)
        with pytest.raises(Refused, match="财务"):
            services.match_lines(cast.host, by=person)


def collective(cast: Cast, *amounts: int) -> GiftBatch:
    batch = donations.declare_batch(
        cast.fund,
        kind="collective",
        name="綦江齿轮传动有限公司",
        channel="bank",
        day=date(2026, 11, 20),
        count=len(amounts),
        total=sum(amounts),
        token="token-of-a-collective-gift",
        by=cast.finance,
    )
    lines = [donations.BatchLine(row, amount) for row, amount in enumerate(amounts, 2)]
    return donations.book_batch(batch, lines, by=cast.finance)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "clue"),
    [
        ("2026-11-20,,166.67,綦江齿轮传动有限公司,{code},L1", Clue.ONE),
        ("2026-11-20,,166.67,綦江齿轮传动有限公司,集体捐款,L1", Clue.CHOOSE),
        ("2026-11-20,,166.66,綦江齿轮传动有限公司,集体捐款,L1", Clue.NONE),
        # One gift of the list is not what the employer's single transfer proves.
        ("2026-11-20,,100.00,綦江齿轮传动有限公司,集体捐款,L1", Clue.NONE),
    ],
    ids=["its code", "its name", "another sum", "one of its gifts"],
)
def test_a_list_of_gifts_is_proved_by_one_line_or_not_at_all(cast: Cast, row: str, clue: Clue) -> None:
    batch = collective(cast, 100_00, 66_66, 1)
    before = balance(cast)
    (line,) = bring(cast, row.format(code=batch.code))
    assert queries.suggest_one(line).clue is clue
    if clue is not Clue.NONE:
        match = services.match_line(line, kind="batch", code=batch.code, by=cast.finance)
        assert (match.subject_kind, match.subject_code) == ("batch", batch.code)
        (twin,) = bring(cast, row.format(code=batch.code).replace("L1", "L2"))
        assert queries.suggest_one(twin).clue is Clue.NONE
    assert balance(cast) == before
    assert_books_clean()
    if clue is not Clue.NONE:
        gift = batch.lines.first()
        assert gift is not None
        (extra,) = bring(cast, "2026-11-20,,1.00,甲,乙,L3")
        BankMatch.objects.create(
            line=extra,
            host=cast.host,
            subject_kind="donation",
            subject_code=gift.donation.code,
            matched_at=clock.now(),
        )
        assert list(gifts_proved_twice())


@pytest.mark.django_db
def test_a_line_under_a_pledges_code_becomes_a_gift_that_counts_for_it(cast: Cast) -> None:
    pledge = donations.record_pledge(
        donations.NewPledge(
            fund=cast.fund,
            amount=30_000,
            plan=(Due(date(2026, 12, 1), 10_000), Due(date(2027, 12, 1), 20_000)),
            form="other",
            pledged_on=date(2026, 11, 1),
            token="token-of-a-pledge-to-match",
            name="欧阳雪",
        ),
        by=cast.finance,
    )
    sure, other = bring(
        cast,
        f"2026-11-20,,100.00,欧阳雪,认捐 {pledge.reference},L1",
        f"2026-11-20,,150.00,欧阳雪,{pledge.reference},L2",
    )
    (match,) = services.match_lines(cast.host, by=cast.finance)
    gift = Donation.objects.get()
    assert (match.line, match.subject_kind, match.subject_code) == (sure, "donation", gift.code)
    assert (gift.donor, gift.amount, gift.day) == (pledge.donor, 10_000, date(2026, 11, 20))
    assert services.match_line(sure, kind="pledge", code=pledge.code, by=cast.finance) == match
    # The second instalment is another sum: that is for a person to say.
    assert queries.suggest_one(other).clue is Clue.CHOOSE
    services.match_line(other, kind="pledge", code=pledge.code, by=cast.finance)
    assert received_for(pledge) == balance(cast) == 25_000
    assert_books_clean()


@pytest.mark.django_db
def test_custodial_money_is_proved_by_its_lines_and_is_never_a_gift(cast: Cast) -> None:
    row = donations.take_custody(
        donations.Handed(
            fund=cast.fund,
            nature="money",
            amount=50_000,
            principal="慈心商行",
            receiver="张小花",
            basis="named",
            day=date(2026, 11, 18),
            token="token-of-a-custody-to-match",
            meets_conditions=True,
            is_no_interested_party=True,
        ),
        by=cast.finance,
    )
    out = donations.ask_hand_over(
        row, amount=50_000, kind="receiver", account="张小花", token="token-of-a-hand-over-x", by=cast.finance
    )
    came, went = bring(
        cast,
        "2026-11-19,,500.00,慈心商行,转给张小花治病,L1",
        "2026-11-20,500.00,,张小花,代管转交,L2",
    )
    assert queries.suggest_one(went).clue is Clue.NONE
    donations.release_hand_over(out, day=date(2026, 11, 20), by=cast.second_finance)
    for line, kind, code in ((came, "custody", row.code), (went, "hand_over", out.code)):
        found = queries.suggest_one(line)
        assert (found.clue, found.first and found.first.reason) == (Clue.CHOOSE, Reason.NAME_AND_AMOUNT)
        services.match_line(line, kind=kind, code=code, by=cast.finance)
    assert not Donation.objects.exists()
    assert balance(cast) == 0
    assert_books_clean()
