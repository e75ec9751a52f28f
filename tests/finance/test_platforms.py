"""Orders of designated platforms come in: the right rows as gifts, every other row with its reason."""

import gc
import random
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import services as donations
from apps.donations.models import Consent, Donation
from apps.donations.queries import held_by_platforms
from apps.finance import queries, services
from apps.finance.models import BankMatch, PlatformColumns, PlatformFile, PlatformPiece, PlatformRow
from apps.finance.rules.matching import Clue
from apps.finance.services import platforms
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast

HEADER = "订单号,支付时间,捐款金额(元),手续费,基金名称,捐赠人,是否公开,留言,订单状态\n"
FUND = "百步梯社区慈善基金"
# GB18030 only, names whose GBK bytes are also sound UTF-8, and a name with a dot.
NAMES = ("王䶮", "𠮷野", "㐂", "阿·买买提", "郑谢", "袁叶", "魏姚", "卢谭", "欧阳雪")

# Some chunks of five thousand staged rows, or one set of five hundred gifts.
FLAT = 16_000_000

pytestmark = pytest.mark.django_db


def row(order: str, amount: str = "50.00", **cells: str) -> str:
    given = {
        "day": "2026-11-18 10:00:00",
        "fee": "0.30",
        "fund": FUND,
        "name": "欧阳雪",
        "public": "",
        "message": "",
    }
    given |= cells
    middle = ",".join(given[key] for key in ("fee", "fund", "name", "public", "message"))
    return f"{order},{given['day']},{amount},{middle},{cells.get('status', '支付成功')}\n"


def bring(
    cast: Cast, text: str | bytes, platform: str = "tencent", encoding: str = "gb18030"
) -> PlatformFile:
    body = text if isinstance(text, bytes) else text.encode(encoding)
    return services.keep_platform_file(
        cast.host, platform=platform, chunks=[body], filename="订单.csv", by=cast.finance
    )


def send(cast: Cast, chunks: Iterator[bytes]) -> PlatformFile:
    return services.keep_platform_file(
        cast.host, platform="tencent", chunks=chunks, filename="订单.csv", by=cast.finance
    )


def book(cast: Cast, file: PlatformFile) -> PlatformFile:
    services.confirm_platform_file(file, by=cast.finance)
    services.book_platform_file(file.code)
    file.refresh_from_db()
    return file


def faults(file: PlatformFile) -> list[tuple[int, str, str]]:
    rows = file.rows.filter(state=PlatformRow.State.REFUSED).order_by("number")
    words = queries.Words(file)
    return [(row.number, row.field, row.reason or words.of(row.number).reason) for row in rows]


def names(file: PlatformFile) -> list[str]:
    words = queries.Words(file)
    return [words.of(number).name for number in file.rows.order_by("number").values_list("number", flat=True)]


def test_orders_become_gifts_with_fee_and_consent(cast: Cast) -> None:
    file = bring(
        cast,
        HEADER
        + row("A1")
        + row("A2", "100", public="公开", message="加油")
        + row("A3", fee="", public="匿名"),
    )
    assert (file.new, file.known, file.refused, file.gross, file.fee) == (3, 0, 0, 200_00, 60)
    assert not Donation.objects.exists()
    file = book(cast, file)
    assert (file.state, file.new, file.net) == ("booked", 3, 199_40)
    first, second, third = Donation.objects.order_by("pk")
    assert [gift.public_name for gift in (first, second, third)] == ["爱心居民", "欧阳雪", "爱心居民"]
    assert second.donor.name == first.donor.name == "欧阳雪"
    assert Consent.objects.get().donation_code == second.code
    assert (second.message, second.channel, second.fund) == ("加油", "platform", cast.fund)
    assert books.balance("provider_money", host=cast.host.code) == 199_40
    assert books.balance("fundraising_expense", host=cast.host.code) == 60
    assert not file.rows.exists()
    assert_books_clean()


def test_the_same_file_and_the_same_orders_again_add_nothing(cast: Cast) -> None:
    text = HEADER + row("A1") + row("A2")
    file = book(cast, bring(cast, text))
    assert bring(cast, text) == file
    again = bring(cast, HEADER + row("A2") + row("A1") + row("A3") + row("A3"))
    assert (again.new, again.known, again.refused) == (1, 3, 0)
    book(cast, again)
    assert Donation.objects.count() == 3
    # Another platform counts its own orders.
    assert bring(cast, HEADER + row("A1"), "alipay").new == 1


