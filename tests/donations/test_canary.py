"""Canaries: donors whose names and numbers stand nowhere else, sent in by every way, then looked for in every page that
anyone but finance can reach, every export, message, log, audit row and task."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch

from apps.core import clock, jobs
from apps.core.models import AuditEvent, OutboxMessage
from apps.desk.services import make_calendar_link
from apps.donations import queries, services
from apps.donations.models import Donation, Donor, Invitee, Pledge
from apps.donations.pledging import Due
from apps.donations.services import BatchLine, NewPledge, OfflineGift, record_offline, record_pledge
from apps.donations.services.directed import giving
from apps.finance import services as finance
from apps.finance.models import ExportRun, PlatformFile, StatementLine, StatementUpload
from apps.ledger.models import Entry
from tests.cast import Cast
from tests.donations import canary_ways as ways
from tests.donations.conftest import file_campaign
from tests.donations.directed import house as directed
from tests.donations.test_batches import declare
from tests.donations.test_custody import ask, take
from tests.donations.test_goods import receive
from tests.routes import SIGNED_IN
from tests.test_routes import Route, routes, row_of

pytestmark = [pytest.mark.django_db, pytest.mark.dear]
# The rooms whose pages show gifts: each of their routes with arguments is opened for the gifts made here.
GIVING = ("disclosure:", "donations:", "finance:", "desk:")
NOT_OURS = ("admin:", "account_", "mfa_")
# Those who may see a donor: finance for its host, and the donor by the key in the address of their own pages.
WHO = (None, "admin", "auditor", "coordinator")
ALL = (None, *sorted(SIGNED_IN - {"finance"}))
OWN = (
    "donations:own",
    "donations:my_agreement",
    "donations:my_year",
    "donations:plan",
    "donations:purpose",
    "donations:invited",
)
# Nothing of a donor is in them: rules, motions and what else has rooms of its own.
OF_OTHER_ROOMS = (
    "disclosure:call", "disclosure:compare_rules", "disclosure:minutes", "disclosure:motion", "disclosure:project",
    "disclosure:need", "disclosure:report", "disclosure:rules", "disclosure:seed", "disclosure:succession",
    "desk:open_notice", "donations:withdraw", "donations:retry", "finance:publish_surplus",
    "disclosure:archive", "disclosure:final_account",
)  # fmt: skip
SURNAMES = {"real": "欧阳", "masked": "司马", "anonymous": "诸葛"}
ID_NUMBER = "110101199003079972"


class Canary:
    """A donor of one way and one choice; nobody else has this name, phone or address."""

    def __init__(self, way: str, choice: str, number: int) -> None:
        self.choice, self.name = choice, f"{SURNAMES[choice]}䶮{'甲乙丙丁戊己'[number]}"
        self.contact = (
            f"1390000{number}{len(choice):03d}" if number % 2 else f"canary{number}-{choice}@example.org"
        )
        self.is_named = choice == "real"
        self.consents = frozenset({"publish_name"} if self.is_named else set())
        self.key = f"{way}-{choice}"


class World:
    """Gifts of every way and choice, and what can be reached of them."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.campaign = cast, file_campaign(cast)
        by = {"by": cast.finance}
        self.canaries: list[Canary] = []
        self.offline = [self._offline(canary) for canary in self._of("offline", 0)]
        self.batch = services.book_batch(
            declare(cast, count=3, total=3_00),
            [
                BatchLine(n, 1_00, one.name, one.contact, one.choice, publish_name=one.is_named)
                for n, one in enumerate(self._of("batch", 1), start=2)
            ],
            **by,
        )
        self.goods = [
            receive(
                cast, donor_name=one.name, contact=one.contact, name_choice=one.choice,
                consents=one.consents, campaign=self.campaign,
            )
            for one in self._of("goods", 2)
        ]  # fmt: skip
        self.file = self._platform_file([one for one in self._of("platform", 3) if one.choice != "masked"])
        self.certificate = services.make_certificate(
            self.offline[1], prints_full_name=True, shows_amount=True, by=None
        )
        self.receipt = services.request_receipt(self.offline[1], name="申屠䶮票", by=None)
        self.receipt_of_goods = services.request_receipt(self.goods[2], name="申屠䶮票", by=None)
        pledger = Canary("pledge", "anonymous", 4)
        self.canaries.append(pledger)
        self.pledge = record_pledge(
            NewPledge(
                cast.fund, 50_000, (Due(clock.today() + timedelta(days=9), 50_000),), "other", clock.today(),
                "token-of-the-canarys-pledge", pledger.name, pledger.contact,
            ),
            **by,
        )  # fmt: skip
        services.draw_donation_agreement(self.pledge, name="申屠䶮票", kind="person", **by)
        self.asked = self._directed()
        keeper = Canary("custody", "anonymous", 5)
        self.canaries.append(keeper)
        self.custody = take(cast, principal=keeper.name, contact=keeper.contact, receiver="申屠䶮票")
        ask(cast, self.custody, 50_000, account="申屠䶮票 6228")
        self.deposit = services.deposit_cash(
            cast.host, gifts=[self.offline[0].code], total=8_800, slip="CK-1", day=clock.today(),
            handler="财务小李", token="token-of-the-canarys-cash", **by,
        )  # fmt: skip
        self.box = services.place_box(cast.fund, place="社区服务站", **by)

        bank, staged = Canary("bank", "anonymous", 0), Canary("staged", "anonymous", 1)
        bank.name, staged.name = "澹台䶮银", "澹台䶮台"
        online, monthly = Canary("online", "real", 4), Canary("monthly", "masked", 5)
        self.canaries += [online, monthly, bank, staged]
        ways.monthly(cast, name=monthly.name, contact=monthly.contact)
        self.online = announced = ways.online(cast, name=online.name, contact=online.contact)
        ways.bank_lines(cast, announced, name=bank.name, contact=bank.contact)
        self.quiet = services.make_certificate(announced, prints_full_name=True, shows_amount=False, by=None)
        self.staged = ways.staged_file(cast, name=staged.name, contact=staged.contact)

    def _of(self, way: str, number: int) -> list[Canary]:
        made = [Canary(way, choice, number) for choice in SURNAMES]
        self.canaries += made
        return made

    def _offline(self, one: Canary) -> Donation:
        gift = OfflineGift(
            self.cast.fund, 8_800, "cash", clock.today(), one.key, name=one.name, contact=one.contact,
            name_choice=one.choice, consents=one.consents, dedication=one.name, dedication_kind="to",
            campaign=self.campaign,
        )  # fmt: skip
        return record_offline(gift, by=self.cast.finance)

    def _directed(self) -> Invitee:
        """Somebody whom an appeal asked, who gave in cash; who may see the audience sees them, so they are no canary of
        the administrator's."""
        self.guest = Canary("directed", "masked", 4)
        row = directed.running(self.cast, name=self.guest.name, contact=self.guest.contact)
        received = giving.Received(9_900, "cash", clock.today())
        giving.record_directed(row, received, token="d" * 20, by=self.cast.finance)
        return row

    def _platform_file(self, canaries: list[Canary]) -> PlatformFile:
        """Two good rows and a broken one, each with a phone; the platform adds an ID number, which nobody asked for."""
        day = clock.today() - timedelta(days=1)
        rows = "".join(
            f"P{n},{day},{amount},F-BBT,{one.name},{'公开' if one.is_named else ''},{one.contact},{ID_NUMBER}\n"
            for n, (one, amount) in enumerate([*[(one, "5") for one in canaries], (canaries[1], "x")])
        )
        body = "订单号,支付时间,捐款金额,基金,捐赠人,是否公开,手机,身份证号\n" + rows
        file = finance.keep_platform_file(
            self.cast.host,
            platform="tencent",
            chunks=[body.encode()],
            filename="订单.csv",
            by=self.cast.finance,
        )
        finance.confirm_platform_file(file, by=self.cast.finance)
        finance.book_platform_file(file.code)
        file.refresh_from_db()
        assert (file.new, file.refused) == (2, 1)
        donors = Donor.objects.filter(donations__channel="platform")
        assert {donor.contact for donor in donors} == {one.contact for one in canaries}
        return file

    @property
    def hidden(self) -> list[str]:
        """What must stand nowhere: every contact, and the names without a consent."""
        names = [one.name for one in self.canaries if not one.is_named]
        return [*names, *(one.contact for one in self.canaries), "申屠䶮票", ways.FOR_WHOM, ID_NUMBER]

    def hidden_from(self, who: str | None) -> list[str]:
        """Return what must stand on no page of somebody: whom an appeal asks, the administrator wrote down."""
        asked = [] if who == "admin" else [self.guest.name, self.guest.contact]
        return [*self.hidden, *asked]

    def arguments(self, name: str) -> list[dict[str, Any]] | None:
        """Return with which arguments to open a route whose row in the routes' table has none; None if not known."""
        gifts = [{"code": gift.code} for gift in Donation.objects.all()]
        host = {"host": self.cast.host.code}
        fund, campaign = {"code": self.cast.fund.code}, {"code": self.campaign.code}
        table: dict[str, list[dict[str, Any]]] = {
            "disclosure:campaign": [campaign],
            "disclosure:campaign_gifts": [campaign],
            "disclosure:campaign_goods": [campaign],
            "disclosure:entry": [
                fund | {"entry_id": entry} for entry in Entry.objects.values_list("pk", flat=True)
            ],
            "disclosure:roll": [fund],
            "disclosure:goods": [fund],
            "disclosure:committee": [fund],
            "disclosure:fund_reports": [fund],
            "disclosure:fund_calendar": [fund],
            "disclosure:fund_feed": [fund],
            "disclosure:place_calendar": [{"code": self.cast.fund.division_id}],
            "disclosure:place_feed": [{"code": self.cast.fund.division_id}],
            "disclosure:tiles": [{"code": self.cast.host.division_id}],
            "desk:feed": [{"token": make_calendar_link(by=self.cast.admin)}],
            "donations:done": gifts,
            "donations:transfer": gifts,
            "donations:name": gifts,
            "donations:gift": gifts,
            "donations:correct": gifts,
            "donations:correct_goods": [{"code": gift.code} for gift in self.goods],
            "donations:instruct": gifts,
            "donations:instruct_goods": [{"code": gift.code} for gift in self.goods],
            "donations:instruction_paper": [],
            "donations:answer_purpose": [],
            "donations:answer_paper": [],
            "donations:told_by_hand": [],
            "donations:gift_agreement": gifts,
            "donations:gift_agreement_pdf": gifts,
            "desk:gift": gifts,
            "desk:gift_by_key": [{"key": queries.key_of(gift)} for gift in Donation.objects.all()],
            "donations:poster_file": [fund | {"size": "a4", "kind": "png"}],
            "donations:certificate": [
                {"code": self.certificate.code},
                {"code": self.certificate.number},
                {"code": self.quiet.code},
            ],
            "donations:count_box": [{"code": self.box.code}],
            "donations:sign_count": [{"code": self.box.code}],
            "donations:goods_gift": [{"code": gift.code} for gift in self.goods],
            "donations:goods_receipt": [{"code": gift.code} for gift in self.goods],
            "donations:take_out": [
                {"code": gift.code, "way": way}
                for gift in self.goods
                for way in ("issue", "sell", "write-off")
            ],
            "finance:batch": [host | {"code": self.batch.code}],
            "finance:receipt": [host | {"code": row.code} for row in (self.receipt, self.receipt_of_goods)],
            "finance:line": [host | {"pk": pk} for pk in StatementLine.objects.values_list("pk", flat=True)],
            "finance:preview": [host | {"code": row.code} for row in StatementUpload.objects.all()],
            "finance:platform_file": [host | {"code": row.code} for row in (self.file, self.staged)],
            "finance:platform_errors": [host | {"code": row.code} for row in (self.file, self.staged)],
            "finance:platform_template": [host | {"platform": "tencent"}],
        }
        for page in ("lines", "statements", "upload", "platforms", "batches", "exports", "cash"):
            table[f"finance:{page}"] = [host]
        for page in ("pledge", "pledge_proof", "pledge_agreement", "pledge_agreement_pdf"):
            table[f"donations:{page}"] = [
                {"code": code} for code in Pledge.objects.values_list("code", flat=True)
            ]
        table["donations:custody"] = [{"code": self.custody.code}]
        table["donations:custody_paper"] = [{"code": self.custody.code, "which": "agreement"}]
        table["finance:undo_cash"] = [host | {"code": self.deposit.code}]
        table["donations:donor"] = [{"code": code} for code in Donor.objects.values_list("code", flat=True)]
        table["donations:compare_donors"] = [
            one | {"why": why} for one in table["donations:donor"][:2] for why in ("contact", "name")
        ]
        for page in ("appeal", "audience", "change_appeal", "record_directed"):
            table[f"donations:{page}"] = [{"code": self.asked.appeal.code}]
        table["donations:invitee"] = [{"code": self.asked.code}]
        for page in ("campaign", "campaign_papers", "campaign_reports"):
            table[f"donations:{page}"] = [campaign]
        table["donations:campaign_paper"] = []
        return table.get(name)

    def addresses(self, route: Route) -> Iterator[str]:
        """Yield the addresses to look at; a route that shows gifts must be known here."""
        row = row_of(route.name)
        if not route.kinds or (row is not None and row.args is not None):
            chosen = [dict(row.args or {})] if row is not None else []
        else:
            known = self.arguments(route.name)
            needless = not route.name.startswith(GIVING) or route.name.startswith((*OWN, *OF_OTHER_ROOMS))
            assert known is not None or needless or _takes_posts(route), (
                f"say in tests/donations/test_canary.py with which arguments {route.name} shows a gift"
            )
            chosen = known or []
        for arguments in chosen:
            with contextlib.suppress(NoReverseMatch):
                yield route.address(arguments)


