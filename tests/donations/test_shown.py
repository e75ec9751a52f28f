"""What the public sees of a gift beside the name: its amount, and for whom it is given. Each by its own consent."""

import re
import secrets
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import queries
from apps.donations.models import Campaign, CampaignVersion, Consent, Donation
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import (
    OfflineGift,
    Shown,
    Transfer,
    choose_name,
    erase_donor,
    receive_transfers,
    record_offline,
    settle_session,
)
from apps.ledger import queries as ledger
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.conftest import Give

pytestmark = pytest.mark.django_db
HIDDEN = Shown(amount=False)


def booked(give: Give, stand_in: StandIn, **changes: object) -> Donation:
    gift = give(form_token=secrets.token_hex(16), **changes)
    stand_in.pay(gift.session_id)
    return settle_session(gift)


def purposes(gift: Donation) -> set[str]:
    """The consents to this gift that stand."""
    return set(
        Consent.objects.filter(donation_code=gift.code, withdrawn_at=None).values_list("purpose", flat=True)
    )


def test_a_hidden_amount_stands_on_no_row_and_in_every_total(
    client: Client, cast: Cast, give: Give, stand_in: StandIn
) -> None:
    booked(give, stand_in, amount=10_000)
    hidden = booked(give, stand_in, amount=12_345, shown=HIDDEN, name_choice="masked", name="张三丰")
    assert [(gift.public_name, gift.amount) for _key, gift in queries.roll(cast.fund)] == [
        ("张**", None),
        ("爱心居民", 10_000),
    ]
    for address in ("/", f"/f/{cast.fund.code}/", f"/f/{cast.fund.code}/roll/"):
        page = client.get(address).content.decode()
        assert page.index("<b>爱心居民</b>") < page.index("<b>张**</b>"), address
    assert "不公开金额" in page
    assert "123.45" not in page
    assert queries.received(cast.fund) == (2, 22_345)
    # The books show amounts, so they don't name this donor.
    book = client.get(f"/f/{cast.fund.code}/book/?flow=donated").content.decode()
    assert "123.45" in book
    assert "张" not in book
    # Nor does the minute lead from the one to the other.
    minute = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
    assert len(minute.findall(page.split('<ul class="rows">')[1].split("</ul>")[0])) == 1
    entry = ledger.entry_of("donation", hidden.code)
    assert entry is not None
    voucher = client.get(f"/f/{cast.fund.code}/entry/{entry.id}/").content.decode()
    assert "123.45" in voucher and "入账时间" in voucher
    assert not minute.search(voucher.split("入账时间")[1].split("</dd>")[0])
    assert_books_clean()


def test_the_place_of_a_hidden_amount_tells_nothing() -> None:
    def at(day: int, code: str, amount: int | None, month: int = 11) -> queries.PublicGift:
        return queries.PublicGift(
            code, "张**", amount, 0, "", datetime(2026, month, day, tzinfo=UTC), "F", "基金"
        )

    def listed(*gifts: queries.PublicGift) -> list[str]:
        return [gift.code for gift in queries.as_listed(gifts)]

    hidden, first, last = at(20, "B", None), at(9, "C", 10_000), at(21, "D", 500)
    before = [at(30, "A", None, month=10), at(3, "E", 100, month=10)]
    # Whenever they came: at the month's end, and among themselves in the order of codes, which are drawn at random.
    for other in (at(1, "A", None), at(19, "A", None), at(22, "A", None)):
        assert listed(last, hidden, other, first, *before) == ["D", "C", "A", "B", "E", "A"]
    # The month is China's.
    late = replace(at(1, "F", 700), booked_at=datetime(2026, 10, 31, 17, tzinfo=UTC))
    assert listed(hidden, late, *before) == ["F", "B", "E", "A"]