def test_the_same_order_with_another_amount_is_an_error(cast: Cast) -> None:
    book(cast, bring(cast, HEADER + row("A1")))
    file = bring(cast, HEADER + row("A1", "51") + row("B1", "5") + row("B1", "6"))
    assert (file.new, file.refused) == (1, 2)
    assert [(number, field) for number, field, _reason in faults(file)] == [(2, "amount"), (4, "amount")]
    assert "第 3 行是另一个金额" in faults(file)[1][2]
    book(cast, file)
    assert sorted(Donation.objects.values_list("amount", flat=True)) == [5_00, 50_00]


BAD = [
    (row(""), "order", "没有订单号"),
    (row("6.22E+18"), "order", "科学计数法"),
    (row("A1", day="2026/2/29"), "day", "没有这一天"),
    (row("A1", day="31/12/2026"), "day", "年在最前"),
    (row("A1", day="二〇二六年"), "day", "年在最前"),
    (row("A1", day="2099-01-01"), "day", "将来"),
    (row("A1", day="1999-01-01"), "day", "太早"),
    (row("A1", "0"), "amount", "大于 0"),
    (row("A1", "-5"), "amount", "退款不在这里"),
    (row("A1", "1e3"), "amount", "不是金额"),
    (row("A1", "1.005"), "amount", "两位小数"),
    (row("A1", "一百"), "amount", "不是金额"),
    (row("A1", "0.10", fee="0.30"), "fee", "不能大于"),
    (row("A1", fund="没有的基金"), "fund", "没有找到“没有的基金”"),
    (row("A1", fund=""), "fund", "给整个文件选一个"),
    (row("A1", name="欧\u202e阳"), "name", "控制字符"),
    (row("A1", name="长" * 61), "name", "最多 60"),
    (row("A1", public="也许"), "public", "公开还是匿名"),
    (row("A1", status="已退款"), "status", "已退款"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "field", "words"), BAD, ids=[words for _line, _field, words in BAD])
def test_a_broken_row_is_reported_and_the_others_come_in(
    cast: Cast, line: str, field: str, words: str
) -> None:
    file = bring(cast, HEADER + row("G1") + line + row("G2"))
    assert (file.new, file.refused) == (2, 1)
    [(number, where, reason)] = faults(file)
    assert (number, where) == (3, field)
    assert words in reason
    assert book(cast, file).new == 2


def test_a_fund_that_takes_no_gifts_is_an_error_of_its_rows(cast: Cast) -> None:
    file = bring(cast, HEADER + row("A1") + row("A2", fund="F-XJZ"))
    assert file.new == 2
    type(cast.other_fund).objects.filter(pk=cast.other_fund.pk).update(state="closed")
    # What changed since the preview is found when it is booked; the other row comes in.
    file = book(cast, file)
    assert (file.new, file.refused) == (1, 1)
    assert "不再收捐款" in faults(file)[0][2]
    assert "不再收捐款" in faults(bring(cast, HEADER + row("A9", fund="F-XJZ")))[0][2]


def test_the_error_file_gives_back_the_refused_rows_with_safe_cells(cast: Cast) -> None:
    file = bring(cast, HEADER + row("G1") + row("A1", "x", name="=1+1", message="a"))
    [titles, refused] = list(queries.refused_rows(file))
    assert titles[:3] == ["订单号", "支付时间", "捐款金额(元)"]
    assert titles[-1] == "没有入账的原因"
    assert refused[0] == "A1"
    assert str(refused[-1]).startswith("第 3 行“捐款金额”：")
    book(cast, file)
    assert len(list(queries.refused_rows(file))) == 2


def read(cast: Cast, file: PlatformFile, **changes: Any) -> PlatformFile:
    given = {"encoding": file.encoding, "columns": file.columns, "fund": file.fund, "campaign": file.campaign}
    return services.read_platform_file(file, by=cast.finance, **(given | changes))


def test_unknown_titles_are_named_once_and_remembered(cast: Cast) -> None:
    text = "平台导出\n编号,何时,多少,给谁\nZ1,2026-11-18,5,F-BBT\n"
    file = bring(cast, text, "other")
    assert (file.new, file.refused) == (0, 0)
    columns = {"order": "编号", "day": "何时", "amount": "多少", "fund": "给谁"}
    assert read(cast, file, columns=columns).new == 1
    assert PlatformColumns.objects.get().columns == columns
    assert bring(cast, text.replace("Z1", "Z2"), "other").new == 1


