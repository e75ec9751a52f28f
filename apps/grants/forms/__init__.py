"""What officers, reviewers and finance fill in."""

from apps.grants.forms.money import (
    AskBackForm,
    CodesForm,
    ReasonForm,
    RejectForm,
    ReleaseForm,
    ReturnForm,
    TableForm,
)
from apps.grants.forms.reviewing import CallForm, ConfirmForm, ExpertForm, ExtendForm, ReviewForm

__all__ = [
    "AskBackForm",
    "CallForm",
    "CodesForm",
    "ConfirmForm",
    "ExpertForm",
    "ExtendForm",
    "ReasonForm",
    "RejectForm",
    "ReleaseForm",
    "ReturnForm",
    "ReviewForm",
    "TableForm",
]
