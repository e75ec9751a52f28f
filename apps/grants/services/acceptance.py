"""What the fund's officers decide besides motions: whether the work was done, and who may rate it."""

from datetime import date

from apps.core import audit
from apps.core.verbs import verb
from apps.grants import notices, permissions
from apps.grants.models import Instalment
from apps.grants.services.ending import close_if_done
from apps.grants.services.locks import changed, lock_grants, lock_instalments
from apps.projects import services as projects
from apps.projects.models import Evidence, Project, RatingCode, SatisfactionReply
from apps.projects.states import ACCEPTED, FILED
from apps.users.models import User


@verb
def accept(evidence: Evidence, *, by: User) -> Evidence:
    """Accept a report: its photographs become public; a closing report makes what waited for it due.

    Accepting twice changes nothing. Raises `Refused` for anyone but the fund's officers, and for the side
    of the implementer.
    """
    grants = lock_grants(evidence.project)
    instalments = [row for grant in grants for row in lock_instalments(grant)]
    evidence = projects.lock_evidence(evidence)
    if evidence.state == ACCEPTED:
        return evidence
    permissions.may_judge(by, evidence).require()
    evidence = projects.accept_evidence(evidence, by=by)
    if evidence.is_final:
        for instalment in instalments:
            if (
                instalment.condition == Instalment.Condition.EVIDENCE_ACCEPTED
                and instalment.state == Instalment.State.WAITING
            ):
                instalment.state, instalment.evidence = Instalment.State.DUE, evidence
                instalment.save(update_fields=["state", "evidence"])
                notices.instalment_due(instalment)
        projects.mark(evidence.project, state=ACCEPTED, by=by)
        for grant in grants:
            close_if_done(grant, by=by)
    audit.record(by, "accept", evidence, grants=[grant.code for grant in grants])
    notices.accepted(evidence)
    for grant in grants:
        changed(grant)
    return evidence


@verb
def return_evidence(evidence: Evidence, *, reason: str, by: User) -> Evidence:
    """Send a report back with a reason. The implementer is told and may file again."""
    lock_grants(evidence.project)
    evidence = projects.lock_evidence(evidence)
    if evidence.state == FILED:
        permissions.may_judge(by, evidence).require()
    return projects.return_evidence(evidence, reason=reason, by=by)


@verb
def issue_codes(project: Project, *, count: int, until: date | None = None, by: User) -> list[str]:
    """Make one-time rating codes to hand to the residents who were served, taken until a day, and return them."""
    permissions.may_issue_codes(by, project).require()
    return projects.issue_rating_codes(project, count=count, until=until, by=by)


@verb
def print_cards(project: Project, *, sheet: int | None = None, by: User) -> list[RatingCode]:
    """Write down that codes are printed on cards and return them: those never printed, or again those of a sheet."""
    permissions.may_issue_codes(by, project).require()
    return projects.print_cards(project, sheet=sheet, by=by)


@verb
def enter_call_back(
    project: Project, *, code: str, stars: int, words: str = "", by: User
) -> SatisfactionReply:
    """Write down what a served resident said on the telephone, under their code."""
    permissions.may_issue_codes(by, project).require()
    return projects.enter_call_back(project, code=code, stars=stars, words=words, by=by)
