"""For which campaign a gift counts is put right by a fact of its own; the public figures of both campaigns follow."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.donations import queries, services
from apps.donations.checks.gifts import campaigns_put_right, gifts_of_campaigns
from apps.donations.models import Campaign, CampaignCorrection, DirectedGift, Donation, DonorText, InKindGift
from apps.donations.services import OfflineGift, text_words
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.conftest import file_campaign
from tests.donations.directed.house import invited, written
from tests.donations.test_goods import receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(cast: Cast) -> Campaign:
    return file_campaign(cast, name="冬衣行动")


def give(cast: Cast, campaign: Campaign | None, contact: str = "boss@example.org") -> Donation:
    given = OfflineGift(
        cast.fund,
        8_800,
        "bank",
        clock.today(),
        f"g-{contact}",
        campaign=campaign,
        name="欧阳䶮",
        contact=contact,
    )
    return services.record_offline(given, by=cast.finance)


def test_both_campaigns_follow_and_what_was_written_stays(
    cast: Cast, campaign: Campaign, other: Campaign, client: Client
) -> None:
    gift = give(cast, campaign)
    told = services.Told("progress", clock.today(), 0, "还没有用")
    report = services.publish_campaign_report(campaign, told, by=cast.admin)
    pages = [f"/c/{row.code}/gifts/" for row in (campaign, other)]
    assert ["88.00" in client.get(page).text for page in pages] == [True, False]
    entries = gift.corrections.count()
    client.force_login(cast.finance)
    page = f"/gifts/{gift.code}/correct/"
    sent = {"act": "campaign", "campaign": other.code, "reason": "登记时选错了", "token": "t" * 20}
    assert client.post(page, sent | {"reason": ""}).status_code == 422
    for _twice in range(2):
        assert client.post(page, sent).status_code == 302
    assert ["88.00" in client.get(page).text for page in pages] == [False, True]
    made = CampaignCorrection.objects.get()
    assert (made.from_campaign, made.to_campaign, made.made_by_id) == (campaign, other, cast.finance.pk)
    assert "登记时选错了" in client.get(page).text
    assert gift.corrections.count() == entries
    report.refresh_from_db()
    assert report.received == 8_800
    assert AuditEvent.objects.filter(verb="correct_campaign").count() == 1
    letter = OutboxMessage.objects.get(key=f"gift-campaign:{made.code}")
    assert "冬衣行动" in letter.body and "欧阳" not in letter.body
    own = f"/gift/{queries.key_of(gift)}/"
    assert own in letter.body and "88.00" in client.get(own).text
    services.correct_campaign(gift, campaign=None, reason="不是为哪个活动捐的", by=cast.finance)
    assert queries.raised(other) == (0, 0)
    for change in ("update", "delete"):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows = CampaignCorrection.objects.filter(pk=made.pk)
            rows.update(reason="别的") if change == "update" else rows.delete()
    assert_books_clean()
    Donation.objects.filter(pk=gift.pk).update(campaign=campaign)
    assert len(list(campaigns_put_right())) == 1


@pytest.mark.parametrize("contact", ["boss@example.org", "13900000001"])
def test_the_donor_reads_a_whole_sentence_whichever_campaign_is_missing(
    cast: Cast, campaign: Campaign, other: Campaign, contact: str
) -> None:
    gift, said = give(cast, None, contact), []
    for wanted in (campaign, other, None):
        made = services.correct_campaign(gift, campaign=wanted, reason="登记时漏了", by=cast.finance)
        if text := DonorText.objects.filter(code=made.code).first():
            words = text_words.said(text)
            assert words is not None
            said.append(words[0] % words[1])
        else:
            said.append(OutboxMessage.objects.get(key=f"gift-campaign:{made.code}").body)
    names = f"“{campaign.name}”", f"“{other.name}”"
    for sentence, heard in zip(
        said,
        (
            f"原来不属于任何募捐活动，现在算在{names[0]}，",
            f"原来算在{names[0]}，现在算在{names[1]}，",
            f"原来算在{names[1]}，现在不属于任何募捐活动，",
        ),
        strict=True,
    ):
        assert heard in sentence


def test_only_what_could_have_counted_counts_and_only_finance_says_so(
    cast: Cast, campaign: Campaign, other: Campaign
) -> None:
    gift = give(cast, None, contact="")
    late = file_campaign(cast, name="以后的", starts_on=clock.today() + timedelta(days=1))
    elsewhere = file_campaign(cast, name="别的基金")
    elsewhere.funds.add(cast.other_fund)
    for wrong in (late, elsewhere, None):
        with pytest.raises(Refused) as refused:
            services.correct_campaign(gift, campaign=wrong, reason="选错了", by=cast.finance)
        assert refused.value.field == "campaign"
    for person in (cast.auditor, cast.admin, cast.stranger):
        with pytest.raises(Refused):
            services.correct_campaign(gift, campaign=other, reason="选错了", by=person)
    assert not CampaignCorrection.objects.exists()
    services.correct_campaign(gift, campaign=campaign, reason="漏选了", by=cast.finance)
    assert queries.raised(campaign) == (1, 8_800)
    # Nobody can be told.
    assert not OutboxMessage.objects.exists() and not DonorText.objects.exists()
    assert_books_clean()


def test_a_gift_that_answers_an_appeal_counts_for_no_campaign(cast: Cast, campaign: Campaign) -> None:
    gift = give(cast, None)
    facts = {"capacity": "council", "given_at": clock.now()}
    DirectedGift.objects.create(donation=gift, invitee=invited(cast, written(cast)), **facts)
    with pytest.raises(Refused, match="定向募捐"):
        services.correct_campaign(gift, campaign=campaign, reason="选错了", by=cast.finance)


def test_a_list_put_right_row_by_row_still_stands(cast: Cast, campaign: Campaign, other: Campaign) -> None:
    box = services.place_box(cast.fund, place="服务大厅", by=cast.finance)
    row = services.count_box(
        box, opened_on=clock.today(), total=100, token="c" * 20, campaign=campaign, by=cast.finance
    )
    signed = services.sign_count(row, total=100, by=cast.second_finance)
    assert signed.donation is not None
    services.correct_campaign(signed.donation, campaign=other, reason="箱子贴错了", by=cast.finance)
    assert list(gifts_of_campaigns()) == [] and list(campaigns_put_right()) == []


def test_on_the_page_with_both_forms_each_field_has_a_name_of_its_own(cast: Cast, campaign: Campaign) -> None:
    page, client = f"/gifts/{give(cast, campaign).code}/correct/", Client()
    client.force_login(cast.finance)
    refused = {"act": "campaign", "campaign": campaign.code, "reason": "选错了", "token": "t" * 20}
    for answer in (client.get(page), client.post(page, refused)):
        names = re.findall(r'\bid="([^"]+)"', answer.text)
        assert "id_reason" in names and len(names) == len(set(names))
    assert answer.status_code == 422 and "没有要改的" in answer.text


def test_things_are_put_right_on_a_page_and_both_campaigns_their_donor_and_the_books_follow(
    cast: Cast, campaign: Campaign, other: Campaign, client: Client
) -> None:
    gift = receive(cast, campaign=campaign, contact="boss@example.org", donor_name="欧阳䶮")
    came, page = queries.raised_in_kind(campaign), f"/goods/{gift.code}/campaign/"
    client.force_login(cast.finance)
    assert page in client.get(f"/goods/{gift.code}/").text
    names = re.findall(r'\bid="([^"]+)"', client.get(page).text)
    assert "id_reason" in names and len(names) == len(set(names))
    sent = {"campaign": other.code, "reason": "登记时选错了", "token": "t" * 20}
    assert client.post(page, sent | {"reason": " "}).status_code == 422
    for _twice in range(2):
        assert client.post(page, sent).headers["Location"] == page
    made = CampaignCorrection.objects.get()
    assert (made.things, made.from_campaign, made.to_campaign) == (gift, campaign, other)
    assert (queries.raised_in_kind(campaign), queries.raised_in_kind(other)) == ((0, 0), came)
    listed = [client.get(f"/c/{row.code}/goods/").text for row in (campaign, other)]
    assert [gift.name in text for text in listed] == [False, True]
    letter = OutboxMessage.objects.get(key=f"gift-campaign:{made.code}")
    own = f"/things/{queries.goods_key(gift)}/"
    assert own in letter.body and gift.item in letter.body and "冬衣行动" in letter.body
    assert Client().get(own).status_code == 200
    assert "登记时选错了" in client.get(page).text
    assert_books_clean()
    InKindGift.objects.filter(pk=gift.pk).update(campaign=campaign)
    assert [row["code"] for row in campaigns_put_right()] == [gift.code]


def test_only_finance_puts_things_right_and_whom_a_letter_does_not_reach_is_texted(
    cast: Cast, campaign: Campaign
) -> None:
    gift = receive(cast, contact="13900000001", donor_name="欧阳䶮")
    for person in (cast.auditor, cast.admin, cast.stranger):
        with pytest.raises(Refused):
            services.correct_campaign(gift, campaign=campaign, reason="漏选了", by=person)
    late = file_campaign(cast, name="以后的", starts_on=clock.today() + timedelta(days=1))
    for wrong in (late, None):
        with pytest.raises(Refused) as refused:
            services.correct_campaign(gift, campaign=wrong, reason="选错了", by=cast.finance)
        assert refused.value.field == "campaign"
    made = services.correct_campaign(gift, campaign=campaign, reason="漏选了", by=cast.finance)
    text = DonorText.objects.get()
    assert (text.things, text.code) == (gift, made.code)
    words = text_words.said(text)
    assert words is not None
    assert f"捐赠原来不属于任何募捐活动，现在算在“{campaign.name}”，" in words[0] % words[1]
    facts = {"code": "A-X", "to_campaign": campaign, "reason": "漏选了", "made_at": clock.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignCorrection.objects.create(**facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignCorrection.objects.filter(pk=made.pk).update(reason="别的")
    assert_books_clean()
