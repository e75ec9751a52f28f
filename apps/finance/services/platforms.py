"""Files of designated platforms: kept, staged with all their faults, then booked in sets."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs
from apps.core.codes import new_code
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import services as donations
from apps.donations.models import Campaign
from apps.finance import permissions, queries
from apps.finance.models import PlatformColumns, PlatformFile, PlatformPiece, PlatformRow, PlatformWords
from apps.finance.rules.pieces import MAX_BYTES
from apps.finance.rules.platform_titles import FIELDS, PLATFORMS
from apps.finance.rules.statements import plain_text
from apps.finance.services.staging import stage
from apps.funds.models import Fund, Host
from apps.users.models import User

KEPT = timedelta(days=1)
PIECE = 256 * 1024
SET = 500
State = PlatformFile.State


@verb
def keep_platform_file(
    host: Host, *, platform: str, chunks: Iterable[bytes], filename: str, by: User
) -> PlatformFile:
    """Keep a platform's file in pieces and stage its rows; a file that was seen before is the one there is.

    Raises `Refused` for a file that is empty, too large or cannot be read.
    """
    permissions.may_reconcile(by, host).require()
    if platform not in PLATFORMS:
        raise Refused(_("请选一个平台。"), "platform")
    now = clock.now()
    file = PlatformFile(
        code=new_code("", 16),
        host=host,
        platform=platform,
        filename=plain_text(filename, 200),
        columns=queries.columns_of(host, platform),
        uploaded_at=now,
        uploaded_by_id=by.pk,
    )
    digest, size = hashlib.sha256(), 0
    with transaction.atomic():
        # The row is there before its pieces; its hash follows.
        file.sha256 = file.code
        file.save()
        for number, body in enumerate(_cut(chunks)):
            size += len(body)
            if size > MAX_BYTES:
                raise Refused(_("文件超过 40 MB，请分开导出再传。"), "file")
            digest.update(body)
            piece = PlatformPiece(file=file, number=number)
            piece.body = body
            piece.save()
        known = PlatformFile.objects.filter(host=host, platform=platform, sha256=digest.hexdigest()).first()
        if known is not None:
            file.delete()
            return known
        file.sha256 = digest.hexdigest()
        file.save(update_fields=["sha256"])
    return stage(file)


def _cut(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """Yield bytes in pieces of one size, however they came."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        while len(rest) >= PIECE:
            yield rest[:PIECE]
            rest = rest[PIECE:]
    if rest:
        yield rest


def _forget() -> None:
    """Let go of the rows and pieces of files a day old: personal data stays no longer than it is needed."""
    old = PlatformFile.objects.filter(uploaded_at__lt=clock.now() - KEPT)
    old.filter(state=State.STAGED).delete()
    booked = old.filter(state=State.BOOKED)
    PlatformPiece.objects.filter(file__in=booked).delete()
    PlatformRow.objects.filter(file__in=booked).delete()
    PlatformWords.objects.filter(file__in=booked).delete()


@verb
def read_platform_file(
    file: PlatformFile,
    *,
    encoding: str,
    columns: Mapping[str, str],
    fund: Fund | None,
    campaign: Campaign | None,
    by: User,
) -> PlatformFile:
    """Read a staged file again with another encoding, other columns, a fund for rows that name none, or a campaign.

    The columns are remembered for the host. Raises `Refused`; then nothing is changed.
    """
    file = _lock(file)
    permissions.may_reconcile(by, file.host).require()
    if file.state != State.STAGED:
        raise Refused(_("这个文件已经确认，不能再改。"))
    if fund is not None and fund.host_id != file.host_id:
        raise Refused(_("请选本会的基金。"), "fund")
    if campaign is not None and campaign.host_id != file.host_id:
        raise Refused(_("请选本会的募捐活动。"), "campaign")
    file.columns = {field: title for field, title in columns.items() if field in FIELDS and title}
    file.encoding, file.fund, file.campaign = encoding, fund, campaign
    PlatformColumns.objects.update_or_create(
        host=file.host, platform=file.platform, defaults={"columns": file.columns}
    )
    return stage(file)