def _takes_posts(route: Route) -> bool:
    row = row_of(route.name)
    return row is not None and row.get == 405


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def test_canaries_show_only_where_their_consent_lets_them(world: World, full: bool) -> None:
    """The full run tries every role at every address; else a role whom the first address of a route shuts out is
    not tried at the others."""
    opened, found = set(), []
    pages = [route for route in routes() if not route.name.startswith(NOT_OURS)]
    looked_at = {route.name: list(world.addresses(route)) for route in pages}
    for who in ALL if full else WHO:
        client = Client(raise_request_exception=False)
        if who is not None:
            client.force_login(getattr(world.cast, who))
        for name, addresses in looked_at.items():
            for address in addresses:
                answer = client.get(address)
                text = b"".join(answer).decode(errors="ignore")
                found += [f"{who} {address}: {word}" for word in world.hidden_from(who) if word in text]
                if who is None and name not in ways.OF_THE_DONOR:
                    found += [f"{address}: {what}" for what in ways.amounts_in(name, text, world.online)]
                if answer.status_code == 200:
                    opened.add(name)
                elif not full:
                    break
    assert not found, "\n".join(found)
    missed = {
        "donations:gift",
        "donations:goods_gift",
        "finance:batch",
        "disclosure:roll",
        "desk:audit",
    } - opened
    assert not missed, f"nobody but finance opened {missed}"


