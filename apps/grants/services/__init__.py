"""The verbs of grants, by family."""

from apps.grants.services.acceptance import (
    accept,
    enter_call_back,
    issue_codes,
    print_cards,
    return_evidence,
)
from apps.grants.services.agreements import draw_agreement, file_agreement
from apps.grants.services.awards import award_carried, motion_lost, settle_decided, table_project
from apps.grants.services.bank import (
    MOST_IN_A_FILE,
    bank_rows,
    bounce_payment,
    confirm_payment,
    fail_payment,
    payee_changed,
    send_payments,
)
from apps.grants.services.changes import ask_write_off, change_budget, extend, follow_change, table_again
from apps.grants.services.choosing import table_chosen
from apps.grants.services.clawbacks import ask_back, return_money
from apps.grants.services.ending import close_grant, terminate
from apps.grants.services.final_account import check_account, hand_in_account, return_account
from apps.grants.services.handing_over import hand_over
from apps.grants.services.needs import (
    answer_need,
    blur_need_photo,
    forget_volunteer,
    merge_need,
    name_volunteer,
    open_private,
    publish_need,
    set_need_aside,
    show_need_photos,
    sort_need,
)
from apps.grants.services.notice import end_notices
from apps.grants.services.objections import dismiss, object_to, open_contact, uphold
from apps.grants.services.payments import prepare_payment, reject_payment, release_payment
from apps.grants.services.pledges import record_pledge
from apps.grants.services.reminders import remind
from apps.grants.services.reviewing import (
    cancel_call,
    confirm,
    dismiss_expert,
    draft_call,
    export_comparison,
    extend_review,
    invite_expert,
    not_choose,
    publish_call,
    readiness,
    return_application,
    review,
)
from apps.grants.services.suspending import resume_grant, suspend_grant
from apps.grants.services.thanks import thank_donors
from apps.grants.services.ties import tie_donors, tie_donors_of_open
from apps.grants.services.work import (
    blur_photo,
    blur_voucher,
    clear_voucher,
    judge_words,
    release_document,
    show_occasions,
    withhold_photo,
    withhold_words,
    write_note,
)

__all__ = [
    "MOST_IN_A_FILE",
    "accept",
    "answer_need",
    "ask_back",
    "ask_write_off",
    "award_carried",
    "bank_rows",
    "blur_need_photo",
    "blur_photo",
    "blur_voucher",
    "bounce_payment",
    "cancel_call",
    "change_budget",
    "check_account",
    "clear_voucher",
    "close_grant",
    "confirm",
    "confirm_payment",
    "dismiss",
    "dismiss_expert",
    "draft_call",
    "draw_agreement",
    "end_notices",
    "enter_call_back",
    "export_comparison",
    "extend",
    "extend_review",
    "fail_payment",
    "file_agreement",
    "follow_change",
    "forget_volunteer",
    "hand_in_account",
    "hand_over",
    "invite_expert",
    "issue_codes",
    "judge_words",
    "merge_need",
    "motion_lost",
    "name_volunteer",
    "not_choose",
    "object_to",
    "open_contact",
    "open_private",
    "payee_changed",
    "prepare_payment",
    "print_cards",
    "publish_call",
    "publish_need",
    "readiness",
    "record_pledge",
    "reject_payment",
    "release_document",
    "release_payment",
    "remind",
    "resume_grant",
    "return_account",
    "return_application",
    "return_evidence",
    "return_money",
    "review",
    "send_payments",
    "set_need_aside",
    "settle_decided",
    "show_need_photos",
    "show_occasions",
    "sort_need",
    "suspend_grant",
    "table_again",
    "table_chosen",
    "table_project",
    "terminate",
    "thank_donors",
    "tie_donors",
    "tie_donors_of_open",
    "uphold",
    "withhold_photo",
    "withhold_words",
    "write_note",
]
