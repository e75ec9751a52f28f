"""Filed plans: what may be written, their versions, what is owed by when, and what the public sees."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.verdicts import Refused
from apps.disclosure.queries.houses import house_of
from apps.donations import duties, queries
from apps.donations.duties import Change, DutyKind
from apps.donations.models import Campaign, CampaignFile
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import (
    Plan,
    Shown,
    Told,
    Why,
    keep_campaign_paper,
    publish_campaign_report,
    save_campaign,
    settle_session,
)
from tests.cast import HOST_USCC, Cast
from tests.donations.conftest import Give

DAY = date(2026, 1, 10)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def plan(**changes: Any) -> Plan:
    today = clock.today()
    facts: dict[str, Any] = {
        "name": "冬日守望", "filing_number": f"{HOST_USCC}A26001", "filed_on": today - timedelta(days=20),
        "starts_on": today - timedelta(days=10), "ends_on": today + timedelta(days=90),
        "purpose": "帮助独居老人", "use_of_money": "送餐和探访", "methods": "线上", "area": "重庆市渝北区",
        "beneficiaries": "独居老人", "beneficiary_number": "约 200 人", "beneficiary_method": "社区摸排后公示",
        "expected": 5_000_000, "use_plan": "按季度拨付", "management_cost": "不列支", "cost": "通道手续费",
        "surplus": "转入同类项目", "responsible": "何玲", "contact": "023-00000000", "bank_account": "演示银行 0000",
    }  # fmt: skip
    return Plan(**(facts | changes))


def owed(**changes: Any) -> list[tuple[str, date]]:
    facts: dict[str, Any] = {
        "starts_on": DAY, "ends_on": date(2026, 4, 10), "is_emergency": False, "filed_on": DAY, "changes": (),
        "told_until": {}, "today": date(2026, 2, 1),
    }  # fmt: skip
    return [(duty.kind.value, duty.due_on) for duty in duties.duties(**(facts | changes))]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"today": date(2026, 1, 9), "is_emergency": True, "filed_on": None}, []),
        ({"today": date(2026, 4, 11)}, [("closing", date(2026, 7, 10))]),
        ({"today": date(2026, 4, 11), "told_until": {"closing": date(2026, 4, 10)}}, []),
        ({"ends_on": date(2026, 12, 31)}, [("progress", date(2026, 4, 9))]),
        (
            {"ends_on": date(2026, 12, 31), "told_until": {"progress": date(2026, 3, 31)}},
            [("progress", date(2026, 6, 30))],
        ),
        (
            {"is_emergency": True, "filed_on": None},
            [("emergency", date(2026, 1, 14)), ("filing", date(2026, 1, 20))],
        ),
        (
            {"is_emergency": True, "told_until": {"emergency": date(2026, 1, 31)}},
            [("emergency", date(2026, 2, 5))],
        ),
        ({"changes": (Change(date(2026, 1, 25), None),)}, [("change", date(2026, 2, 4))]),
        ({"changes": (Change(date(2026, 1, 25), None), Change(date(2026, 1, 25), date(2026, 1, 30)))}, []),
        (
            {"changes": (Change(date(2026, 1, 20), date(2026, 1, 22)), Change(date(2026, 1, 31), None))},
            [("change", date(2026, 2, 10))],
        ),
    ],
)
def test_what_is_owed_by_when(facts: dict[str, Any], expected: list[tuple[str, date]]) -> None:
    assert owed(**facts) == expected


def test_three_years_and_one_in_an_emergency() -> None:
    assert duties.last_day_allowed(DAY, is_emergency=False) == date(2029, 1, 9)
    assert duties.last_day_allowed(date(2024, 2, 29), is_emergency=True) == date(2025, 2, 27)
    assert duties.add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"filed_on": None}, "filed_on"),
        ({"filed_on": date(2999, 1, 1)}, "filed_on"),
        ({"ends_on": date(2999, 1, 1)}, "ends_on"),
        ({"expected": 0}, "expected"),
        ({"beneficiary_method": " "}, "beneficiary_method"),
        ({"cost": "一" * 801}, "cost"),
        ({"beneficiary_number": "一" * 51}, "beneficiary_number"),
        ({"filing_number": "51500110MJP0000038A26001"}, "filing_number"),
        ({"partner_name": "某公司"}, "partner_kind"),
        ({"partner_kind": "organisation", "partner_name": "某公司"}, "partner_evaluation"),
        (
            {"partner_kind": "organisation", "partner_name": "某公司", "partner_evaluation": "可靠",
             "partner_agreement": "协 1 号", "partner_uscc": "91500000MA00000000"},
            "partner_uscc",
        ),
        (
            {"partner_kind": "person", "partner_name": "某人", "partner_evaluation": "可靠",
             "partner_agreement": "协 1 号", "partner_uscc": HOST_USCC},
            "partner_uscc",
        ),
    ],
)  # fmt: skip
def test_a_plan_is_refused_by_the_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        save_campaign(cast.host, plan(**changes), by=cast.admin)
    assert refused.value.field == field
    assert not Campaign.objects.exists()


@pytest.mark.django_db
def test_a_change_keeps_both_versions_and_is_to_be_filed(client: Client, cast: Cast) -> None:
    row = save_campaign(cast.host, plan(), by=cast.admin)
    with pytest.raises(Refused) as refused:
        save_campaign(cast.host, plan(cost="零"), campaign=row, by=cast.admin)
    assert refused.value.field == "reason"
    why = Why("银行免了手续费")
    for _twice in range(2):
        save_campaign(cast.host, plan(cost="零"), campaign=row, why=why, by=cast.admin)
    assert list(row.versions.values_list("number", "changed")) == [(1, []), (2, ["cost"])]
    assert [duty.kind for duty in queries.duties_of([row])[row.pk]] == [DutyKind.CHANGE]
    page = client.get(f"/c/{row.code}/").content.decode()
    for words in (
        "银行免了手续费",
        "<del>通道手续费</del>",
        "<ins>零</ins>",
        "变更待备案",
        row.filing_number,
        HOST_USCC,
    ):
        assert words in page
    filed = Why(filed_on=clock.today())
    save_campaign(cast.host, plan(cost="零"), campaign=row, why=filed, by=cast.admin)
    assert queries.duties_of([row])[row.pk] == []


@pytest.mark.django_db
def test_a_campaign_opens_and_closes_by_itself(cast: Cast) -> None:
    row = save_campaign(cast.host, plan(), funds=[cast.fund], by=cast.admin)
    days = (row.starts_on - timedelta(days=1), row.starts_on, row.ends_on, row.ends_on + timedelta(days=1))
    assert [queries.campaign_for(cast.fund, day) for day in days] == [None, row, row, None]


@pytest.mark.django_db
def test_what_is_published_stands_on_the_page_with_its_figures(
    client: Client, cast: Cast, give: Give, campaign: Campaign, stand_in: StandIn
) -> None:
    gift = give(amount=12_300, shown=Shown(amount=False))
    stand_in.pay(gift.session_id)
    settle_session(gift)
    today = clock.today()
    told = Told("progress", today, 2_000, "买米")
    with pytest.raises(Refused) as refused:
        publish_campaign_report(campaign, Told("progress", today, 12_301, "买米"), by=cast.admin)
    assert refused.value.field == "used"
    row = publish_campaign_report(campaign, told, by=cast.admin)
    assert publish_campaign_report(campaign, told, by=cast.admin) == row
    assert (row.gifts, row.received) == (1, 12_300)
    page = client.get(f"/c/{campaign.code}/").content.decode()
    assert "123.00" in page
    assert "买米" in page
    assert "不公开金额" in client.get(f"/c/{campaign.code}/gifts/").content.decode()
    with pytest.raises(Refused):
        publish_campaign_report(campaign, Told("closing", today, 0, "没有"), by=cast.admin)
    with pytest.raises(Refused):
        publish_campaign_report(campaign, Told("emergency", today, 0, "没有"), by=cast.admin)


@pytest.mark.django_db
def test_papers_are_for_staff_of_the_host(
    client: Client, cast: Cast, campaign: Campaign, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("承诺书.pdf", PDF)
    row: CampaignFile = keep_campaign_paper(campaign, upload, kind="commitment", by=cast.admin)
    address = reverse("donations:campaign_paper", args=[row.file.code])
    assert client.get(address).status_code == 302
    assert client.get(f"/files/{row.file.code}/").status_code == 404
    client.force_login(cast.finance)
    assert b"".join(client.get(address)) == PDF  # type: ignore[call-overload]
    with pytest.raises(Refused):
        keep_campaign_paper(campaign, SimpleUploadedFile("x.pdf", b"MZ"), kind="commitment", by=cast.admin)


@pytest.mark.django_db
def test_every_page_names_the_plan_that_is_for_all_funds(cast: Cast) -> None:
    """The newest plan may be one fund's own; it does not stand for the others."""
    own = save_campaign(cast.host, plan(starts_on=clock.today()), funds=[cast.fund], by=None)
    assert house_of(cast.host).filing_number == own.filing_number
    wide = save_campaign(cast.host, plan(filing_number=f"{HOST_USCC}A26002"), by=None)
    assert house_of(cast.host).filing_number == wide.filing_number


