"""The verbs of funds: opening, rules, promises, totals."""

from apps.funds.services.hosts import register_host
from apps.funds.services.opening import open_fund, open_restriction, resume_fund, suspend_fund
from apps.funds.services.promises import draw, lock_fund, release, reserve
from apps.funds.services.rulebooks import adopt_rulebook
from apps.funds.services.totals import fold_totals, rebuild_totals

__all__ = [
    "adopt_rulebook",
    "draw",
    "fold_totals",
    "lock_fund",
    "open_fund",
    "open_restriction",
    "rebuild_totals",
    "register_host",
    "release",
    "reserve",
    "resume_fund",
    "suspend_fund",
]
