"""What staff fill in about funds, rules and approvals."""

from apps.funds.forms.approvals import DecisionForm
from apps.funds.forms.common import day_field
from apps.funds.forms.funds import OpenFundForm, ReasonForm, RestrictionForm
from apps.funds.forms.rulebooks import ClauseGroup, RulebookForm

__all__ = [
    "ClauseGroup",
    "DecisionForm",
    "OpenFundForm",
    "ReasonForm",
    "RestrictionForm",
    "RulebookForm",
    "day_field",
]