@pytest.mark.django_db
def test_the_check_finds_a_plan_that_changed_without_a_version(cast: Cast) -> None:
    row = save_campaign(cast.host, plan(), funds=[cast.fund], by=cast.admin)
    why = Why("多了一个月", filed_on=None)
    save_campaign(
        cast.host, plan(purpose="帮助独居老人和孩子"), funds=[], campaign=row, why=why, by=cast.admin
    )
    assert not list(queries.broken_versions())
    Campaign.objects.filter(pk=row.pk).update(cost="改了没说")
    assert list(queries.broken_versions()) == [{"campaign": row.code, "now_differs": ["cost"]}]
    Campaign.objects.filter(pk=row.pk).update(cost=row.cost)
    row.funds.add(cast.other_fund)
    assert list(queries.broken_versions()) == [{"campaign": row.code, "now_differs": ["funds"]}]


@pytest.mark.django_db
def test_the_check_finds_a_version_that_says_something_else(cast: Cast) -> None:
    row = save_campaign(cast.host, plan(), by=cast.admin)
    first = row.versions.get()
    facts = {"decided_on": first.decided_on, "written_at": first.written_at}
    content = first.content | {"cost": row.cost, "purpose": "别的"}
    Campaign.objects.filter(pk=row.pk).update(purpose="别的")
    row.versions.create(number=2, content=content, changed=["cost"], reason="改了", **facts)
    row.versions.create(number=4, content=content, reason="跳了一号", **facts)
    assert list(queries.broken_versions()) == [
        {"campaign": row.code, "number": 2, "said": ["cost"], "differs": ["purpose"]},
        {"campaign": row.code, "number": 4, "expected": 3},
    ]
