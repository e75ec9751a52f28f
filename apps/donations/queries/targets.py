"""What an address of giving stands for: a fund, one of its purposes, a campaign, a project or a need."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.core import clock
from apps.divisions.models import Division
from apps.donations.models import Campaign
from apps.donations.queries.campaigns import funds_of
from apps.donations.queries.gifts import campaign_for, is_open_for
from apps.donations.queries.wishes import Wish, wish_of
from apps.funds.models import Fund, Host, Restriction
from apps.funds.queries import takes_gifts

# How many digits the code of a town has.
TOWN = 9


@dataclass(frozen=True, slots=True)
class Target:
    """Where gifts of an address go; `fund` is None while a campaign of several funds waits for a choice."""

    code: str
    name: str
    host: Host
    fund: Fund | None = None
    restriction: Restriction | None = None
    campaign: Campaign | None = None
    wish: Wish | None = None

    @property
    def filed(self) -> Campaign | None:
        """The filed plan in date under which gifts may be asked for here now, or None."""
        today = clock.today()
        if self.wish is not None and not self.wish.is_open:
            return None
        if self.fund is None:
            row = self.campaign
            return row if row is not None and row.starts_on <= today <= row.ends_on else None
        if self.restriction is not None and self.restriction.until and self.restriction.until < today:
            return None
        if self.campaign is not None:
            return self.campaign if is_open_for(self.campaign, self.fund) else None
        return campaign_for(self.fund)


def target_of(code: str, *, fund: str = "") -> Target | None:
    """Return what `code` stands for, or None. `fund` is the choice among a campaign's funds."""
    found = Fund.objects.select_related("host", "division").filter(code=code).first()
    if found is not None:
        return Target(code, found.name, found.host, found)
    purpose = Restriction.objects.select_related("fund__host", "fund__division").filter(code=code).first()
    if purpose is not None:
        name = purpose.fund.name if purpose.is_general else f"{purpose.fund.name} · {purpose.purpose}"
        return Target(code, name, purpose.fund.host, purpose.fund, purpose)
    campaign = Campaign.objects.select_related("host").filter(code=code).first()
    if campaign is None:
        return _wished(code)
    offered = open_funds(campaign)
    chosen = offered[0] if len(offered) == 1 else next((row for row in offered if row.code == fund), None)
    return Target(code, campaign.name, campaign.host, chosen, campaign=campaign)


def _wished(code: str) -> Target | None:
    wish = wish_of(code)
    if wish is None:
        return None
    return Target(code, wish.name, wish.fund.host, wish.fund, wish.restriction, wish=wish)


def funds_by_town(funds: Iterable[Fund]) -> list[tuple[str, list[Fund]]]:
    """Return funds under the names of their towns, those of the district and above in front, without a name."""
    found: dict[str, list[Fund]] = {}
    for fund in funds:
        code = fund.division_id
        found.setdefault(code[:TOWN] if len(code) >= TOWN else "", []).append(fund)
    names = dict(Division.objects.filter(code__in=found).values_list("code", "name"))
    return [(names.get(code, ""), rows) for code, rows in sorted(found.items())]


def open_funds(campaign: Campaign) -> list[Fund]:
    """Return the funds of a campaign that take gifts now."""
    return [row for row in funds_of(campaign) if takes_gifts(row)]
