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
from apps.grants.forms.objections import AnswerForm, ObjectionForm, ReceiptForm
from apps.grants.forms.reviewing import CallForm, ConfirmForm, ExpertForm, ExtendForm, ReviewForm

__all__ = [
    "AnswerForm",
    "AskBackForm",
    "CallForm",
    "CodesForm",
    "ConfirmForm",
    "ExpertForm",
    "ExtendForm",
    "ObjectionForm",
    "ReasonForm",
    "ReceiptForm",
    "RejectForm",
    "ReleaseForm",
    "ReturnForm",
    "ReviewForm",
    "TableForm",
]
