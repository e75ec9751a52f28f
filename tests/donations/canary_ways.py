"""More ways by which the canaries of `test_canary` come in: online, monthly, on a bank line, in a staged file."""

import re
from datetime import timedelta

from apps.core import clock
from apps.core.sealing import seal
from apps.donations import services
from apps.donations.models import Donation, GivingPlan
from apps.donations.services.donors import new_donor
from apps.donations.services.giving import Shown
from apps.finance import services as finance
from apps.finance.models import (
    PlatformFile,
    PlatformPiece,
    PlatformRow,
    PlatformWords,
    StatementLine,
    StatementUpload,
)
from tests.cast import Cast

# For whom gifts are given whose donors want nobody to read it.
FOR_WHOM = "澹台䶮献"
# How an amount is written that its donor does not let the public see.
AMOUNTS = ("7,777.77", "7777.77", "777777")
# Pages whose address is the donor's key, and the books: there every fen stands, and no name beside a hidden amount.
OF_THE_DONOR = ("desk:gift_by_key",)
BOOKS = ("disclosure:fund", "disclosure:book", "disclosure:entry")
ROW = re.compile(r"<(?:tr|li|dl|section)\b")


def amounts_in(page: str, text: str, gift: Donation) -> list[str]:
    """Return where a page that everyone reads tells a hidden amount: anywhere but in the books, and there beside what
    leads to its donor."""
    told = [part for part in ROW.split(text) if any(word in part for word in AMOUNTS)]
    if page not in BOOKS:
        return told
    known = (gift.public_name, gift.donor.name, gift.code, gift.donor.code, gift.reference)
    return [part for part in told if any(word in part for word in known)]


def online(cast: Cast, *, name: str, contact: str) -> Donation:
    """A gift begun on the public page, whose donor shows the name but neither the amount nor for whom it is."""
    return services.start_gift(
        cast.fund, amount=7_777_77, channel="bank", name_choice="real", form_token="canary-online-gift", name=name,
        contact=contact, shown=Shown(dedication=FOR_WHOM, dedication_kind="to"), consents=frozenset({"publish_name"}),
    )  # fmt: skip


def monthly(cast: Cast, *, name: str, contact: str) -> GivingPlan:
    """A monthly gift by reminders, with a dedication that is not for the public."""
    donor = new_donor(name=name, contact=contact, kind="person", user_id=None, now=clock.now())
    donor.save()
    return GivingPlan.objects.create(
        code="M-CANARY", host=cast.host, fund=cast.fund, restriction=cast.restriction, donor=donor, rail="reminder",
        state="active", amount=100, day=1, name_choice="masked", public_name="司马**", dedication_kind="to",
        dedication_sealed=seal(FOR_WHOM, context="plan:M-CANARY:dedication"), started_at=clock.now(),
        next_on=clock.today(),
    )  # fmt: skip


def bank_lines(cast: Cast, announced: Donation, *, name: str, contact: str) -> None:
    """A file that is still looked at, and its lines: one books an announced gift, one is of somebody nobody knows."""
    day = clock.today() - timedelta(days=1)
    text = (
        "日期,金额,对方户名,摘要,流水号\n"
        f"{day},7777.77,{name},{announced.reference},C1\n"
        f"{day},55.00,{name},给{FOR_WHOM} {contact},C2\n"
    )
    finance.keep_upload(cast.host, body=text.encode(), filename="流水.csv", by=cast.finance)
    finance.import_statement(cast.host, body=text.encode(), filename="流水.csv", by=cast.finance)
    finance.match_lines(cast.host, by=cast.finance)
    announced.refresh_from_db()
    assert announced.state == "booked"


def staged_file(cast: Cast, *, name: str, contact: str) -> PlatformFile:
    """A platform's file that nobody confirmed yet: a good row and a broken one."""
    day = clock.today() - timedelta(days=1)
    text = (
        "订单号,支付时间,捐款金额,基金,捐赠人,留言,献给谁,联系方式\n"
        f"S1,{day},5,F-BBT,{name},{contact},{FOR_WHOM},{contact}\nS2,x,5,F-BBT,{name},,{FOR_WHOM},{contact}\n"
    )
    file = finance.keep_platform_file(
        cast.host, platform="other", chunks=[text.encode()], filename="x", by=cast.finance
    )
    assert (file.new, file.refused) == (1, 1)
    return file


def as_it_lies() -> str:
    """Return everything that bank lines, files and monthly gifts hold in the database."""
    kept = [*StatementLine.objects.values(), *PlatformRow.objects.values(), *PlatformWords.objects.values()]
    kept += [*StatementUpload.objects.values(), *PlatformPiece.objects.values(), *GivingPlan.objects.values()]
    return "".join(
        bytes(value).decode(errors="ignore") if isinstance(value, bytes | memoryview) else str(value)
        for row in kept
        for value in row.values()
    )
