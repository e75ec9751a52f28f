"""A host as the public must be able to see it on every page: who, under which code, with which filed campaign."""

from dataclasses import dataclass

from apps.core import clock
from apps.donations.models import Campaign
from apps.funds.models import Host


@dataclass(frozen=True)
class House:
    """What the header and the legal block say about a host."""

    code: str
    name: str
    uscc: str
    licence: str
    contact: str
    address: str
    filing_number: str
    division: str


def house_of(host: Host) -> House:
    """Return what pages say about `host`, with the filing number of the campaign that runs today, if one does."""
    today = clock.today()
    filing = (
        Campaign.objects.filter(host=host, starts_on__lte=today, ends_on__gte=today)
        .order_by("-starts_on")
        .values_list("filing_number", flat=True)
        .first()
    )
    return House(
        code=host.code,
        name=host.name,
        uscc=host.uscc,
        licence=host.licence,
        contact=host.contact,
        address=host.address,
        filing_number=filing or "",
        division=host.division_id,
    )


def the_house() -> House | None:
    """Return the only host of the installation; None when there is none yet, or several."""
    hosts = list(Host.objects.all()[:2])
    return house_of(hosts[0]) if len(hosts) == 1 else None
