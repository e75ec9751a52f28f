"""The verbs of projects, by family."""

from apps.projects.services.applications import apply, edit, lock_project, mark, submit, withdraw
from apps.projects.services.evidence import accept_evidence, file_evidence, lock_evidence, return_evidence
from apps.projects.services.needs import publish_need, set_need_aside, voice_need
from apps.projects.services.ratings import find_code, issue_rating_codes, rate

__all__ = [
    "accept_evidence",
    "apply",
    "edit",
    "file_evidence",
    "find_code",
    "issue_rating_codes",
    "lock_evidence",
    "lock_project",
    "mark",
    "publish_need",
    "rate",
    "return_evidence",
    "set_need_aside",
    "submit",
    "voice_need",
    "withdraw",
]