def test_the_amount_is_hidden_and_shown_again_later(cast: Cast, give: Give, stand_in: StandIn) -> None:
    gift = booked(give, stand_in)
    assert "publish_amount" in purposes(gift)
    gift = choose_name(gift, name_choice="anonymous", consents=(), shows_amount=False, by=None)
    assert "publish_amount" not in purposes(gift)
    assert queries.latest(cast.host)[0].amount is None
    choose_name(gift, name_choice="anonymous", consents=(), shows_amount=True, by=None)
    assert queries.latest(cast.host)[0].amount == 10_000


def test_a_dedication_is_public_only_by_its_own_consent(cast: Cast, give: Give, stand_in: StandIn) -> None:
    quiet = booked(give, stand_in, shown=Shown(amount=True, dedication="王秀英", dedication_kind="to"))
    assert (quiet.dedication, quiet.public_dedication) == ("王秀英", "")
    assert "王秀英" not in quiet.dedication_sealed
    loud = booked(
        give,
        stand_in,
        shown=Shown(amount=True, dedication="李建国", dedication_kind="name", dedication_in_public=True),
    )
    assert [gift.dedication for _key, gift in queries.roll(cast.fund)] == ["以李建国的名义", ""]
    assert ("dedication" in purposes(quiet), "dedication" in purposes(loud)) == (False, True)
    choose_name(loud, name_choice="anonymous", consents=(), shows_dedication=False, by=None)
    assert {gift.dedication for _key, gift in queries.roll(cast.fund)} == {""}


def test_erasing_a_donor_erases_their_dedications(give: Give, stand_in: StandIn) -> None:
    gift = booked(
        give,
        stand_in,
        shown=Shown(amount=True, dedication="李建国", dedication_kind="to", dedication_in_public=True),
    )
    erase_donor(gift.donor, by=None)
    gift.refresh_from_db()
    assert (gift.dedication, gift.public_dedication) == ("", "")


def test_a_dedication_says_of_which_kind_it_is(give: Give) -> None:
    with pytest.raises(Refused) as refused:
        give(shown=Shown(amount=True, dedication="王秀英"))
    assert refused.value.field == "dedication_kind"


def test_a_child_gives_with_a_guardian_only(give: Give) -> None:
    with pytest.raises(Refused) as refused:
        give(is_under_14=True)
    assert refused.value.field == "guardian"
    gift = give(is_under_14=True, consents=("provider_abroad", "guardian"))
    assert "guardian" in purposes(gift)


def test_a_version_of_a_plan_is_never_rewritten(campaign: Campaign) -> None:
    version = CampaignVersion.objects.create(
        campaign=campaign, number=1, content={}, decided_on=clock.today(), written_at=clock.now()
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        CampaignVersion.objects.filter(pk=version.pk).update(reason="改写")
    with pytest.raises(DatabaseError), transaction.atomic():
        version.delete()


@pytest.mark.parametrize("agrees", [False, True])
def test_a_gift_handed_over_shows_its_amount_only_by_consent(cast: Cast, agrees: bool) -> None:
    consents = frozenset({"publish_amount"} if agrees else set())
    words = {"name": "张三丰", "name_choice": "masked", "consents": consents}
    gift = record_offline(
        OfflineGift(cast.fund, 12_345, "cash", clock.today(), "K", **words), by=cast.finance
    )
    assert purposes(gift) == consents
    [(_key, shown)] = queries.roll(cast.fund)
    assert shown.amount == (12_345 if agrees else None)
    assert queries.received(cast.fund) == (1, 12_345)


def test_a_second_transfer_keeps_the_name_and_not_the_amount(cast: Cast, give: Give) -> None:
    words = {"name": "张三丰", "name_choice": "real", "consents": frozenset({"publish_name"})}
    first = give(channel="bank", shown=Shown(amount=True), **words)
    sent = [Transfer(first.reference or "", 10_000, clock.today(), f"L{number}") for number in range(2)]
    receive_transfers(cast.host, sent, by=cast.finance)
    [second] = Donation.objects.exclude(pk=first.pk)
    assert (second.public_name, second.shows_amount, purposes(second)) == ("张三丰", False, {"publish_name"})
