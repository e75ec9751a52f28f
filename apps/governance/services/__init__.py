"""The verbs of governance, one file per family."""

from apps.governance.services.closing import close, close_due, remind
from apps.governance.services.committees import end_seat, form_committee, seat
from apps.governance.services.motions import edit, open_voting, table, withdraw
from apps.governance.services.recusals import declare_tie, end_tie, recuse
from apps.governance.services.voting import cast

__all__ = [
    "cast",
    "close",
    "close_due",
    "declare_tie",
    "edit",
    "end_seat",
    "end_tie",
    "form_committee",
    "open_voting",
    "recuse",
    "remind",
    "seat",
    "table",
    "withdraw",
]
