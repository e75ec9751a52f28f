"""The verbs of grants, by family."""

from apps.grants.services.acceptance import (
    accept,
    issue_codes,
    return_evidence,
)
from apps.grants.services.awards import award_carried, motion_lost, settle_decided, table_project
from apps.grants.services.changes import follow_change, table_again
from apps.grants.services.choosing import table_chosen
from apps.grants.services.clawbacks import ask_back, return_money
from apps.grants.services.ending import close_grant, terminate
from apps.grants.services.handing_over import hand_over
from apps.grants.services.needs import (
    answer_need,
    merge_need,
    open_private,
    publish_need,
    set_need_aside,
    sort_need,
)
from apps.grants.services.notice import end_notices
from apps.grants.services.objections import dismiss, object_to, open_contact, uphold
from apps.grants.services.payments import prepare_payment, reject_payment, release_payment
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
from apps.grants.services.ties import tie_donors, tie_donors_of_open

__all__ = [
    "accept",
    "answer_need",
    "ask_back",
    "award_carried",
    "cancel_call",
    "close_grant",
    "confirm",
    "dismiss",
    "dismiss_expert",
    "draft_call",
    "end_notices",
    "export_comparison",
    "extend_review",
    "follow_change",
    "hand_over",
    "invite_expert",
    "issue_codes",
    "merge_need",
    "motion_lost",
    "not_choose",
    "object_to",
    "open_contact",
    "open_private",
    "prepare_payment",
    "publish_call",
    "publish_need",
    "readiness",
    "reject_payment",
    "release_payment",
    "return_application",
    "return_evidence",
    "return_money",
    "review",
    "set_need_aside",
    "settle_decided",
    "sort_need",
    "table_again",
    "table_chosen",
    "table_project",
    "terminate",
    "tie_donors",
    "tie_donors_of_open",
    "uphold",
]
