"""Opening funds: by whom, where, under which name; restrictions and suspending."""

from datetime import date
from typing import Any

import pytest

from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.core.versions import version
from apps.divisions.models import Division
from apps.funds import queries, services
from apps.funds.models import Fund, Host, Restriction
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 1)


def open_in(cast: Cast, division: str = "500110002001", **changes: Any) -> Fund:
    facts: dict[str, Any] = {
        "kind": "community",
        "division": Division.objects.get(code=division),
        "name": "沱湾社区慈善基金",
        "purpose": "老人午餐和儿童书屋",
        "agreement": "綦慈协〔2026〕1号",
        "day": DAY,
        "by": cast.admin,
    }
    return services.open_fund(cast.host, **(facts | changes))


def test_a_fund_opens_with_its_general_restriction(cast: Cast) -> None:
    before = version("site")
    fund = open_in(cast)
    assert fund.code.startswith("F")
    assert queries.general_restriction(fund).code == f"{fund.code}-G"
    assert queries.available(fund) == {}
    assert queries.takes_gifts(fund)
    assert queries.host_of(fund.code) == cast.host
    assert version("site") > before
    assert AuditEvent.objects.get(verb="open_fund").by_id == cast.admin.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "沱湾ABC基金"}, "name"),
        ({"name": "沱湾２基金"}, "name"),
        ({"name": "中国沱湾慈善基金"}, "name"),
        ({"name": "百步梯社区慈善基金"}, "name"),
        ({"name": "沱\u202e湾"}, "name"),
        ({"name": "沱" * 101}, "name"),
        ({"agreement": ""}, "agreement"),
        ({"purpose": " "}, "purpose"),
        ({"kind": "world"}, "kind"),
        ({"kind": "town"}, "division"),
        ({"kind": "district"}, "division"),
        ({"kind": "general"}, "division"),
        ({"kind": "general", "division": "500110", "name": "本部"}, "kind"),
        ({"division": "500110002"}, "division"),
        ({"division": "500110004001"}, "division"),
    ],
)
def test_what_a_fund_may_not_be(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        open_in(cast, **changes)
    assert refusal.value.field == field
    assert Fund.objects.count() == 3


def test_a_division_that_is_gone_gets_no_fund(cast: Cast) -> None:
    Division.objects.filter(code="500110002001").update(closed_on=date(2026, 1, 1))
    with pytest.raises(Refused, match="撤销"):
        open_in(cast)


def test_only_the_hosts_administrator_opens_funds(cast: Cast) -> None:
    for person in (cast.coordinator, cast.finance, cast.stranger):
        with pytest.raises(Refused):
            open_in(cast, by=person)


def test_a_town_fund_stands_in_a_town(cast: Cast) -> None:
    fund = open_in(cast, "500110002", kind="town", name="文龙街道慈善基金")
    assert fund.division_id == "500110002"


def test_the_area_is_included_minus_excluded(cast: Cast) -> None:
    assert queries.contains(cast.host, "500110")
    assert queries.contains(cast.host, "500110001001")
    assert not queries.contains(cast.host, "500110004")
    assert not queries.contains(cast.host, "500110004001")
    assert not queries.contains(cast.host, "5001")
    assert queries.host_for("500110001001") == cast.host
    assert queries.host_for("500110004001") is None
    assert queries.host_for("5001") is None


def test_of_nested_hosts_the_narrowest_is_found(cast: Cast) -> None:
    city = Host.objects.create(code="H-CQ", name="重庆市慈善总会", uscc="5" * 18, division_id="50")
    assert queries.host_for("500110001001") == cast.host
    assert queries.host_for("500110004001") == city


def test_funds_under_a_division(cast: Cast) -> None:
    fund = open_in(cast)
    assert set(queries.under("500110001")) == {cast.fund, cast.other_fund}
    assert set(queries.under("500110002001")) == {fund}
    assert queries.under("").count() == 4


def test_what_staff_work_for(cast: Cast) -> None:
    fund = open_in(cast)
    assert set(queries.in_scope(cast.admin)) == {cast.general, cast.fund, cast.other_fund, fund}
    assert set(queries.in_scope(cast.coordinator)) == {cast.fund, cast.other_fund}
    assert not queries.in_scope(cast.stranger).exists()
    assert not queries.in_scope(cast.implementer).exists()
    assert list(queries.hosts_in_scope(cast.coordinator)) == [cast.host]
    assert not queries.hosts_in_scope(cast.stranger).exists()


def test_a_restriction_is_opened_once(cast: Cast) -> None:
    one = services.open_restriction(cast.fund, purpose="楼道扶手", by=cast.admin)
    again = services.open_restriction(cast.fund, purpose="楼道扶手", by=cast.admin)
    other = services.open_restriction(cast.fund, purpose="楼道扶手", until=date(2027, 1, 1), by=cast.admin)
    assert one == again != other
    assert Restriction.objects.filter(fund=cast.fund).count() == 3
    with pytest.raises(Refused):
        services.open_restriction(cast.fund, purpose="", by=cast.admin)
    with pytest.raises(Refused):
        services.open_restriction(cast.fund, purpose="别的", by=cast.stranger)


def test_a_suspended_fund_takes_no_gifts_until_resumed(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.suspend_fund(cast.fund, reason="", by=cast.admin)
    fund = services.suspend_fund(cast.fund, reason="换届", by=cast.admin)
    assert not queries.takes_gifts(fund)
    assert services.suspend_fund(fund, reason="换届", by=cast.admin).state == "suspended"
    assert queries.takes_gifts(services.resume_fund(fund, reason="换届完成", by=cast.admin))
    with pytest.raises(Refused):
        services.suspend_fund(fund, reason="好玩", by=cast.stranger)
