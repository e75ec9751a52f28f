"""Reads about seed programmes."""

from apps.seeding.queries.programmes import (
    ProgrammeView,
    awards,
    eligible,
    funds_of,
    given,
    in_scope,
    is_pilot,
    places,
    programmes,
    quota_place,
    seeds_of,
    viewed,
)

__all__ = [
    "ProgrammeView",
    "awards",
    "eligible",
    "funds_of",
    "given",
    "in_scope",
    "is_pilot",
    "places",
    "programmes",
    "quota_place",
    "seeds_of",
    "viewed",
]
