"""Whole lists of gifts: how many and how much is declared first; then all lines are booked, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, money
from apps.core.codes import new_code
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, rules
from apps.donations.dedications import read_dedication
from apps.donations.models import BatchGift, Campaign, Consent, Donor, GiftBatch
from apps.donations.services.donors import clean_identity
from apps.donations.services.offline import (
    OfflineGift,
    check_arrival_day,
    check_campaigns,
    record_many,
)
from apps.donations.services.purposes import Purposes, column_of
from apps.donations.states import BatchKind, BatchState, Channel, NameChoice
from apps.funds.models import Fund
from apps.funds.queries import gifts_refused, takes_gifts
from apps.users.models import User

MOST_LINES, MOST_FAULTS = 2_000, 50
WAYS = (Channel.BANK.value, Channel.CASH.value)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One gift of a list; `row` is where it stands in what was pasted or in the file. The amount is fen."""

    row: int
    amount: int
    name: str = ""
    contact: str = ""
    name_choice: str = NameChoice.ANONYMOUS.value
    is_organisation: bool = False
    message: str = ""
    publish_name: bool = False
    publish_amount: bool = False
    # A purpose of the fund by its words or code, or a project or need by its code.
    purpose: str = ""
    # For whom, or 以某人的名义.
    dedication: str = ""
    publish_dedication: bool = False
    # A child under 14 whose guardian agreed on paper (PIPL, article 31).
    guardian_agreed: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row, in a sentence; `field` is the column's name in the code."""

    row: int
    field: str
    words: str


