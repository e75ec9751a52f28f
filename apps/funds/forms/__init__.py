"""What staff fill in about funds, rules and approvals."""

from apps.funds.forms.approvals import DecisionForm
from apps.funds.forms.funds import OpenFundForm, ReasonForm, RestrictionForm
from apps.funds.forms.life import (
    AgreementForm,
    ApplyForm,
    MendForm,
    OpenDayForm,
    RenameForm,
    SuspendForm,
)
from apps.funds.forms.rulebooks import AttachForm, ClauseGroup, RulebookForm, WithdrawForm

__all__ = [
    "AgreementForm",
    "ApplyForm",
    "AttachForm",
    "ClauseGroup",
    "DecisionForm",
    "MendForm",
    "OpenDayForm",
    "OpenFundForm",
    "ReasonForm",
    "RenameForm",
    "RestrictionForm",
    "RulebookForm",
    "SuspendForm",
    "WithdrawForm",
]
