"""What applicants, implementers and residents fill in; usable on a phone and without scripts."""

from apps.projects.forms.applications import ROWS, ApplicationForm, filled
from apps.projects.forms.needs import NeedForm, ReceiptForm
from apps.projects.forms.ratings import CodeForm, RatingForm
from apps.projects.forms.work import EvidenceForm

__all__ = [
    "ROWS",
    "ApplicationForm",
    "CodeForm",
    "EvidenceForm",
    "NeedForm",
    "RatingForm",
    "ReceiptForm",
    "filled",
]
