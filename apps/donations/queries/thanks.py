"""Whom a fund's committee has not thanked yet: as much of each donor as the public may see, and never a contact."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from apps.donations.models import Donation, FundThanks
from apps.donations.rules import ANONYMOUS_NAME
from apps.donations.states import DonationState
from apps.funds.models import Fund


@dataclass(frozen=True, slots=True)
class ToThank:
    """One gift to say thanks for; `amount` is None where the donor keeps it to themselves."""

    code: str
    name: str
    amount: int | None
    message: str
    booked_at: datetime | None


def unthanked(fund: Fund) -> QuerySet[Donation]:
    """Return a fund's booked gifts that were not wholly given back and not thanked for yet, the oldest first."""
    rows = Donation.objects.filter(
        fund=fund, state=DonationState.BOOKED, thanks=None, refunded__lt=F("amount")
    )
    return rows.order_by("booked_at", "pk")


def to_thank(gift: Donation) -> ToThank:
    """Return what a committee may know of a gift: what its donor agreed to show."""
    name = _("一位爱心人士") if gift.public_name in ("", ANONYMOUS_NAME) else gift.public_name
    return ToThank(gift.code, name, gift.left if gift.shows_amount else None, gift.message, gift.booked_at)


def thanks_of(fund: Fund) -> QuerySet[FundThanks]:
    """Return what a committee said already, newest first, each with its `count` of gifts."""
    return FundThanks.objects.filter(fund=fund).annotate(count=Count("donations")).order_by("-pk")
