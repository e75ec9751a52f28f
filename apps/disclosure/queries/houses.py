"""A host as the public must be able to see it on every page: who, under which code, with which filed campaign."""

from dataclasses import dataclass

from django.db.models import F
from django.db.models.lookups import IsNull

from apps.core import clock
from apps.core.compiled import Compiled, Param
from apps.donations.models import Campaign
from apps.funds.models import Host

_filing_numbers = Compiled(
    lambda: (
        Campaign.objects.filter(host=Param("host"), starts_on__lte=Param("day"), ends_on__gte=Param("day"))
        # What stands on every page is the plan that is for all of the host's funds, if there is one.
        .order_by(IsNull(F("funds"), True).desc(), "-starts_on", "pk")
        .values_list("filing_number", flat=True)[:1]
    )
)


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
    filing = _filing_numbers.first(host=host.pk, day=clock.today())
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
