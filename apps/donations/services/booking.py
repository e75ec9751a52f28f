"""The one path by which a gift of any channel enters the books: in sets, each gift once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs, versions
from apps.core.compiled import asking
from apps.core.sets import rows_source
from apps.donations import notices, rules
from apps.donations.models import Donation
from apps.donations.services.thank_texts import lay_thanks
from apps.donations.states import DONATION_MOVES, DonationState
from apps.funds.queries import ended, heir_of
from apps.ledger import queries as books
from apps.ledger.rules import Draft, EntryKind
from apps.ledger.services import hold_months, post_many
from apps.users.models import User

COLUMNS = (
    ("gift_id", "bigint"),
    ("session_id", "text"),
    ("payment_id", "text"),
    ("amount", "bigint"),
    ("fee", "bigint"),
    ("day", "date"),
)


class Unbookable(Exception):
    """A gift that must not be booked like this; the message says why, for finance."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Money that arrived for one gift: which payment, how much, the provider's fee (fen), the Shanghai day."""

    donation: Donation
    payment_id: str
    amount: int
    fee: int
    day: date
    session_id: str = ""


def book(arrivals: Sequence[Arrival], *, by: User | None) -> int:
    """Book a set of gifts inside the caller's transaction and return how many were new. The caller holds the locks of
    the donation rows. A gift booked by the same payment is left as it is. Raises `Unbookable`."""
    fresh = []
    for arrival in arrivals:
        donation = arrival.donation
        if donation.state == DonationState.BOOKED:
            if donation.payment_id != arrival.payment_id:
                raise Unbookable(
                    _("捐赠 %(code)s 已经按另一笔付款 %(payment)s 入账了。")
                    % {"code": donation.code, "payment": donation.payment_id}
                )
            continue
        if DonationState.BOOKED not in DONATION_MOVES[donation.state]:
            raise Unbookable(
                _("捐赠 %(code)s %(state)s，不能入账。")
                % {"code": donation.code, "state": donation.get_state_display()}
            )
        if not 0 <= arrival.fee <= arrival.amount:
            raise Unbookable(
                _("捐赠 %(code)s 的手续费 %(fee)d 分不在 0 和金额 %(amount)d 分之间，没有入账。")
                % {"code": donation.code, "fee": arrival.fee, "amount": arrival.amount}
            )
        fresh.append(arrival)
    if fresh:
        days = _open_days(fresh)
        hold_months((row.donation.host.code, days[row.donation.pk]) for row in fresh)
        _follow_successions([row.donation for row in fresh])
        _write(fresh, days)
        facts = {
            row.donation.code: {"amount": row.amount, "fee": row.fee, "channel": row.donation.channel}
            for row in fresh
        }
        audit.record_many(by, "book_gift", Donation, facts)
        notices.thank([arrival.donation for arrival in fresh])
        lay_thanks([arrival.donation for arrival in fresh])
        # Last: whoever books for the same funds waits from here until this is committed.
        post_many([_draft(arrival, days[arrival.donation.pk]) for arrival in fresh], by=by)
        versions.bump("site", *(f"money:{arrival.donation.fund.code}" for arrival in fresh))
        jobs.hint("seeding.match_gifts")
    return len(fresh)


def _follow_successions(donations: Sequence[Donation]) -> None:
    """Turn gifts to funds that ended meanwhile to the funds that stand for them. The months are held."""
    gone = ended(donation.fund for donation in donations)
    for donation in donations:
        if donation.fund_id in gone:
            heir = heir_of(donation.fund, donation.restriction)
            donation.fund, donation.restriction = heir.fund, heir.restriction
            donation.save(update_fields=["fund", "restriction"])


def _open_days(arrivals: Sequence[Arrival]) -> dict[int, date]:
    """Return each gift's accounting day: when it was paid, or today when that month is closed already."""
    today = clock.today()
    closed: dict[tuple[str, int, int], bool] = {}
    days = {}
    for arrival in arrivals:
        day, host = min(arrival.day, today), arrival.donation.host.code
        month = (host, day.year, day.month)
        if month not in closed:
            closed[month] = books.is_closed(host, day)
        days[arrival.donation.pk] = today if closed[month] else day
    return days


def _write(arrivals: Sequence[Arrival], days: dict[int, date]) -> None:
    """Set the rows of all gifts in one statement."""
    moment = clock.now()
    source, values = rows_source(
        COLUMNS,
        [
            (row.donation.pk, row.session_id, row.payment_id, row.amount, row.fee, days[row.donation.pk])
            for row in arrivals
        ],
    )
    with asking() as cursor:
        cursor.execute(
            "UPDATE donations_donation SET state = 'booked', booked_at = %s, payment_id = rows.payment_id,"
            " session_id = CASE WHEN rows.session_id = '' THEN donations_donation.session_id ELSE rows.session_id END,"
            f" amount = rows.amount, fee = rows.fee, day = rows.day FROM {source}"
            " WHERE donations_donation.id = rows.gift_id",
            [connection.ops.adapt_datetimefield_value(moment), *values],
        )
    for row in arrivals:
        donation = row.donation
        donation.state, donation.booked_at = DonationState.BOOKED.value, moment
        donation.payment_id, donation.amount, donation.fee = row.payment_id, row.amount, row.fee
        donation.day = days[donation.pk]


def _draft(arrival: Arrival, day: date) -> Draft:
    donation = arrival.donation
    lines = rules.gift_lines(
        donation.fund.code,
        donation.restriction,
        donation.donor.code,
        account=rules.account_of(donation.channel),
        amount=arrival.amount,
        fee=arrival.fee,
    )
    return Draft(EntryKind.DONATION.value, donation.code, donation.host.code, day, lines)
