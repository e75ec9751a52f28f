"""The verbs of grants, by family."""

from apps.grants.services.acceptance import (
    accept,
    issue_codes,
    publish_need,
    return_evidence,
    set_need_aside,
)
from apps.grants.services.awards import award_carried, motion_lost, settle_decided, table_project
from apps.grants.services.clawbacks import ask_back, return_money
from apps.grants.services.ending import close_grant, terminate
from apps.grants.services.notice import end_notices
from apps.grants.services.payments import prepare_payment, reject_payment, release_payment

__all__ = [
    "accept",
    "ask_back",
    "award_carried",
    "close_grant",
    "end_notices",
    "issue_codes",
    "motion_lost",
    "prepare_payment",
    "publish_need",
    "reject_payment",
    "release_payment",
    "return_evidence",
    "return_money",
    "set_need_aside",
    "settle_decided",
    "table_project",
    "terminate",
]
