"""A campaign as everyone may see it: its money, what was published, and how its plan changed."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from apps.core import money
from apps.donations.models import Campaign, CampaignVersion
from apps.donations.queries import Raised, raised_by_fund
from apps.funds.models import Fund
from apps.ledger import queries as ledger
from apps.ledger.rules import Flow


@dataclass(frozen=True)
class BookOfCampaign:
    """What a campaign brought a fund, and what the fund spent and has, in fen; a fund's money is one book."""

    raised: Raised
    used: int
    now: int


@dataclass(frozen=True)
class Changed:
    """One field of a plan before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class PlanVersion:
    """One version of a plan with what it changed."""

    number: int
    decided_on: date
    filed_on: date | None
    reason: str
    changes: tuple[Changed, ...]


def books_of(campaign: Campaign) -> list[BookOfCampaign]:
    """Return the funds that a campaign brought money, each with its book's spending and balance."""
    host = campaign.host.code
    rows = raised_by_fund(campaign)
    balances = ledger.fund_balances([row.fund.code for row in rows], host=host)
    return [
        BookOfCampaign(
            row,
            used=-ledger.flows(row.fund.code, host=host).get(Flow.SPENT.value, 0),
            now=balances.get(row.fund.code, 0),
        )
        for row in rows
    ]


def versions_of(campaign: Campaign) -> list[PlanVersion]:
    """Return the versions of a plan, the newest first, each with what changed against the one before."""
    found = []
    before: dict[str, Any] = {}
    names = _fund_names(campaign)
    for row in campaign.versions.order_by("number"):
        found.append(_version(row, before, names))
        before = row.content
    return found[::-1]


def _version(row: CampaignVersion, before: dict[str, Any], funds: dict[str, str]) -> PlanVersion:
    changes = [
        Changed(
            _label(name),
            _written(before.get(name), name, funds),
            _written(row.content.get(name), name, funds),
        )
        for name in row.changed
    ]
    return PlanVersion(row.number, row.decided_on, row.filed_on, row.reason, tuple(changes))


@cache
def _fields() -> dict[str, Any]:
    return {field.name: field for field in Campaign._meta.get_fields() if hasattr(field, "verbose_name")}


def _label(name: str) -> str:
    return _("募捐的基金") if name == "funds" else str(_fields()[name].verbose_name)


def _written(value: Any, name: str, funds: dict[str, str]) -> str:
    """Write one value of a plan for readers."""
    if name == "funds":
        codes = value or []
        return _("、").join(funds.get(code, code) for code in codes) or _("慈善会的所有基金")
    if name == "expected":
        return money.written(int(value)) if value else ""
    if name == "partner_kind":
        return str(Campaign.PartnerKind(value).label) if value else _("没有合作方")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value or "")


def _fund_names(campaign: Campaign) -> dict[str, str]:
    return dict(Fund.objects.filter(host=campaign.host_id).values_list("code", "name"))