class ListRefused(Refused):
    """A list that cannot be booked, with every row's fault."""

    def __init__(self, reason: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(reason, "lines")
        self.faults = tuple(faults)


@verb
def declare_batch(
    fund: Fund,
    *,
    kind: str,
    name: str,
    channel: str,
    day: date,
    count: int,
    total: int,
    token: str,
    campaign: Campaign | None = None,
    by: User | None,
) -> GiftBatch:
    """Declare a list before it is read: how many gifts, and how much (fen) was counted or transferred in all.

    An employer's collective gift (集体捐赠) is one transfer, so its total is what arrived. All of it counts for the
    campaign that is named. The same form declares one list. Raises `Refused` naming the field.
    """
    permissions.may_handle_money(by, fund.host).require()
    key = rules.gift_key(
        token, fund.code, kind, name, channel, day, count, total, campaign.code if campaign else ""
    )
    known = GiftBatch.objects.filter(form_token=key).select_related("fund", "host").first()
    if known is not None:
        return known
    if kind not in BatchKind.values:
        raise Refused(_("请选择是活动现场的捐款还是单位的集体捐赠。"), "kind")
    name = clean_text(name, field="name", limit=rules.NAME_LIMIT)
    if not name:
        raise Refused(_("请写活动或者单位的名称。"), "name")
    if channel not in WAYS:
        raise Refused(_("请选择银行转账或现金。"), "channel")
    check_arrival_day(day)
    if not takes_gifts(fund, day):
        raise Refused(gifts_refused(fund), "fund")
    check_campaigns([(campaign, fund, day)])
    if type(count) is not int or not 0 < count <= MOST_LINES:
        raise Refused(_("一份名单 1 到 %(most)d 笔，更多请分几份。") % {"most": MOST_LINES}, "count")
    rules.check_amount(total, channel)
    batch = GiftBatch.objects.create(
        code=new_code("B", 10),
        host=fund.host,
        fund=fund,
        kind=kind,
        name=name,
        channel=channel,
        day=day,
        campaign=campaign,
        expected_count=count,
        expected_total=total,
        declared_at=clock.now(),
        declared_by_id=getattr(by, "pk", None),
        form_token=key,
    )
    audit.record(by, "declare_batch", batch, fund=fund.code, count=count, total=total, channel=channel)
    return batch


@verb
def book_batch(batch: GiftBatch, lines: Sequence[BatchLine], *, by: User | None) -> GiftBatch:
    """Book every line as a gift of its own donor, with its own consent; all of them, or none.

    A list that is booked already stays as it is. Raises `ListRefused` with the rows' faults, or when the lines are
    not as many or not as much as was declared.
    """
    permissions.may_handle_money(by, batch.host).require()
    batch = (
        GiftBatch.objects.select_for_update(no_key=True, of=("self",))
        .prefetch_related("fund__host", "host", "campaign")
        .get(pk=batch.pk)
    )
    if batch.state == BatchState.BOOKED:
        return batch
    purposes = Purposes()
    faults = [fault for line in lines if (fault := _fault(line, batch, purposes))]
    if faults:
        words = _("有 %(n)d 行要改，一笔也没有入账。") % {"n": len(faults)}
        raise ListRefused(words, faults[:MOST_FAULTS])
    _check_sums(batch, lines)
    gifts = record_many([_gift(batch, number, line, purposes) for number, line in enumerate(lines, 1)], by=by)
    BatchGift.objects.bulk_create(
        [BatchGift(batch=batch, number=number, donation=gift) for number, gift in enumerate(gifts, 1)]
    )
    batch.state, batch.booked_at = BatchState.BOOKED, clock.now()
    batch.booked_by_id = getattr(by, "pk", None)
    batch.save(update_fields=["state", "booked_at", "booked_by_id"])
    audit.record(by, "book_batch", batch, count=len(gifts), total=batch.expected_total)
    return batch


def _check_sums(batch: GiftBatch, lines: Sequence[BatchLine]) -> None:
    total = sum(line.amount for line in lines)
    if (len(lines), total) != (batch.expected_count, batch.expected_total):
        raise ListRefused(
            _("先前报的是 %(count)d 笔、¥%(total)s，名单上是 %(n)d 笔、¥%(sum)s，对上了才能入账。")
            % {
                "count": batch.expected_count,
                "total": money.written(batch.expected_total),
                "n": len(lines),
                "sum": money.written(total),
            }
        )


def _fault(line: BatchLine, batch: GiftBatch, purposes: Purposes) -> Fault | None:
    """Return the first thing that is wrong with a line."""
    try:
        rules.check_amount(line.amount, batch.channel)
        clean_identity(line.name, line.contact, line.name_choice)
        clean_text(line.message, field="message", limit=rules.MESSAGE_LIMIT)
        purposes.named(batch.fund, line.purpose, batch.day)
        clean_text(read_dedication(line.dedication)[0], field="dedication", limit=rules.DEDICATION_LIMIT)
        if line.name_choice == NameChoice.REAL and not line.publish_name:
            raise Refused(_("没有捐赠人公开姓名的同意，请选只公开姓或匿名。"), "name_choice")
    except Refused as refusal:
        return Fault(line.row, column_of(refusal.field), str(refusal))
    return None


def _gift(batch: GiftBatch, number: int, line: BatchLine, purposes: Purposes) -> OfflineGift:
    purpose = purposes.named(batch.fund, line.purpose, batch.day)
    dedication, dedication_kind = read_dedication(line.dedication)
    agreed = {
        Consent.Purpose.PUBLISH_NAME.value: line.publish_name,
        Consent.Purpose.PUBLISH_AMOUNT.value: line.publish_amount,
        Consent.Purpose.DEDICATION.value: line.publish_dedication,
        Consent.Purpose.GUARDIAN.value: line.guardian_agreed,
    }
    kind = Donor.Kind.ORGANISATION if line.is_organisation else Donor.Kind.PERSON
    return OfflineGift(
        fund=batch.fund,
        amount=line.amount,
        channel=batch.channel,
        day=batch.day,
        campaign=batch.campaign,
        key=f"batch-{batch.code}-{number}",
        name=line.name,
        contact=line.contact,
        name_choice=line.name_choice,
        kind=kind.value,
        message=line.message,
        is_under_14=line.guardian_agreed,
        # The general purpose stays unsaid, so that a fund that ended meanwhile hands it on with the rest.
        restriction=purpose.restriction if line.purpose and not purpose.wish else None,
        wish=purpose.wish,
        dedication=dedication,
        dedication_kind=dedication_kind,
        consents=frozenset(purpose for purpose, is_given in agreed.items() if is_given),
    )
