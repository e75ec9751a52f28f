"""What officers, reviewers and finance fill in."""

from apps.grants.forms.acceptance import ChecklistForm
from apps.grants.forms.final_account import FinalAccountForm
from apps.grants.forms.money import (
    AskBackForm,
    CallBackForm,
    CodesForm,
    ReasonForm,
    RejectForm,
    ReleaseForm,
    ReturnForm,
    TableForm,
)
from apps.grants.forms.objections import AnswerForm, ObjectionForm, ReceiptForm
from apps.grants.forms.reviewing import CallForm, ConfirmForm, ExpertForm, ExtendForm, ReviewForm
from apps.grants.forms.work import (
    ActivityForm,
    BlurForm,
    ExpenseForm,
    NoteForm,
    WordsForm,
    WrittenForm,
)

__all__ = [
    "ActivityForm",
    "AnswerForm",
    "AskBackForm",
    "BlurForm",
    "CallBackForm",
    "CallForm",
    "ChecklistForm",
    "CodesForm",
    "ConfirmForm",
    "ExpenseForm",
    "ExpertForm",
    "ExtendForm",
    "FinalAccountForm",
    "NoteForm",
    "ObjectionForm",
    "ReasonForm",
    "ReceiptForm",
    "RejectForm",
    "ReleaseForm",
    "ReturnForm",
    "ReviewForm",
    "TableForm",
    "WordsForm",
    "WrittenForm",
]
