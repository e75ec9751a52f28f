"""The committee's officers thank those who gave, and see of them what they agreed to show."""

import secrets
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.donations import services as donations
from apps.donations.models import Donation, FundThanks
from apps.donations.queries import unthanked
from apps.donations.services import OfflineGift
from apps.donations.states import RefundReason
from apps.grants import services
from tests.books import assert_books_clean
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PHONE = "13900001234"


def gift(house: Cast, amount: int = 10_000, **changes: Any) -> Donation:
    words: dict[str, Any] = {
        "fund": house.fund,
        "channel": "bank",
        "day": clock.today(),
        "key": secrets.token_hex(8),
        "contact": PHONE,
    }
    return donations.record_offline(OfflineGift(amount=amount, **(words | changes)), by=house.finance)


def thank(house: Cast, gifts: list[str] | None, **changes: Any) -> FundThanks:
    words: dict[str, Any] = {"words": "谢谢您", "token": secrets.token_hex(16), "by": house.secretary}
    return services.thank_donors(house.fund, gifts=gifts, **(words | changes))


def test_a_gift_is_thanked_for_once(house: Cast) -> None:
    before = unthanked(house.fund).count()
    one, other = gift(house), gift(house)
    back = gift(house)
    donations.refund(back, amount=10_000, why=RefundReason.AMOUNT, by=house.finance)
    assert unthanked(house.fund).count() == before + 2
    token = secrets.token_hex(16)
    first = thank(house, [one.code], token=token)
    assert thank(house, [one.code], token=token) == first
    with pytest.raises(Refused, match="还没有感谢过"):
        thank(house, [one.code])
    with pytest.raises(Refused, match="感谢的话"):
        thank(house, [other.code], words=" ")
    thank(house, None)
    assert not unthanked(house.fund).exists()
    assert Donation.objects.get(pk=one.pk).thanks == first
    with pytest.raises(DatabaseError), transaction.atomic():
        FundThanks.objects.update(words="x")
    assert "谢谢" not in str(list(AuditEvent.objects.filter(verb="thank_donors").values("facts")))
    assert_books_clean()


def test_only_the_funds_own_officers_thank_and_only_for_its_gifts(house: Cast) -> None:
    one = gift(house)
    elsewhere = gift(house, fund=house.other_fund)
    for nobody in (house.finance, house.members[0], house.stranger):
        with pytest.raises(Refused, match="主任或秘书"):
            thank(house, [one.code], by=nobody)
    with pytest.raises(Refused, match="还没有感谢过"):
        thank(house, [elsewhere.code])


def test_the_list_shows_what_each_donor_agreed_to(house: Cast, client: Client) -> None:
    gift(house, 12_300, name="欧阳雪", name_choice="masked")
    gift(house, 45_600, name="诸葛青", name_choice="anonymous", consents=frozenset({"publish_amount"}))
    real = gift(house, 78_900, name="司马光", name_choice="real",
                consents=frozenset({"publish_name", "publish_amount"}))  # fmt: skip
    client.force_login(house.secretary)
    page = f"/grants/thanks/{house.fund.code}/"
    text = client.get(page).content.decode()
    assert "欧阳*" in text and "司马光" in text and "一位爱心人士" in text
    assert "¥789.00" in text
    for hidden in ("欧阳雪", "诸葛青", PHONE, "¥123.00"):
        assert hidden not in text
    posted = {"act": "chosen", "gifts": [real.code], "words": "谢谢司马先生", "token": secrets.token_hex(16)}
    assert client.post(page, posted | {"words": ""}).status_code == 422
    assert client.post(page, posted).status_code == 302
    assert "司马光" not in client.get(page).content.decode()
    client.force_login(house.finance)
    assert client.get(page).status_code == 404


def test_donors_read_the_thanks_for_their_own_gift(house: Cast, client: Client) -> None:
    one, other = gift(house), gift(house)
    for row, who in ((one, house.stranger), (other, house.implementer)):
        row.donor.user_id = who.pk
        row.donor.save()
    thank(house, [one.code], words="谢谢您，书已经上架了")
    client.force_login(house.stranger)
    assert "书已经上架了" in client.get(f"/desk/gifts/{one.code}/").content.decode()
    client.force_login(house.implementer)
    assert "书已经上架了" not in client.get(f"/desk/gifts/{other.code}/").content.decode()


def test_erasing_the_donor_destroys_what_was_said_of_them_and_to_them_alone(house: Cast) -> None:
    one, other = gift(house, name="王建国"), gift(house, name="李红", contact="13900005678")
    alone = gift(house, contact="13900009876")
    named, kind = thank(house, [one.code, other.code], words="谢谢王阿姨"), thank(house, [alone.code])
    later = gift(house, name="王建国")
    shared = thank(house, [later.code, gift(house, contact="13900001111").code], words="谢谢大家")
    for row in (one, later, alone):
        donations.erase_donor(row.donor, by=None)
    said = dict(FundThanks.objects.values_list("code", "words"))
    assert said == {named.code: "", kind.code: "", shared.code: "谢谢大家"}
    assert not unthanked(house.fund).filter(code__in=[one.code, alone.code]).exists()
    assert AuditEvent.objects.filter(verb="forget_thanks").count() == 2
    client = Client()
    client.force_login(house.secretary)
    page = client.get(f"/grants/thanks/{house.fund.code}/").content.decode()
    assert "王阿姨" not in page and "已经销毁" in page


def test_a_withdrawn_name_is_taken_out_of_the_thanks_too(house: Cast) -> None:
    shown = {"name_choice": "real", "consents": frozenset({"publish_name"})}
    one, other = gift(house, name="王建国", **shown), gift(house, name="李红", **shown)
    for row, words in ((one, "谢谢王建国"), (other, "谢谢您")):
        thank(house, [row.code], words=words)
        donations.withdraw_consent(row.donor.consents.get(), by=None)
    assert set(FundThanks.objects.values_list("words", flat=True)) == {"", "谢谢您"}


def test_words_are_destroyed_and_nothing_else_of_thanks_changes(house: Cast) -> None:
    thanks = FundThanks.objects.filter(pk=thank(house, [gift(house).code]).pk)
    now = clock.now()
    for change in (
        {"words": ""},
        {"words": "x", "erased_at": now},
        {"words": "", "erased_at": now, "by_id": 1},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            thanks.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        thanks.delete()
    thanks.update(words="", erased_at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        thanks.update(words="", erased_at=None)
