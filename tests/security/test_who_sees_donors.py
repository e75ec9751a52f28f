"""A donor's own name stays with finance of the host that was given to."""

from datetime import date

import pytest
from django.test import Client

from apps.core import clock
from apps.donations.models import Campaign, Donation, ProviderEvent
from apps.donations.services import OfflineGift, record_offline, start_gift
from apps.funds.models import Fund, Host, Restriction
from apps.governance.models import Committee, Seat
from apps.users.models import Role, User
from tests.cast import OPENED, Cast, person
from tests.donations.conftest import file_campaign

NAME, CONTACT = "慕容不想公开", "13800001111"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def gift(cast: Cast) -> Donation:
    return record_offline(
        OfflineGift(
            cast.fund, 5_000, "bank", clock.today(), "k1", name=NAME, contact=CONTACT, name_choice="anonymous"
        ),
        by=cast.finance,
    )


def test_only_finance_reads_a_donors_name(cast: Cast, gift: Donation) -> None:
    address = f"/gifts/{gift.code}/"
    page = as_(cast.finance).get(address).content.decode()
    assert NAME in page and CONTACT in page
    for reader in (cast.auditor, cast.admin):
        answer = as_(reader).get(address)
        assert answer.status_code == 200
        assert NAME not in answer.content.decode() and CONTACT not in answer.content.decode()


def test_the_trail_does_not_tell_that_an_officer_gave(cast: Cast) -> None:
    campaign = file_campaign(cast)
    committee = Committee.objects.create(fund=cast.fund, appointed_by="", formed_on=OPENED)
    day = clock.today()
    Seat.objects.create(
        committee=committee, user=cast.chair, office="chair", kind="resident", from_day=day, until_day=day
    )
    assert campaign.pk
    start_gift(
        cast.fund,
        amount=100,
        channel="bank",
        name_choice="anonymous",
        form_token="a" * 20,
        by=cast.chair,
    )
    page = as_(cast.auditor).get("/desk/audit/?verb=start_gift").content.decode()
    assert cast.fund.code in page
    assert cast.chair.name not in page.split("<main", 1)[1]


@pytest.fixture
def neighbour(cast: Cast) -> tuple[Host, User]:
    """Another host of the installation and its finance."""
    host = Host.objects.create(
        code="H-NB", name="邻区慈善会", uscc="53500000MJP0000001", division_id="500110004", contact="-"
    )
    fund = Fund.objects.create(
        code="F-NB", host=host, division_id="500110004", kind="town", name="邻镇基金", opened_on=OPENED
    )
    Restriction.objects.create(code="F-NB-G", fund=fund, purpose="公益", is_general=True)
    user = person("邻财务", "finance@nb.test")
    Role.objects.create(user=user, kind="finance", scope_kind="host", scope_code="H-NB", valid_from=OPENED)
    return host, user


def test_a_parked_event_about_a_gift_is_its_own_hosts_business(
    cast: Cast, gift: Donation, neighbour: tuple[Host, User]
) -> None:
    Donation.objects.filter(pk=gift.pk).update(channel="stripe", session_id="cs_1")
    theirs = ProviderEvent.objects.create(
        provider="stripe",
        event_id="evt_1",
        kind="checkout.session.completed",
        object_id="cs_1",
        state="parked",
        reason=f"about {gift.code}",
        received_at=clock.now(),
    )
    assert gift.code in as_(cast.finance).get("/gifts/parked/").content.decode()
    stranger = as_(neighbour[1])
    assert gift.code not in stranger.get("/gifts/parked/").content.decode()
    assert stranger.post(f"/gifts/parked/{theirs.pk}/retry/").status_code == 404
    assert ProviderEvent.objects.get().state == "parked"
    assert stranger.get(f"/gifts/{gift.code}/").status_code == 404


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1900, 1, 1), date(2004, 12, 31), date(9999, 12, 31)])
def test_no_day_of_a_gift_breaks_the_form(cast: Cast, day: date) -> None:
    words = {
        "fund": cast.fund.pk,
        "channel": "cash",
        "amount": "5",
        "again": "5",
        "day": day.isoformat(),
        "name_choice": "anonymous",
        "token": "a" * 20,
    }
    answer = as_(cast.finance).post("/gifts/record/", words)
    assert answer.status_code == 422 and "到账日期" in answer.content.decode()
    assert not Donation.objects.exists() and not Campaign.objects.exists()
