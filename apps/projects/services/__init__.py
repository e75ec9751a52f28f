"""The verbs of projects, by family."""

from apps.projects.services.applications import apply, edit, lock_project, mark, submit, withdraw
from apps.projects.services.calls import (
    cancel_call,
    dismiss_expert,
    draft_call,
    extend_review,
    invite_expert,
    lock_call,
    publish_call,
)
from apps.projects.services.doing import (
    blur_photo,
    clear_voucher,
    close_records,
    record_activity,
    record_expense,
    release_document,
    strike,
    withhold_photo,
    write_note,
)
from apps.projects.services.evidence import accept_evidence, file_evidence, lock_evidence, return_evidence
from apps.projects.services.handing_over import extend, hand_over, hand_over_needs
from apps.projects.services.needs import Voiced, find_receipt, lock_need, second_need, voice, voice_need
from apps.projects.services.plan import remind_of_milestones
from apps.projects.services.ratings import (
    enter_call_back,
    find_code,
    issue_rating_codes,
    print_cards,
    rate,
)
from apps.projects.services.reviews import (
    close_review,
    confirm,
    hand_in_review,
    not_choose,
    return_application,
)
from apps.projects.services.sending import REPORT, send_file, sweep_sent_files, take_back_file
from apps.projects.services.sorting import (
    answer_need,
    merge_need,
    open_private,
    publish_need,
    set_need_aside,
    sort_need,
)
from apps.projects.services.unfinished import discard_unfinished, keep_unfinished, sweep_unfinished

__all__ = [
    "REPORT",
    "Voiced",
    "accept_evidence",
    "answer_need",
    "apply",
    "blur_photo",
    "cancel_call",
    "clear_voucher",
    "close_records",
    "close_review",
    "confirm",
    "discard_unfinished",
    "dismiss_expert",
    "draft_call",
    "edit",
    "enter_call_back",
    "extend",
    "extend_review",
    "file_evidence",
    "find_code",
    "find_receipt",
    "hand_in_review",
    "hand_over",
    "hand_over_needs",
    "invite_expert",
    "issue_rating_codes",
    "keep_unfinished",
    "lock_call",
    "lock_evidence",
    "lock_need",
    "lock_project",
    "mark",
    "merge_need",
    "not_choose",
    "open_private",
    "print_cards",
    "publish_call",
    "publish_need",
    "rate",
    "record_activity",
    "record_expense",
    "release_document",
    "remind_of_milestones",
    "return_application",
    "return_evidence",
    "second_need",
    "send_file",
    "set_need_aside",
    "sort_need",
    "strike",
    "submit",
    "sweep_sent_files",
    "sweep_unfinished",
    "take_back_file",
    "voice",
    "voice_need",
    "withdraw",
    "withhold_photo",
    "write_note",
]
