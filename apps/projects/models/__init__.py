"""Needs that residents voice, projects that answer them, and the work that is shown for the money."""

from apps.funds.states import Field
from apps.projects.models.backing import Declaration, FundingLine, TeamLine
from apps.projects.models.calls import Call, Criterion, Expert
from apps.projects.models.doing import Activity, Expense, WorkNote
from apps.projects.models.kept_back import Ground, kept_back, not_read_yet
from apps.projects.models.needs import Need, NeedPhoto, NeedPrivate, NeedSecond, Sender
from apps.projects.models.offers import Item, Offer
from apps.projects.models.plan import Indicator, Milestone
from apps.projects.models.projects import BudgetLine, Part, Project, Share
from apps.projects.models.questions import Answer, Question
from apps.projects.models.reviews import Confirmation, Review
from apps.projects.models.unfinished import Unfinished
from apps.projects.models.work import (
    Evidence,
    EvidenceDocument,
    EvidencePhoto,
    Figure,
    RatingCode,
    SatisfactionReply,
    SentFile,
)

__all__ = [
    "Activity",
    "Answer",
    "BudgetLine",
    "Call",
    "Confirmation",
    "Criterion",
    "Declaration",
    "Evidence",
    "EvidenceDocument",
    "EvidencePhoto",
    "Expense",
    "Expert",
    "Field",
    "Figure",
    "FundingLine",
    "Ground",
    "Indicator",
    "Item",
    "Milestone",
    "Need",
    "NeedPhoto",
    "NeedPrivate",
    "NeedSecond",
    "Offer",
    "Part",
    "Project",
    "Question",
    "RatingCode",
    "Review",
    "SatisfactionReply",
    "Sender",
    "SentFile",
    "Share",
    "TeamLine",
    "Unfinished",
    "WorkNote",
    "kept_back",
    "not_read_yet",
]
