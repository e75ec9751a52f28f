"""What a gift is for is judged alike for every channel: an open purpose of its fund, or a project or need."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.sealing import blind_index
from apps.core.verdicts import Refused
from apps.donations import services
from apps.donations.dedications import read_dedication
from apps.donations.models import BoxCount, Consent, Donation, Donor
from apps.donations.queries.own import of_giver
from apps.donations.rules import Giver
from apps.donations.services import BatchLine, ListRefused, OfflineGift
from apps.finance import services as finance
from apps.finance.models import PlatformFile
from apps.finance.services.platforms import book_platform_file
from apps.funds.models import Restriction
from apps.projects import services as projects
from tests.books import assert_books_clean
from tests.cast import Cast

pytestmark = pytest.mark.django_db
_numbers = count(1)
Way = Callable[..., Donation]


@pytest.fixture
def food(cast: Cast) -> Restriction:
    """A purpose that ended ten days ago took gifts until then."""
    until = clock.today() - timedelta(days=10)
    return cast.fund.restrictions.create(code="F-BBT-S", purpose="只给老年食堂", until=until)


@pytest.fixture
def need(cast: Cast) -> str:
    voiced = projects.voice(cast.fund.division, field="safety", words="楼道灯坏了三个月").need
    return projects.publish_need(voiced, by=None).code


def by_hand(cast: Cast, day: date, restriction: str | None = None, wish: str = "") -> Donation:
    gift = OfflineGift(
        cast.fund, 100, "cash", day, f"hand-{next(_numbers)}", restriction=restriction, wish=wish
    )
    return services.record_offline(gift, by=cast.finance)


def by_list(cast: Cast, day: date, restriction: str | None = None, wish: str = "") -> Donation:
    batch = services.declare_batch(
        cast.fund, kind="event", name="邻里节", channel="cash", day=day, count=1, total=100,
        token=f"token-of-a-list-{next(_numbers):05d}", by=cast.finance,
    )  # fmt: skip
    services.book_batch(batch, [BatchLine(2, 100, purpose=restriction or wish)], by=cast.finance)
    return batch.lines.get().donation


def by_box(cast: Cast, day: date, restriction: str | None = None, wish: str = "") -> Donation:
    box = services.place_box(cast.fund, place="服务大厅", by=cast.finance)
    row = services.count_box(
        box, opened_on=day, total=100, token=f"token-of-a-count-{next(_numbers):05d}",
        restriction=restriction, wish=wish, by=cast.finance,
    )  # fmt: skip
    gift = services.sign_count(row, total=100, by=cast.second_finance).donation
    assert gift is not None
    return gift


def by_bank_line(cast: Cast, day: date, restriction: str | None = None, wish: str = "") -> Donation:
    number = next(_numbers)
    text = f"交易日期,借方金额,贷方金额,对方户名,摘要,交易流水号\n{day},,1.00,某人,爱心,L{number}"
    statement = finance.import_statement(cast.host, body=text.encode(), filename="x.csv", by=cast.finance)
    line = statement.lines.get()
    match = finance.gift_of_line(line, fund=cast.fund, restriction=restriction, wish=wish, by=cast.finance)
    return Donation.objects.get(code=match.subject_code)


WAYS: list[Way] = [by_hand, by_list, by_box, by_bank_line]


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])
def test_every_way_names_a_purpose_while_it_is_open_or_a_need(
    cast: Cast, food: Restriction, need: str, way: Way
) -> None:
    assert food.until is not None
    general = cast.fund.restrictions.get(is_general=True).code
    gift = way(cast, food.until, restriction=food.code)
    assert (gift.restriction, gift.wish) == (food.code, "")
    gift = way(cast, clock.today(), wish=need)
    assert (gift.restriction, gift.wish) == (general, need)
    before = Donation.objects.count()
    foreign = cast.other_fund.restrictions.create(code="F-XJZ-S", purpose="只给新街子").code
    with pytest.raises(Refused):
        way(cast, food.until + timedelta(days=1), restriction=food.code)
    with pytest.raises(Refused):
        way(cast, clock.today(), restriction=foreign)
    assert Donation.objects.count() == before
    assert_books_clean()


def test_a_purpose_and_a_need_that_differ_are_not_both_taken(
    cast: Cast, food: Restriction, need: str
) -> None:
    food.until = None
    food.save()
    with pytest.raises(Refused) as refused:
        by_hand(cast, clock.today(), food.code, need)
    assert refused.value.field == "restriction"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("王奶奶", ("王奶奶", "to")),
        ("献给王奶奶", ("王奶奶", "to")),
        ("以王奶奶的名义", ("王奶奶", "name")),
        ("以王奶奶名义", ("王奶奶", "name")),
        ("以诺", ("以诺", "to")),
        ("", ("", "to")),
    ],
)
def test_a_cell_says_to_whom_or_in_whose_name(words: str, said: tuple[str, str]) -> None:
    assert read_dedication(words) == said


def test_a_list_tells_purpose_and_dedication_by_row(client: Client, cast: Cast, food: Restriction) -> None:
    food.until = None
    food.save()
    client.force_login(cast.finance)
    batch = services.declare_batch(
        cast.fund, kind="event", name="邻里节", channel="cash", day=clock.today(), count=3, total=300,
        token="token-of-a-list-of-purposes", by=cast.finance,
    )  # fmt: skip
    address = reverse("finance:batch", args=[cast.host.code, batch.code])
    head = (
        "姓名,金额,用途,献给谁,公开献给谁\n甲,1,只给老年食堂,以王奶奶的名义,同意公开\n乙,1,F-BBT-S,李爷爷,\n"
    )
    wrong = client.post(address, {"lines": head + "丙,1,没有这个用途,,\n"})
    assert wrong.status_code == 422
    assert "第 4 行，用途：" in wrong.content.decode()
    assert client.post(address, {"lines": head + "丙,1,,,\n"}).status_code == 302
    first, second, third = (line.donation for line in batch.lines.order_by("number"))
    assert [row.restriction == food.code for row in (first, second, third)] == [True, True, False]
    assert (first.spoken_dedication, first.public_dedication) == ("以王奶奶的名义", "王奶奶")
    assert (second.spoken_dedication, second.public_dedication) == ("献给李爷爷", "")
    agreed = Consent.objects.filter(purpose="dedication").values_list("donation_code", flat=True)
    assert list(agreed) == [first.code]
    assert_books_clean()


def test_a_platforms_rows_name_a_purpose_a_need_and_a_dedication(
    cast: Cast, food: Restriction, need: str
) -> None:
    assert food.until is not None
    late = food.until + timedelta(days=1)
    text = "订单号,支付时间,捐款金额,基金,用途,献给谁\n" + "".join(
        f"X{number},{day},1,F-BBT,{words},{whom}\n"
        for number, (day, words, whom) in enumerate(
            [(food.until, food.purpose, "王奶奶"), (late, food.purpose, ""), (late, need, ""), (late, "", "")]
        )
    )
    file = finance.keep_platform_file(
        cast.host, platform="other", chunks=[text.encode()], filename="x.csv", by=cast.finance
    )
    assert (file.new, file.refused) == (3, 1)
    assert file.rows.get(state="refused").field == "purpose"
    finance.confirm_platform_file(file, by=cast.finance)
    book_platform_file(file.code)
    assert PlatformFile.objects.get().state == "booked"
    gifts = {row.platform_gift.order_number: row for row in Donation.objects.all()}
    general = cast.fund.restrictions.get(is_general=True).code
    assert {key: (row.restriction, row.wish) for key, row in gifts.items()} == {
        "X0": (food.code, ""),
        "X2": (general, need),
        "X3": (general, ""),
    }
    assert (gifts["X0"].spoken_dedication, gifts["X0"].public_dedication) == ("献给王奶奶", "")
    assert_books_clean()


def test_a_purpose_that_ends_before_its_row_is_booked_stays_out(cast: Cast, food: Restriction) -> None:
    food.until = None
    food.save()
    text = f"订单号,支付时间,捐款金额,基金,用途\nX1,{clock.today()},1,F-BBT,{food.purpose}\n"
    file = finance.keep_platform_file(
        cast.host, platform="other", chunks=[text.encode()], filename="x.csv", by=cast.finance
    )
    food.until = clock.today() - timedelta(days=1)
    food.save()
    finance.confirm_platform_file(file, by=cast.finance)
    book_platform_file(file.code)
    assert (file.rows.get().state, file.rows.get().field) == ("refused", "purpose")
    assert not Donation.objects.exists()


def test_finance_writes_down_purpose_and_dedication(client: Client, cast: Cast, food: Restriction) -> None:
    food.until = None
    food.save()
    client.force_login(cast.finance)
    typed: dict[str, Any] = {
        "fund": cast.fund.pk, "channel": "cash", "amount": "1", "again": "1", "day": clock.today(),
        "name_choice": "anonymous", "restriction": food.code, "token": "token-of-a-form-000003",
        "dedication_to": "王奶奶", "dedication_kind": "name", "dedication": "on", "message": "保重身体",
    }  # fmt: skip
    record = reverse("donations:record")
    assert '<optgroup label="百步梯社区慈善基金">' in client.get(record).content.decode()
    refused = client.post(record, typed | {"fund": cast.other_fund.pk})
    assert refused.status_code == 422
    assert "这个用途不属于所选的基金。" in refused.content.decode()
    assert client.post(record, typed).status_code == 302
    gift = Donation.objects.get()
    assert (gift.restriction, gift.message, gift.public_dedication) == (food.code, "保重身体", "王奶奶")
    box = services.place_box(cast.fund, place="门口", by=cast.finance)
    page = reverse("donations:count_box", args=[box.code])
    typed = {"day": clock.today(), "total": "3", "restriction": food.code, "token": "token-of-a-form-000004"}
    assert client.post(page, typed).status_code == 302
    client.force_login(cast.second_finance)
    sign = reverse("donations:sign_count", args=[BoxCount.objects.get().code])
    assert "只给老年食堂" in client.get(sign).content.decode()


def test_a_faulty_row_books_nothing_of_a_list(cast: Cast, food: Restriction) -> None:
    with pytest.raises(ListRefused) as refused:
        by_list(cast, clock.today(), food.code)
    assert [(fault.row, fault.field) for fault in refused.value.faults] == [(2, "purpose")]


def test_a_platforms_donor_who_left_a_contact_finds_the_gift_and_can_be_erased(cast: Cast) -> None:
    said = ["13912340000", "+86 139-1234-0000", "A@example.org", "139****0000", "微信 abc", "=1+1", ""]
    text = "订单号,支付时间,捐款金额,基金,手机号\n" + "".join(
        f"C{number},{clock.today()},1,F-BBT,{contact}\n" for number, contact in enumerate(said)
    )
    file = finance.keep_platform_file(
        cast.host, platform="tencent", chunks=[text.encode()], filename="x.csv", by=cast.finance
    )
    assert (file.new, file.refused) == (len(said), 0)
    finance.confirm_platform_file(file, by=cast.finance)
    book_platform_file(file.code)
    kept = {row.platform_gift.order_number: row.donor for row in Donation.objects.all()}
    assert [kept[f"C{number}"].contact for number in range(len(said))] == [*said[:3], "", "", "", ""]
    own = Donation.objects.filter(of_giver(Giver(contact_index=blind_index("13912340000")), "donor__"))
    assert {gift.donor_id for gift in own} == {kept["C0"].pk, kept["C1"].pk}
    services.erase_donor(kept["C0"], by=None)
    assert Donor.objects.get(pk=kept["C0"].pk).contact == ""
