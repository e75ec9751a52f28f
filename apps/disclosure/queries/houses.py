"""A host as the public must be able to see it on every page: who, under which code, with which filed campaign."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.db.models.lookups import Exact, IsNull

from apps.core import clock
from apps.core.compiled import Compiled, Param
from apps.donations.duties import file_by
from apps.donations.models import Campaign
from apps.funds.models import Host

_filing_numbers = Compiled(
    lambda: (
        Campaign.objects.filter(host=Param("host"), starts_on__lte=Param("day"), ends_on__gte=Param("day"))
        # What stands on every page is the plan that is for all of the host's funds, if there is one; a filed one first.
        .order_by(Exact(F("filing_number"), ""), IsNull(F("funds"), True).desc(), "-starts_on", "pk")
        .values_list("filing_number", "starts_on")[:1]
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
    # By when an emergency's plan is to be filed that runs before it has a number, where none other runs.
    file_by: date | None = None


def house_of(host: Host) -> House:
    """Return what pages say about `host`, with the filing number of the campaign that runs today, if one does."""
    number, starts_on = _filing_numbers.first(host=host.pk, day=clock.today()) or ("", None)
    return House(
        code=host.code,
        name=host.name,
        uscc=host.uscc,
        licence=host.licence,
        contact=host.contact,
        address=host.address,
        filing_number=number,
        division=host.division_id,
        file_by=file_by(starts_on) if starts_on is not None and not number else None,
    )


_first_two = Compiled(lambda: Host.objects.all()[:2])


def only_host() -> Host | None:
    """Return the only host of the installation; None when there is none yet, or several."""
    hosts = _first_two.rows()
    return hosts[0] if len(hosts) == 1 else None


def the_house() -> House | None:
    """Return the only host of the installation as pages speak of it; None when there is none yet, or several."""
    host = only_host()
    return house_of(host) if host is not None else None
