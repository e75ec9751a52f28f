"""What is locked before a gift changes: the row itself, and for things their fund first."""

from apps.core.locking import lock_row
from apps.donations.models import Donation, InKindGift, Pledge
from apps.funds.services import lock_fund


def lock_donation(pk: int) -> Donation:
    """Lock a gift, as refunds do, so that a receipt and a refund never pass each other.

    Its fund is read after the lock. In one statement, PostgreSQL would not find a gift that was moved to another fund
    while it was waited for: it compares the row as it is now with the fund it was joined to before.
    """
    rows = Donation.objects.select_for_update(no_key=True).prefetch_related("fund", "host", "donor")
    return rows.get(pk=pk)


def lock_goods(gift: InKindGift) -> InKindGift:
    """Return the gift as it is now, its fund and itself locked; what is left of it stays true until the commit."""
    fund = lock_fund(gift.fund.code)
    locked = lock_row(InKindGift, "donor", pk=gift.pk)
    locked.fund, locked.host = fund, fund.host
    return locked


def lock_pledge(pk: int) -> Pledge:
    """Lock a pledge, so that what came for it stays true until the commit."""
    rows = Pledge.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("fund__host", "fund__division", "host", "donor", "campaign").get(pk=pk)


def lock_given(gift: Donation | InKindGift) -> Donation | InKindGift:
    """Lock what a receipt is for."""
    return lock_goods(gift) if isinstance(gift, InKindGift) else lock_donation(gift.pk)
