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
from apps.governance.services.effects import carry_out
from apps.governance.services.ending import end_committee
from apps.governance.services.hand_overs import cancel_hand_over, confirm_hand_over, prepare_hand_over
from apps.governance.services.kinships import declare_kin, end_kin
from apps.governance.services.meetings import (
    call_meeting,
    cancel_meeting,
    end_due_meetings,
    end_meeting,
    put_on_agenda,
    record_attendance,
)
from apps.governance.services.minutes import draft_minutes, remark, sign
from apps.governance.services.motions import (
    edit,
    open_voting,
    revise,
    table,
    table_proposal,
    withdraw,
)
from apps.governance.services.motions.preparing import give_notice, record_study, send_to_study
from apps.governance.services.opinions import write_opinion
from apps.governance.services.proposals import Nomination, Proposal
from apps.governance.services.recusals import declare_tie, end_tie, recuse, tie_donors
from apps.governance.services.reminders import remind, remind_due
from apps.governance.services.seats import call_up, change_office, end_seat, renew, replace
from apps.governance.services.settling import ask_above, follow_decided, review_decided
from apps.governance.services.sheets import attach_sheet
from apps.governance.services.terms import warn_of_terms
from apps.governance.services.voting import Given, cast, cast_many

__all__ = [
    "Given",
    "Nomination",
    "Proposal",
    "SeatPlan",
    "ask_above",
    "attach_sheet",
    "call_meeting",
    "call_up",
    "cancel_hand_over",
    "cancel_meeting",
    "carry_out",
    "cast",
    "cast_many",
    "change_office",
    "close",
    "close_due",
    "confirm_hand_over",
    "declare_kin",
    "declare_tie",
    "draft_minutes",
    "edit",
    "end_committee",
    "end_due_meetings",
    "end_kin",
    "end_meeting",
    "end_seat",
    "end_tie",
    "file_appointment",
    "follow_decided",
    "form_committee",
    "form_with_seats",
    "give_notice",
    "open_voting",
    "prepare_hand_over",
    "put_on_agenda",
    "record_attendance",
    "record_study",
    "recuse",
    "remark",
    "remind",
    "remind_due",
    "renew",
    "replace",
    "resize",
    "review_decided",
    "revise",
    "seat",
    "send_to_study",
    "sign",
    "table",
    "table_proposal",
    "tie_donors",
    "warn_of_terms",
    "withdraw",
    "write_opinion",
]
