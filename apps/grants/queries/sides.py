"""Who stands on which side of a grant."""

from collections.abc import Collection

from apps.governance.queries import tied_users
from apps.projects.models import Project


def payees_side(project: Project, candidates: Collection[int]) -> set[int]:
    """Return which of the candidates (user ids) stand on the side that is paid: who wrote the application, also when
    they act for the applicant no more, who acts for it, and who declared a tie to it (Charity Law, article 14)."""
    wrote = {user for user in candidates if user == project.created_by_id}
    return wrote | tied_users(project.organisation.code, candidates)