def test_one_fund_and_campaign_for_the_whole_file(cast: Cast) -> None:
    file = bring(cast, HEADER + row("A1", fund=""))
    file = read(cast, file, fund=cast.other_fund)
    assert (file.new, file.refused) == (1, 0)
    with pytest.raises(Refused):
        read(cast, file, encoding="klingon")
    book(cast, file)
    assert Donation.objects.get().fund == cast.other_fund
    with pytest.raises(Refused, match="不能再改"):
        read(cast, file, fund=None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_names_arrive_unharmed_in_every_encoding(cast: Cast, encoding: str) -> None:
    text = HEADER + "".join(row(f"A{n}", name=name) for n, name in enumerate(NAMES))
    file = bring(cast, text, encoding=encoding)
    assert tuple(names(file)) == NAMES


def test_names_that_fit_two_encodings_are_for_a_person_to_choose(cast: Cast) -> None:
    text = "order,day,amount,name\nA1,2026-11-18,5,郑谢\n".encode("gbk")
    file = bring(cast, text, "other")
    file.columns = {"order": "order", "day": "day", "amount": "amount", "name": "name"}
    assert queries.open_file(file).is_doubtful
    chosen = read(cast, file, columns=file.columns, encoding="gb18030", fund=cast.fund)
    assert names(chosen) == ["郑谢"]


def pieces(count: int, broken: set[int], encoding: str, *, more: str = "") -> Iterator[bytes]:
    """A file as it comes from the line, a hundred orders at a time; `more` at its end makes it another file."""
    yield HEADER.encode(encoding)
    for start in range(0, count, 100):
        text = "".join(
            row(f"N{n}", "x" if n in broken else f"{1 + n % 300}.00", name=NAMES[n % len(NAMES)])
            for n in range(start, min(start + 100, count))
        )
        yield text.encode(encoding)
    yield more.encode(encoding)


@contextmanager
def little_memory() -> Iterator[None]:
    """Hold what is done inside to the same few chunks of memory, whether for a thousand rows or a hundred thousand."""
    gc.collect()
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < FLAT, f"{peak / 1_000_000:.1f} MB"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_long_file_comes_in_but_for_its_broken_rows_once_and_in_little_memory(
    cast: Cast, full: bool, encoding: str
) -> None:
    count = 100_000 if full else 1_000
    chance = random.Random(20261128)
    broken = set(chance.sample(range(count), count // 100))
    sound = {f"N{n}": (1 + n % 300) * 100 for n in range(count) if n not in broken}
    with little_memory():
        file = send(cast, pieces(count, broken, encoding))
    assert {number - 2 for number, _field, _reason in faults(file)} == broken
    assert (file.new, file.refused, file.gross) == (len(sound), len(broken), sum(sound.values()))
    with little_memory():
        assert book(cast, file).new == len(sound)
    given = Donation.objects.order_by("pk").values_list("platform_gift__order_number", "amount")
    assert dict(given.iterator()) == sound
    names = [
        gift.donor.name for gift in Donation.objects.select_related("donor").order_by("pk")[: len(NAMES)]
    ]
    assert names == [NAMES[n % len(NAMES)] for n in range(len(NAMES) + 1) if n not in broken][: len(NAMES)]
    again = send(cast, pieces(count, broken, encoding, more="\n"))
    assert again != file
    assert (again.new, again.known, again.refused) == (0, len(sound), len(broken))
    with pytest.raises(Refused, match="没有可以入账的新订单"):
        services.confirm_platform_file(again, by=cast.finance)
    assert Donation.objects.count() == len(sound)


def test_a_stopped_worker_leaves_whole_sets_and_the_next_carries_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platforms, "SET", 2)
    monkeypatch.setattr(platforms.jobs, "kick", lambda *_names: None)
    file = services.confirm_platform_file(
        bring(cast, HEADER + "".join(row(f"A{n}") for n in range(5))), by=cast.finance
    )
    file = platforms.book_next_set(file)
    assert (file.state, Donation.objects.count()) == ("booking", 2)
    services.book_platform_files()
    file.refresh_from_db()
    assert (file.state, file.new, Donation.objects.count()) == ("booked", 5, 5)


def test_only_finance_of_the_host_brings_files(cast: Cast) -> None:
    file = bring(cast, HEADER + row("A1"))
    for person in (cast.admin, cast.auditor, cast.chair, cast.stranger):
        with pytest.raises(Refused, match="财务"):
            services.keep_platform_file(cast.host, platform="tencent", chunks=[b"x"], filename="x", by=person)
        with pytest.raises(Refused, match="财务"):
            services.confirm_platform_file(file, by=person)


def test_what_was_forgotten_for_a_day_goes(cast: Cast) -> None:
    booked = book(cast, bring(cast, HEADER + row("A1")))
    staged = bring(cast, HEADER + row("A2"))
    PlatformFile.objects.update(uploaded_at="2026-01-01T00:00:00Z")
    services.book_platform_files()
    assert not PlatformFile.objects.filter(pk=staged.pk).exists()
    assert not PlatformPiece.objects.filter(file=booked).exists()
    assert PlatformFile.objects.filter(pk=booked.pk).exists()


def pay(cast: Cast, amount: str, payer: str, reference: str = "P1") -> Any:
    text = f"交易日期,贷方金额,对方户名,摘要,流水号\n2026-11-20,{amount},{payer},结算,{reference}\n"
    statement = services.import_statement(cast.host, body=text.encode(), filename="流水.csv", by=cast.finance)
    return queries.suggest_one(statement.lines.get())


def test_a_payout_of_a_whole_file_is_matched_by_itself_and_clears_the_platform(cast: Cast) -> None:
    book(cast, bring(cast, HEADER + row("A1") + row("A2", fund="F-XJZ")))
    assert held_by_platforms(cast.host) == {"tencent": 99_40}
    offered = pay(cast, "99.40", "财付通支付科技有限公司")
    assert offered.clue is Clue.ONE
    [match] = services.match_lines(cast.host, by=cast.finance)
    assert (match.subject_kind, match.subject_code) == ("platform", "tencent:P1")
    assert held_by_platforms(cast.host) == {"tencent": 0}
    assert books.balance("provider_money", host=cast.host.code) == 0
    assert books.by_book("bank_deposits", host=cast.host.code) == {
        ("F-BBT", "F-BBT-G"): 49_70,
        ("F-XJZ", "F-XJZ-G"): 49_70,
    }
    assert_books_clean()


def test_a_payout_in_parts_is_for_a_person_and_never_more_than_the_platform_holds(cast: Cast) -> None:
    book(cast, bring(cast, HEADER + row("A1")))
    offered = pay(cast, "30", "财付通")
    assert offered.clue is Clue.CHOOSE
    assert not services.match_lines(cast.host, by=cast.finance)
    services.match_line(offered.line, kind="platform", code="tencent:P1", by=cast.finance)
    assert held_by_platforms(cast.host) == {"tencent": 19_70}
    too_much = pay(cast, "19.71", "财付通", "P2")
    assert not [offer for offer in too_much.offers if offer.candidate.kind == "platform"]
    with pytest.raises(Refused, match="对不上"):
        services.match_line(too_much.line, kind="platform", code="tencent:P2", by=cast.finance)
    # A donor's own transfer of the file's net sum is not taken for the platform's.
    assert pay(cast, "19.70", "张三", "P3").clue is Clue.CHOOSE
    assert BankMatch.objects.count() == 1
    assert_books_clean()


def test_what_platforms_hold_is_not_taken_for_the_payment_providers(cast: Cast) -> None:
    book(cast, bring(cast, HEADER + row("A1")))
    assert donations.booked_balance() == 0
    with pytest.raises(Refused, match="不能转出"):
        donations.book_payout(cast.host, payout_id="po_1", day=Donation.objects.get().day, by=cast.finance)


def test_one_platforms_payout_is_never_covered_by_anothers_money(cast: Cast) -> None:
    book(cast, bring(cast, HEADER + row("A1")))
    book(cast, bring(cast, HEADER + row("A1") + row("A2"), platform="alipay"))
    assert held_by_platforms(cast.host) == {"tencent": 49_70, "alipay": 99_40}
    words: Any = {"payout_id": "P1", "day": clock.today(), "by": cast.finance}
    for payer in ({"platform": "tencent"}, {"platform": "shuidi"}, {"channel": "stripe"}):
        with pytest.raises(Refused, match="不能转出"):
            donations.book_payout(cast.host, amount=60_00, **words, **payer)
    donations.book_payout(cast.host, amount=99_40, platform="alipay", **words)
    assert held_by_platforms(cast.host) == {"tencent": 49_70, "alipay": 0}
    assert_books_clean()
