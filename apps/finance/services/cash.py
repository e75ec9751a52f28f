"""Taking back a deposit of cash, as long as no bank line proves it."""

from django.utils.translation import gettext as _

from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import services as donations
from apps.donations.models import CashDeposit
from apps.finance import queries
from apps.users.models import User


@verb
def undo_deposit(deposit: CashDeposit, *, by: User | None) -> CashDeposit:
    """Undo a deposit that was written down wrongly. Raises `Refused` when a bank line proves it already."""
    # Matching a line to it takes the same lock first.
    lock_row(CashDeposit, pk=deposit.pk)
    if queries.proved_deposits(deposit.host, [deposit.code]):
        raise Refused(_("银行流水已经证明了这次存款，不能撤销。"))
    return donations.undo_deposit(deposit, by=by)
