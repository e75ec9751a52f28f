"""The verbs of governance, one file per family."""

from apps.governance.services.closing import close, close_due
from apps.governance.services.committees import (
    SeatPlan,
    end_seat,
    form_committee,
    form_with_seats,
    resize,
    seat,
)
from apps.governance.services.ending import end_committee
from apps.governance.services.motions import edit, open_voting, table, withdraw
from apps.governance.services.recusals import declare_tie, end_tie, recuse, tie_donors
from apps.governance.services.reminders import remind, remind_due
from apps.governance.services.sheets import attach_sheet
from apps.governance.services.voting import Given, cast, cast_many

__all__ = [
    "Given",
    "SeatPlan",
    "attach_sheet",
    "cast",
    "cast_many",
    "close",
    "close_due",
    "declare_tie",
    "edit",
    "end_committee",
    "end_seat",
    "end_tie",
    "form_committee",
    "form_with_seats",
    "open_voting",
    "recuse",
    "remind",
    "remind_due",
    "resize",
    "seat",
    "table",
    "tie_donors",
    "withdraw",
]
