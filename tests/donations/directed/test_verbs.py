"""Directed fundraising: two people, a checked audience, gifts of nobody else, and nothing of it public."""

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.donations import queries, services
from apps.donations.checks import directed as checks
from apps.donations.models import Campaign, DirectedAppeal, DirectedGift, Donation, Donor, Invitee
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.roster import RosterLine
from apps.donations.services import Transfer
from apps.donations.services.directed import audience, giving, links, telling, writing
from apps.donations.waiting import waiting_for
from apps.finance import services as finance
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.conftest import CONSENTS, file_campaign
from tests.donations.directed import house as h
from tests.finance.test_matching import bring

pytestmark = pytest.mark.django_db
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


def paid(cast: Cast, gift: Donation, **changes: Any) -> dict[str, Donation]:
    facts: dict[str, Any] = {
        "reference": gift.reference, "amount": gift.amount, "day": clock.today(), "key": secrets.token_hex(4)
    }  # fmt: skip
    return services.receive_transfers(cast.host, [Transfer(**(facts | changes))], by=cast.finance)


def test_an_appeal_is_opened_by_another_and_asks_only_whom_that_one_checked(cast: Cast) -> None:
    token = secrets.token_hex(16)
    appeal = writing.write_appeal(cast.fund, h.text(), token=token, by=cast.admin)
    assert writing.write_appeal(cast.fund, h.text(), token=token, by=cast.admin) == appeal
    with pytest.raises(Refused, match="还没有写名单"):
        writing.open_appeal(appeal, by=cast.finance)
    row = h.invited(cast, appeal)
    for who, said in ((cast.admin, "是您写的"), (cast.auditor, None), (cast.stranger, None)):
        with pytest.raises(Refused, match=said):
            writing.open_appeal(appeal, by=who)
    for _twice in range(2):
        writing.open_appeal(appeal, by=cast.finance)
    assert h.latest(row).checked_by_id == cast.finance.pk
    # Added later, by one person alone: no link before another one has looked.
    later = h.invited(cast, appeal, name="李四", contact="li@example.org", capacity="member")
    assert links.send_links(appeal, by=cast.admin) == 1
    with pytest.raises(Refused, match="您自己加的"):
        audience.check_audience(appeal, by=cast.admin)
    with pytest.raises(Refused, match="核对"):
        links.renew_link(later, by=cast.admin)
    assert audience.check_audience(appeal, by=cast.second_finance) == 1
    assert links.send_links(appeal, by=cast.admin) == 1 and links.send_links(appeal, by=cast.admin) == 0
    letter = OutboxMessage.objects.get(address="li@example.org")
    assert "不是公开募捐" in letter.body and h.latest(later).token in letter.body
    with pytest.raises(Refused, match="不能改"):
        writing.change_appeal(appeal, cast.fund, h.text(purpose="别的"), by=cast.admin)
    assert_books_clean()


