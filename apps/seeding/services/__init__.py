"""The verbs of seed money."""

from apps.seeding.services.applications import (
    apply,
    follow_approval,
    follow_approvals,
    hand_in_again,
    withdraw_application,
)
from apps.seeding.services.awards import award
from apps.seeding.services.matching import match_batch, match_gifts
from apps.seeding.services.programmes import close_programme, open_programme
from apps.seeding.services.rewards import pay_rewards, score
from apps.seeding.services.takebacks import take_back_batch
from apps.seeding.services.terms import Applying, Matching, Reach, Reward, Step

__all__ = [
    "Applying",
    "Matching",
    "Reach",
    "Reward",
    "Step",
    "apply",
    "award",
    "close_programme",
    "follow_approval",
    "follow_approvals",
    "hand_in_again",
    "match_batch",
    "match_gifts",
    "open_programme",
    "pay_rewards",
    "score",
    "take_back_batch",
    "withdraw_application",
]
