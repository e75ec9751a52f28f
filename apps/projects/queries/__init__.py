"""Reads about needs, projects, calls and reviews."""

from apps.projects.queries.work import (
    HOST_STAFF,
    Work,
    accepted_evidence,
    all_evidence,
    of_organisations,
    person_times,
    photo,
    public_projects,
    published_needs,
    replies,
    satisfaction_in,
    satisfaction_of,
    under,
    unused_codes,
    visible_to,
    work_done,
)

__all__ = [
    "HOST_STAFF",
    "Work",
    "accepted_evidence",
    "all_evidence",
    "of_organisations",
    "person_times",
    "photo",
    "public_projects",
    "published_needs",
    "replies",
    "satisfaction_in",
    "satisfaction_of",
    "under",
    "unused_codes",
    "visible_to",
    "work_done",
]
