"""What staff fill in about funds, rules and approvals."""

from apps.funds.forms.approvals import DecisionForm
from apps.funds.forms.common import day_field
from apps.funds.forms.funds import OpenFundForm, ReasonForm, RestrictionForm
from apps.funds.forms.rulebooks import AttachForm, ClauseGroup, RulebookForm, WithdrawForm

__all__ = [
    "AttachForm",
    "ClauseGroup",
    "DecisionForm",
    "OpenFundForm",
    "ReasonForm",
    "RestrictionForm",
    "RulebookForm",
    "WithdrawForm",
    "day_field",
]
