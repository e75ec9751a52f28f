"""What a platform's file says and how far it is."""

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import count, islice
from typing import NamedTuple

from django.db.models import Count, F, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.core.sheets import Cell
from apps.donations.models import Campaign
from apps.finance.models import BankMatch, PlatformColumns, PlatformFile, PlatformRow
from apps.finance.rules.pieces import Rows, Source, open_pieces
from apps.finance.rules.platform_titles import FIELDS, PLATFORMS
from apps.finance.rules.platforms import Layout, lay_out
from apps.finance.rules.sheets import clean_cell
from apps.funds.models import Fund, Host

CHUNK = 2000


def platform_files(host: Host) -> QuerySet[PlatformFile]:
    """Return a host's files, newest first."""
    return PlatformFile.objects.filter(host=host).select_related("fund", "campaign").order_by("-pk")


def columns_of(host: Host, platform: str) -> dict[str, str]:
    """Return the titles under which a host reads a platform's files, beside the template's."""
    found = PlatformColumns.objects.filter(host=host, platform=platform).first()
    return dict(found.columns) if found else {}


def campaigns_on(host: Host, platform: str) -> list[Campaign]:
    """Return a host's campaigns, those that name the platform first."""
    name = str(PLATFORMS[platform].name)
    rows = Campaign.objects.filter(host=host).order_by("-starts_on", "-pk")
    return sorted(rows, key=lambda row: name not in row.platform)


def open_file(file: PlatformFile, *, encoding: str = "") -> Source:
    """Return a kept file's rows. Raises `Refused` for what cannot be read."""

    def pieces() -> Iterator[bytes]:
        # One at a time and no cursor that a refusal would leave open.
        for number in count():
            piece = file.pieces.filter(number=number).first()
            if piece is None:
                return
            yield piece.body

    def knows(row: list[str]) -> bool:
        layout = lay_out([row], file.platform, file.columns)
        return layout is not None and len(layout.places) > 1

    return open_pieces(pieces, chosen=encoding, knows=knows)


def layout_of(file: PlatformFile, source: Source) -> Layout | None:
    """Return where a file's columns stand."""
    return lay_out(source.head(), file.platform, file.columns)


def below(source: Source, layout: Layout) -> Rows:
    """Yield the rows below the header."""
    return islice(source.rows(), layout.row + 1, None)


def tally(file: PlatformFile, *, state: str = PlatformRow.State.READY.value) -> dict[str, int]:
    """Return how many rows are new (those of `state`), known and refused, and the fen of the new ones."""
    rows = file.rows.values("state").order_by("state")
    sums = rows.annotate(n=Count("pk"), gross=Sum("amount", default=0), fees=Sum("fee", default=0))
    of = {row["state"]: (row["n"], row["gross"], row["fees"]) for row in sums}
    new, gross, fee = of.get(state, (0, 0, 0))
    known, refused = (of[kind][0] if kind in of else 0 for kind in ("known", "refused"))
    return {"new": new, "known": known, "refused": refused, "gross": gross, "fee": fee}


def by_fund(file: PlatformFile) -> list[tuple[Fund, int, int]]:
    """Return to which funds a file's new rows go: fund, rows, fen."""
    rows = file.rows.filter(state=PlatformRow.State.READY).values_list("fund")
    found = {pk: (n, fen) for pk, n, fen in rows.annotate(n=Count("pk"), fen=Sum("amount")).order_by("fund")}
    return [(fund, *found[fund.pk]) for fund in Fund.objects.filter(pk__in=found).order_by("name")]


class Said(NamedTuple):
    """What a row says of its donor; `reason` is why it is refused where that quotes the row; `contact` is
    there only in files that give any."""

    name: str = ""
    message: str = ""
    dedication: str = ""
    purpose: str = ""
    reason: str = ""
    contact: str = ""


class Words:
    """What the rows of a file say of their donors, some thousand rows opened at a time; for the host's finance only."""

    def __init__(self, file: PlatformFile) -> None:
        self.file = file
        self.firsts = list(file.words.order_by("first").values_list("first", flat=True))
        self.first, self.opened = 0, dict[int, Said]()

    def of(self, number: int) -> Said:
        """Return the words of a row by its number in the file; empty when it said none or they are let go."""
        place = bisect_right(self.firsts, number)
        if not place:
            return Said()
        if self.firsts[place - 1] != self.first:
            self.first = self.firsts[place - 1]
            chunk = self.file.words.filter(first=self.first).first()
            numbers, *said = json.loads(chunk.words) if chunk is not None else [[]]
            self.opened = dict(zip(numbers, map(Said, *said), strict=True)) if said else {}
        return self.opened.get(number) or Said()


def sentence(row: PlatformRow, words: Words) -> str:
    """Return why a row is refused, naming the row and the field."""
    return _("第 %(row)d 行“%(field)s”：%(reason)s") % {
        "row": row.number,
        "field": FIELDS.get(row.field, _("整行")),
        "reason": row.reason or words.of(row.number).reason,
    }


def refused_rows(file: PlatformFile) -> Iterator[list[Cell]]:
    """Yield the file's own titles and refused rows, each with its reason, to be mended and sent again."""
    source = open_file(file, encoding=file.encoding)
    layout = layout_of(file, source)
    if layout is None:
        return
    yield [*layout.titles, _("没有入账的原因")]
    faults = file.rows.filter(state=PlatformRow.State.REFUSED).order_by("number").iterator(chunk_size=CHUNK)
    words, wanted = Words(file), next(faults, None)
    for number, row in below(source, layout):
        if wanted is None:
            return
        if number == wanted.number:
            width = len(layout.titles)
            cells = [clean_cell(cell) for cell in row[:width]]
            yield [*cells, *[""] * (width - len(cells)), sentence(wanted, words)]
            wanted = next(faults, None)


def unpaid_files(host: Host) -> list[PlatformFile]:
    """Return booked files whose net sum no payout of their platform has brought yet, oldest first."""
    rows = PlatformFile.objects.filter(host=host, state=PlatformFile.State.BOOKED, gross__gt=F("fee"))
    paid = Counter(
        (code.partition(":")[0], amount)
        for code, amount in BankMatch.objects.filter(
            host=host, subject_kind=BankMatch.Subject.PLATFORM
        ).values_list("subject_code", "line__amount")
    )
    found = []
    for file in rows.order_by("booked_at", "pk"):
        if paid[file.platform, file.net]:
            paid[file.platform, file.net] -= 1
        else:
            found.append(file)
    return found
