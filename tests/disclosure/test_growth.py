"""Pages over many funds ask as many questions for forty funds more."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.disclosure import bodies
from apps.divisions.models import Division
from apps.funds.models import Fund, Host, Restriction
from apps.governance.models import Committee
from tests.cast import OPENED
from tests.disclosure.rooms import World

MANY = 40
PUBLIC = ("/", "/find/", "/d/500110/", "/d/500110001/", "/books/", "/projects/", "/motions/", "/reports/")
STAFF = ("/desk/", "/funds/", "/funds/rules/", "/grants/", "/reports/work/")


def more_funds(host: Host) -> None:
    """Open many more funds, each with its committee and nothing else."""
    for number in range(MANY):
        place, _new = Division.objects.get_or_create(
            code=f"5001100010{number + 10:02d}", defaults={"name": f"第{number}社区居民委员会", "level": 5}
        )
        fund = Fund.objects.create(
            code=f"F-{number:03d}",
            host=host,
            division=place,
            kind="community",
            name=f"第{number}社区慈善基金",
            opened_on=OPENED,
        )
        Restriction.objects.create(code=f"{fund.code}-G", fund=fund, purpose="本基金宗旨", is_general=True)
        Committee.objects.create(fund=fund, formed_on=OPENED, size=5, sized_on=OPENED)


def asked(client: Client, address: str) -> int:
    """Return how many questions a page asks with nothing kept."""
    bodies.forget()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code in {200, 404}, address
    return len(queries)


def test_questions_do_not_grow_with_the_funds(world: World) -> None:
    people = {"admin": world.cast.admin, "finance": world.cast.finance, "coordinator": world.cast.coordinator}
    visits = [(Client(), address, "visitor") for address in PUBLIC]
    for name, user in people.items():
        client = Client()
        client.force_login(user)
        visits += [(client, address, name) for address in STAFF]
    before = [asked(client, address) for client, address, _who in visits]
    more_funds(world.cast.host)
    after = [asked(client, address) for client, address, _who in visits]
    # A first row may bring a question about its kind; forty rows bring no forty.
    grown = {
        f"{who} {address}": (few, many)
        for (_client, address, who), few, many in zip(visits, before, after, strict=True)
        if many > few + 6
    }
    assert grown == {}
