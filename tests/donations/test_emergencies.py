"""An emergency's plan begins before it is filed, says so wherever it asks for money, and is filed within ten days."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.templatetags.figures import day
from apps.core.verdicts import Refused
from apps.disclosure.queries.houses import house_of
from apps.donations import queries
from apps.donations.duties import DutyKind
from apps.donations.models import Campaign
from apps.donations.queries.targets import target_of
from apps.donations.services import Plan, Why, save_campaign
from apps.donations.views.posters import poster_facts
from apps.donations.waiting import waiting_for
from tests.cast import HOST_USCC, Cast
from tests.donations.test_campaigns import plan

pytestmark = pytest.mark.django_db
NUMBER = f"{HOST_USCC}A26031"


def flood(days_ago: int, **changes: Any) -> Plan:
    starts_on = clock.today() - timedelta(days=days_ago)
    facts: dict[str, Any] = {
        "name": "汛后帮扶", "is_emergency": True, "filing_number": "", "filed_on": None,
        "starts_on": starts_on, "ends_on": starts_on + timedelta(days=90),
    }  # fmt: skip
    return plan(**(facts | changes))


def begun(cast: Cast, days_ago: int) -> Campaign:
    return save_campaign(cast.host, flood(days_ago), funds=[cast.fund], by=cast.admin)


@pytest.mark.parametrize(("days_ago", "words"), [(3, "正在补办备案"), (11, "还没有办")])
def test_it_opens_unfiled_and_every_page_says_by_when(
    client: Client, cast: Cast, days_ago: int, words: str
) -> None:
    row = begun(cast, days_ago)
    by = row.starts_on + timedelta(days=10)
    assert row.file_by == by
    assert queries.campaign_for(cast.fund) == row
    for page in (
        f"/give/{cast.fund.code}/",
        f"/give/{row.code}/",
        f"/c/{row.code}/",
        reverse("donations:poster", args=[row.code]),
    ):
        body = client.get(page).content.decode()
        assert words in body, page
        assert day(by) in body, page
    target = target_of(row.code)
    assert target is not None
    facts = poster_facts(target, "a4")
    assert [text for label, text in facts["legal"] if label == "备案编号" and words in text]
    assert "第七十三条" in facts["check"]
    assert (house_of(cast.host).filing_number, house_of(cast.host).file_by) == ("", by)


def test_a_late_filing_stands_on_the_hosts_desk(cast: Cast) -> None:
    row = begun(cast, 11)
    late = {duty.kind for plan, duty in queries.late_duties(cast.host) if plan == row}
    assert DutyKind.FILING in late
    assert "补办备案：汛后帮扶" in [one.title for one in waiting_for(cast.admin) if one.state == "late"]


def test_the_number_comes_later_as_a_version_of_its_own(client: Client, cast: Cast) -> None:
    row = begun(cast, 11)
    more = flood(11, filing_number=NUMBER, filed_on=clock.today(), cost="零")
    with pytest.raises(Refused) as refused:
        save_campaign(cast.host, more, funds=[cast.fund], campaign=row, why=Why("还改了成本"), by=cast.admin)
    assert refused.value.field == "filing_number"
    client.force_login(cast.admin)
    page = client.get(reverse("donations:campaign", args=[row.code]))
    typed = {name: value for name, value in page.context["form"].initial.items() if value not in (None, [])}
    typed |= {"funds": [cast.fund.code], "filing_number": NUMBER, "filed_on": clock.today()}
    assert client.post(reverse("donations:campaign", args=[row.code]), typed).status_code == 302
    row.refresh_from_db()
    assert (row.filing_number, row.file_by) == (NUMBER, None)
    last = row.versions.get(number=2)
    assert (last.changed, last.filed_on) == (["filed_on", "filing_number"], clock.today())
    assert not {duty.kind for duty in queries.duties_of([row])[row.pk]} & {DutyKind.FILING, DutyKind.CHANGE}
    assert not list(queries.broken_versions())
    body = client.get(f"/c/{row.code}/").content.decode()
    assert NUMBER in body
    assert "还没有备案" not in body
    with pytest.raises(Refused):
        save_campaign(cast.host, flood(11), funds=[cast.fund], campaign=row, why=Why("不要了"), by=cast.admin)


def test_a_change_before_the_filing_is_filed_with_it(cast: Cast) -> None:
    row = begun(cast, 3)
    why = Why("银行免了手续费")
    save_campaign(cast.host, flood(3, cost="零"), funds=[cast.fund], campaign=row, why=why, by=cast.admin)
    assert DutyKind.CHANGE not in {duty.kind for duty in queries.duties_of([row])[row.pk]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"is_emergency": False}, "filing_number"),
        ({"filed_on": clock.today}, "filing_number"),
        ({"filing_number": NUMBER}, "filed_on"),
        ({"filing_number": NUMBER, "filed_on": lambda: clock.today() + timedelta(days=1)}, "filed_on"),
    ],
    ids=["no emergency", "a day without a number", "a number without a day", "filed tomorrow"],
)
def test_only_an_emergency_begins_without_its_number(cast: Cast, changes: dict[str, Any], field: str) -> None:
    facts = {name: value() if callable(value) else value for name, value in changes.items()}
    with pytest.raises(Refused) as refused:
        save_campaign(cast.host, flood(3, **facts), by=cast.admin)
    assert refused.value.field == field


def test_two_unfiled_plans_may_run_and_the_database_takes_no_other_without_a_number(cast: Cast) -> None:
    row, other = begun(cast, 3), begun(cast, 4)
    assert row != other
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=row.pk).update(is_emergency=False)


def test_a_filed_plan_stands_on_every_page_before_an_unfiled_one(cast: Cast) -> None:
    begun(cast, 3)
    filed = save_campaign(cast.host, plan(), funds=[cast.other_fund], by=cast.admin)
    assert house_of(cast.host).filing_number == filed.filing_number
