"""The verbs of funds: opening, rules, promises, totals, approvals up the levels."""

from apps.funds.services.applying import (
    application_decided,
    apply_for_fund,
    draw_agreement,
    mend_application,
    open_applied_fund,
    settle_applications,
    withdraw_application,
)
from apps.funds.services.approvals import (
    StepPlan,
    add_party,
    open_approval,
    pass_step,
    refuse_step,
    resubmit,
    return_step,
    withdraw_approval,
)
from apps.funds.services.coordinators import appoint_coordinator, dismiss_coordinator
from apps.funds.services.hosts import register_host
from apps.funds.services.inheriting import end_fund, hand_over_promise, hand_over_restriction, pass_on
from apps.funds.services.opening import open_fund, open_restriction
from apps.funds.services.promises import draw, give_back, lock_fund, release, reserve
from apps.funds.services.purposes import change_purpose, check_purpose_change
from apps.funds.services.rulebooks import adopt_rulebook, attach_document, withdraw_rulebook
from apps.funds.services.standing import rename_fund, resume_fund, suspend_fund
from apps.funds.services.totals import fold_totals, rebuild_totals

__all__ = [
    "StepPlan",
    "add_party",
    "adopt_rulebook",
    "application_decided",
    "apply_for_fund",
    "appoint_coordinator",
    "attach_document",
    "change_purpose",
    "check_purpose_change",
    "dismiss_coordinator",
    "draw",
    "draw_agreement",
    "end_fund",
    "fold_totals",
    "give_back",
    "hand_over_promise",
    "hand_over_restriction",
    "lock_fund",
    "mend_application",
    "open_applied_fund",
    "open_approval",
    "open_fund",
    "open_restriction",
    "pass_on",
    "pass_step",
    "rebuild_totals",
    "refuse_step",
    "register_host",
    "release",
    "rename_fund",
    "reserve",
    "resubmit",
    "resume_fund",
    "return_step",
    "settle_applications",
    "suspend_fund",
    "withdraw_application",
    "withdraw_approval",
    "withdraw_rulebook",
]