@verb
def confirm_platform_file(file: PlatformFile, *, by: User) -> PlatformFile:
    """Let the new rows of a staged file be booked by a worker; refused rows stay out. Confirming twice is once."""
    file = _lock(file)
    permissions.may_reconcile(by, file.host).require()
    if file.state != State.STAGED:
        return file
    if not file.new:
        raise Refused(_("这个文件里没有可以入账的新订单。"))
    file.state, file.confirmed_by_id = State.BOOKING.value, by.pk
    file.save(update_fields=["state", "confirmed_by_id"])
    audit.record(by, "confirm_platform_file", file, host=file.host.code, new=file.new, refused=file.refused)
    jobs.kick("finance.book_platform_file", file.code)
    return file


def book_platform_file(code: str) -> None:
    """Book all that a confirmed file still has, set by set; each set is in the books before the next begins."""
    file = PlatformFile.objects.filter(code=code, state=State.BOOKING).first()
    while file is not None and file.state == State.BOOKING:
        file = book_next_set(file)


def book_platform_files() -> None:
    """Carry on with what a lost kick or a stopped worker left behind, and let go of what is a day old."""
    for code in PlatformFile.objects.filter(state=State.BOOKING).values_list("code", flat=True):
        book_platform_file(code)
    _forget()


@verb
def book_next_set(file: PlatformFile) -> PlatformFile:
    """Book the next rows of a confirmed file and return it; without any left it is booked."""
    file = _lock(file)
    if file.state != State.BOOKING:
        return file
    rows = list(
        file.rows.filter(state=PlatformRow.State.READY).select_related("fund__host").order_by("number")[:SET]
    )
    if rows:
        words = queries.Words(file)
        orders = {row.pk: _order(row, words.of(row.number)) for row in rows}
        _book(file, orders, User.objects.filter(pk=file.confirmed_by_id or 0).first())
        return file
    booked = PlatformRow.State.BOOKED
    sums = queries.tally(file, state=booked)
    file.new, file.refused, file.gross, file.fee = sums["new"], sums["refused"], sums["gross"], sums["fee"]
    file.state, file.booked_at = State.BOOKED.value, clock.now()
    file.save()
    # They live on as gifts.
    file.rows.exclude(state=PlatformRow.State.REFUSED).delete()
    return file


def _book(file: PlatformFile, orders: dict[int, donations.PlatformOrder], by: User | None) -> None:
    """Book a set of orders by their rows' keys; when it is refused, its halves, until the row that is refused stands
    alone with the reason."""
    try:
        donations.record_platform_gifts(
            file.host,
            list(orders.values()),
            platform=file.platform,
            campaign=file.campaign,
            by=by,
        )
    except (Refused, donations.Unbookable, IntegrityError) as error:
        if len(orders) > 1:
            pairs = list(orders.items())
            middle = len(pairs) // 2
            _book(file, dict(pairs[:middle]), by)
            _book(file, dict(pairs[middle:]), by)
            return
        field = donations.column_of(getattr(error, "field", ""))
        reason = str(error) if isinstance(error, Refused) else _("这一行入不了账，请联系管理员。")
        PlatformRow.objects.filter(pk__in=orders).update(
            state=PlatformRow.State.REFUSED, field=field if field in FIELDS else "", reason=reason[:300]
        )
        return
    PlatformRow.objects.filter(pk__in=orders).update(state=PlatformRow.State.BOOKED)


def _order(row: PlatformRow, said: queries.Said) -> donations.PlatformOrder:
    if row.fund is None or row.day is None or row.amount is None:
        raise AssertionError("a row that is ready has a fund, a day and an amount")
    return donations.PlatformOrder(
        number=row.order_number,
        fund=row.fund,
        amount=row.amount,
        day=row.day,
        fee=row.fee,
        name=said.name,
        is_public=row.is_public,
        shows_amount=row.shows_amount,
        message=said.message,
        restriction=row.restriction if row.restriction and not row.wish else None,
        wish=row.wish,
        dedication=said.dedication,
        guardian_agreed=row.guardian_agreed,
        contact=said.contact,
    )


def _lock(file: PlatformFile) -> PlatformFile:
    rows = PlatformFile.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("host", "fund", "campaign").get(pk=file.pk)
