"""The verbs of governance, one file per family."""

from apps.governance.services.appointments import file_appointment
from apps.governance.services.closing import close, close_due
from apps.governance.services.committees import (
    SeatPlan,
    form_committee,
    form_with_seats,
    resize,
    seat,
)
from apps.governance.services.ending import end_committee
from apps.governance.services.hand_overs import cancel_hand_over, confirm_hand_over, prepare_hand_over
from apps.governance.services.kinships import declare_kin, end_kin
from apps.governance.services.motions import edit, open_voting, table, withdraw
from apps.governance.services.opinions import write_opinion
from apps.governance.services.recusals import declare_tie, end_tie, recuse, tie_donors
from apps.governance.services.reminders import remind, remind_due
from apps.governance.services.seats import call_up, change_office, end_seat, renew, replace
from apps.governance.services.sheets import attach_sheet
from apps.governance.services.terms import warn_of_terms
from apps.governance.services.voting import Given, cast, cast_many

__all__ = [
    "Given",
    "SeatPlan",
    "attach_sheet",
    "call_up",
    "cancel_hand_over",
    "cast",
    "cast_many",
    "change_office",
    "close",
    "close_due",
    "confirm_hand_over",
    "declare_kin",
    "declare_tie",
    "edit",
    "end_committee",
    "end_kin",
    "end_seat",
    "end_tie",
    "file_appointment",
    "form_committee",
    "form_with_seats",
    "open_voting",
    "prepare_hand_over",
    "recuse",
    "remind",
    "remind_due",
    "renew",
    "replace",
    "resize",
    "seat",
    "table",
    "tie_donors",
    "warn_of_terms",
    "withdraw",
    "write_opinion",
]
