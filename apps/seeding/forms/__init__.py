"""What the host and the funds' committees fill in about seed money."""

from apps.seeding.forms.applications import ApplyForm, ReasonForm, ScoreForm
from apps.seeding.forms.programmes import FORMS, MatchingForm, ProgrammeForm, RewardForm

__all__ = ["FORMS", "ApplyForm", "MatchingForm", "ProgrammeForm", "ReasonForm", "RewardForm", "ScoreForm"]