@pytest.mark.parametrize("kind", ExportRun.Kind.values)
def test_an_export_for_others_than_finance_holds_no_canary(world: World, kind: str) -> None:
    words = {"kind": kind, "format": "csv", "first_day": "2026-01-01", "last_day": "2026-12-31"}
    for who in ("auditor", "admin"):
        client = Client()
        client.force_login(getattr(world.cast, who))
        answer = client.post(f"/finance/{world.cast.host.code}/export/", words)
        assert answer.status_code == 200
        text = b"".join(answer).decode(errors="ignore")
        assert [word for word in world.hidden if word in text] == []


def test_trail_messages_logs_and_tasks_hold_no_canary(
    cast: Cast, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    kicked: list[Any] = []
    monkeypatch.setattr(jobs, "kick", lambda *words, **named: kicked.append((words, named)))
    with caplog.at_level("DEBUG"):
        world = World(cast)
    # Not even a name that may be published belongs here.
    words = [*world.hidden_from(None), *(one.name for one in world.canaries)]
    trail = str(list(AuditEvent.objects.values_list("facts", "subject_code")))
    # The trail is for staff, who see every amount in the books.
    assert not [word for word in ways.AMOUNTS if word in _ours(caplog) + str(kicked)]
    for place, text in {"trail": trail, "logs": _ours(caplog), "tasks": str(kicked)}.items():
        assert [word for word in words if word in text] == [], place
    # A letter speaks of its addressee and of nobody else.
    letters = list(OutboxMessage.objects.all())
    assert letters
    for letter in letters:
        others = {*ways.AMOUNTS} if letter.address != world.online.donor.contact else set()
        others |= {
            word
            for one in [*world.canaries, world.guest]
            if one.contact != letter.address
            for word in (one.name, one.contact)
        }
        assert not [
            word for word in others if word in letter.subject + letter.body + letter.path + letter.key
        ]


def _ours(caplog: pytest.LogCaptureFixture) -> str:
    """What the program wrote, without the database's statements, which are written in debugging only."""
    return "\n".join(row.getMessage() for row in caplog.records if not row.name.startswith("django.db"))


def test_those_who_let_their_name_show_are_named(world: World) -> None:
    fund = world.cast.fund.code
    page = "".join(Client().get(f"/f/{fund}/{part}/").content.decode() for part in ("roll", "goods"))
    assert [one.name for one in world.canaries if one.is_named and one.name not in page] == []
    # Nor do bank lines and rows lie anywhere in plain.
    plain = ways.as_it_lies()
    assert [word for word in world.hidden if word in plain] == []
    client = Client()
    client.force_login(world.cast.finance)
    gift = world.offline[2]
    assert gift.donor.name in client.get(f"/gifts/{gift.code}/").content.decode()