def test_who_is_asked_is_sealed_and_found_by_hash(cast: Cast) -> None:
    row = h.running(cast, contact="+86 139-0000 1234")
    assert (row.name, row.contact) == (h.NAME, h.PHONE)
    stored = Invitee.objects.values("name_sealed", "contact_sealed", "contact_index").get()
    trail = str(list(AuditEvent.objects.values_list("facts", "subject_code")))
    assert not any(word in str(stored) + trail for word in (h.NAME, h.PHONE))
    with pytest.raises(Refused, match="已经有"):
        h.invited(cast, row.appeal, contact="139 0000 1234")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"purpose": " "}, "要向募捐对象说明"),
        ({"name": "春节\nBcc: all@example.org"}, "控制字符"),
        ({"bank_account": ""}, "要向募捐对象说明"),
        ({"ends_on": date(2020, 1, 1)}, "不能早于"),
        ({"restriction": "F-XJZ-G"}, "不属于"),
        ({"expected": 0}, "最少"),
    ],
)
def test_what_is_no_appeal(cast: Cast, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        h.written(cast, **changes)
    assert not DirectedAppeal.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "姓名"),
        ({"capacity": "friend"}, "发起人"),
        ({"contact": "12345"}, "手机号或电子邮箱"),
        ({"contact": ""}, "手机号或电子邮箱"),
        ({"name": "张\u202e三"}, "控制字符"),
        ({"name": "张" * 61}, "最多"),
    ],
)
def test_who_cannot_be_asked(cast: Cast, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        h.invited(cast, h.written(cast), **changes)


def test_a_list_is_taken_whole_or_not_at_all(cast: Cast) -> None:
    appeal = h.written(cast)
    h.invited(cast, appeal)
    lines = [
        RosterLine(2, "赵一", "zhao@example.org", "founder"),
        RosterLine(3, "赵一", "Zhao@Example.org ", "member"),
        RosterLine(4, "钱二", "139 0000 1234", "member"),
        RosterLine(5, "", "sun@example.org", "member"),
    ]
    with pytest.raises(audience.RosterRefused, match="一个人也没有加") as refused:
        audience.invite_all(appeal, lines, by=cast.admin)
    assert [(fault.row, fault.field) for fault in refused.value.faults] == [
        (3, "contact"), (4, "contact"), (5, "name")
    ]  # fmt: skip
    assert "第 2 行" in refused.value.faults[0].words
    assert appeal.invitees.count() == 1
    audience.invite_all(appeal, lines[:1], by=cast.admin)
    assert appeal.invitees.count() == 2


def test_a_transfer_is_a_directed_gift_and_no_public_one(cast: Cast, campaign: Campaign) -> None:
    row, token = h.running(cast), secrets.token_hex(16)
    gift = h.answer(row, form_token=token)
    assert h.answer(row, form_token=token) == gift
    assert (gift.campaign, gift.public_name, gift.donor.name) == (None, "王**", h.NAME)
    paid(cast, gift)
    gift.refresh_from_db()
    assert gift.state == "booked"
    assert queries.raised(campaign) == (0, 0)
    assert [row.amount for _key, row in queries.roll(cast.fund)] == [30_000]
    came = queries.directed.answers(row.appeal)
    assert (came.gifts, came.amount, came.givers) == (1, 30_000, 1)
    today = clock.today()
    split = queries.directed.sources(cast.host, today, today)
    assert (split.public, split.directed, split.other) == (0, 30_000, 0)
    # A second transfer under the same code is the same person's second gift; both are booked under one donor.
    further = next(iter(paid(cast, gift, amount=5_000).values()))
    assert DirectedGift.objects.get(donation=further).invitee == row and further.donor == gift.donor
    assert books.balance("donation_income", host=cast.host.code) == -35_000
    services.refund(gift, amount=30_000, why="twice", reason="", key=secrets.token_hex(16), by=cast.finance)
    assert queries.directed.answers(row.appeal).amount == 5_000
    assert_books_clean()


def test_without_any_public_campaign_by_card(cast: Cast, stand_in: StandIn) -> None:
    row = h.running(cast)
    gift = h.answer(row, channel="stripe", consents=frozenset(CONSENTS))
    services.open_payment(gift)
    stand_in.pay(gift.session_id)
    assert services.settle_session(gift).state == "booked"
    assert books.balance("donation_income", host=cast.host.code) == -30_000
    assert_books_clean()


def test_a_link_that_was_passed_on_does_not_give(cast: Cast) -> None:
    row = h.running(cast)
    for _turn in range(5):
        with pytest.raises(Refused, match="只给本人用"):
            h.answer(row, contact="13911112222")
    with pytest.raises(Refused, match="填错的次数太多"):
        h.answer(row)
    assert not Donation.objects.exists()
    renewed = links.renew_link(row, by=cast.admin)
    assert h.answer(renewed).donor.name == h.NAME


def test_old_links_late_links_and_links_of_others_open_nothing(cast: Cast) -> None:
    row = h.running(cast)
    old = row.token
    links.renew_link(row, by=cast.admin)
    found = queries.directed.link_of(old)
    assert found is not None
    with pytest.raises(Refused, match="作废"):
        giving.answer_appeal(
            found, giving.Answer(100, "bank", "anonymous", h.PHONE), form_token=secrets.token_hex(16)
        )
    for forged in ("", "x", row.token[:-1], row.token + "a", row.code, f"{row.code}.1:x", "\U00020bb7" * 40):
        assert queries.directed.link_of(forged) is None
    with (
        clock.set_to(clock.midnight(row.appeal.ends_on + timedelta(days=1))),
        pytest.raises(Refused, match="结束"),
    ):
        h.answer(row)


def test_taking_somebody_off_stops_the_link_and_what_was_not_paid(cast: Cast, stand_in: StandIn) -> None:
    row = h.running(cast)
    by_bank, by_card = h.answer(row), h.answer(row, channel="stripe", consents=frozenset(CONSENTS))
    services.open_payment(by_card)
    with pytest.raises(Refused):
        audience.take_off(row, by=cast.finance)
    for _twice in range(2):
        audience.take_off(row, by=cast.admin)
    with pytest.raises(Refused, match="停用"):
        h.answer(row)
    assert audience.close_unpaid() in {0, 1}
    for gift in (by_bank, by_card):
        gift.refresh_from_db()
        assert gift.state == "expired"
        with pytest.raises(Refused, match="停用"):
            services.give_again(gift, channel="bank")
    # A transfer of a later day is not booked as theirs; one of a day on which they were asked is.
    with clock.set_to(clock.now() + timedelta(days=3)):
        assert paid(cast, by_bank) == {}
        assert paid(cast, by_bank, day=clock.today() - timedelta(days=3))
    assert_books_clean()


def test_finance_hears_why_a_line_of_the_bank_is_no_directed_gift(cast: Cast) -> None:
    row = h.running(cast)
    gift = h.answer(row)
    audience.take_off(row, by=cast.admin)
    later = clock.now() + timedelta(days=3)
    with clock.set_to(later):
        (line,) = bring(cast, f"{clock.today()},,300.00,王,{gift.reference},L1")
        with pytest.raises(Refused, match=r"已经不在名单上|对不上|不能由流水"):
            finance.match_line(line, kind="donation", code=gift.code, by=cast.finance)
        # Given of one's own accord it may be, and is nobody's answer.
        finance.gift_of_line(line, fund=cast.fund, by=cast.finance)
    assert not DirectedGift.objects.filter(donation__state="booked").exists()
    assert_books_clean()


def test_who_waits_for_a_second_person(cast: Cast) -> None:
    appeal = h.written(cast)
    assert not any(appeal.name in one.title for one in waiting_for(cast.finance))
    h.invited(cast, appeal)
    titles = {
        who: [one.title for one in waiting_for(who)] for who in (cast.finance, cast.admin, cast.auditor)
    }
    assert f"定向募捐：{appeal.name}" in titles[cast.finance]
    assert titles[cast.admin] == titles[cast.auditor] == []


def test_who_wants_to_be_left_alone(cast: Cast) -> None:
    row = h.running(cast)
    audience.decline(row)
    assert h.latest(row).removal == "own"
    # The place is free: somebody who was taken off by mistake is added anew.
    h.invited(cast, row.appeal)


def test_finance_enters_what_somebody_asked_gave_in_cash(cast: Cast) -> None:
    row, token = h.running(cast), secrets.token_hex(16)
    received = giving.Received(8_800, "cash", clock.today(), "anonymous")
    gift = giving.record_directed(row, received, token=token, by=cast.finance)
    assert giving.record_directed(row, received, token=token, by=cast.finance) == gift
    assert (gift.state, gift.campaign, gift.donor.name) == ("booked", None, h.NAME)
    assert (
        giving.record_directed(row, received, token=secrets.token_hex(16), by=cast.finance).donor
        == gift.donor
    )
    early = giving.Received(8_800, "cash", clock.today() - timedelta(days=1))
    for who, facts, said in (
        (cast.admin, received, None), (cast.finance, early, "不在名单"),
        (cast.finance, giving.Received(8_800, "stripe", clock.today()), "银行转账或现金"),
        (cast.finance, giving.Received(0, "cash", clock.today()), "最少"),
        (cast.finance, giving.Received(100, "cash", clock.today(), "real"), "同意"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=said):
            giving.record_directed(row, facts, token=secrets.token_hex(16), by=who)
    other = h.invited(cast, row.appeal, contact="zhao@example.org")
    with pytest.raises(Refused, match="不在名单"):
        giving.record_directed(other, received, token=secrets.token_hex(16), by=cast.finance)
    assert_books_clean()


def test_givers_are_told_and_what_was_told_stays(cast: Cast) -> None:
    row, token = h.running(cast, contact="wang@example.org"), secrets.token_hex(16)
    silent = h.invited(cast, row.appeal, contact="silent@example.org")
    giving.record_directed(
        row, giving.Received(8_800, "cash", clock.today()), token=secrets.token_hex(16), by=cast.finance
    )
    facts: dict[str, Any] = {"until": clock.today(), "used_for": "买米", "token": token, "by": cast.admin}
    with pytest.raises(Refused, match="不能多过"):
        telling.tell_givers(row.appeal, used=8_801, **facts)
    told = telling.tell_givers(row.appeal, used=800, **facts)
    assert telling.tell_givers(row.appeal, used=800, **facts) == told
    assert (told.gifts, told.received) == (1, 8_800)
    assert queries.directed.told_to(row) == [told]
    assert queries.directed.told_to(silent) == []
    letters = OutboxMessage.objects.filter(key__startswith="directed-account:")
    assert [letter.address for letter in letters] == ["wang@example.org"]
    with pytest.raises(DatabaseError), transaction.atomic():
        DirectedGift.objects.update(capacity="member")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.appeal.accounts.update(used=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        DirectedAppeal.objects.filter(pk=row.appeal_id).update(purpose="别的")


def test_erasing_a_donor_forgets_whom_was_asked(cast: Cast) -> None:
    row = h.running(cast)
    h.running(cast)
    donor = h.answer(row).donor
    services.erase_donor(donor, by=None)
    for one in Invitee.objects.all():
        assert (one.name, one.contact, one.contact_index, one.removal) == ("", "", "", "erased")
    assert_books_clean()


@pytest.mark.parametrize(
    ("plant", "check"),
    [
        (
            lambda gift: Invitee.objects.update(
                removed_at=gift.started_at - timedelta(seconds=1), removal="staff"
            ),
            "were_asked_for",
        ),
        (lambda gift: Invitee.objects.update(checked_at=None, checked_by_id=None), "were_asked_for"),
        (lambda gift: DirectedAppeal.objects.update(state="draft", opened_at=None), "were_asked_for"),
        (lambda gift: Donation.objects.update(campaign=Campaign.objects.get()), "are_not_public"),
        (lambda gift: Invitee.objects.update(donor=None), "are_their_givers"),
    ],
)
def test_the_checks_see_what_was_planted(cast: Cast, plant: Any, check: str) -> None:
    file_campaign(cast)
    gift = h.answer(h.running(cast))
    found = getattr(checks, f"directed_gifts_{check}")
    assert not list(found())
    plant(gift)
    assert [row["gift"] for row in found()] == [gift.code]


def test_texts_wait_for_a_provider_and_go_out_once(cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.SMS_SENDER, settings.DATA_DIR = "file", tmp_path
    noon = clock.midnight(clock.today()) + timedelta(hours=12)
    with clock.set_to(noon):
        row = h.running(cast)
        assert links.send_texts() in {0, 1} and links.send_texts() == 0
    sent = (tmp_path / "sms.jsonl").read_text().splitlines()
    assert len(sent) == 1 and row.token in sent[0] and h.latest(row).text_sent_at is not None
    assert Donor.objects.count() == 0
