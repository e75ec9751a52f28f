"""The verbs of seed money."""

from apps.seeding.services.awards import award
from apps.seeding.services.matching import match_batch, match_gifts
from apps.seeding.services.programmes import close_programme, open_programme
from apps.seeding.services.takebacks import take_back_batch
from apps.seeding.services.terms import Applying, Matching, Reach, Reward, Step

__all__ = [
    "Applying",
    "Matching",
    "Reach",
    "Reward",
    "Step",
    "award",
    "close_programme",
    "match_batch",
    "match_gifts",
    "open_programme",
    "take_back_batch",
]
