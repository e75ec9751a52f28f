"""What the fund's officers decide besides motions: whether the work was done, and who may rate it."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.grants import notices, permissions, queries
from apps.grants.models import Acceptance, AcceptanceItem, Instalment
from apps.grants.rules import checklist as rules
from apps.grants.rules.checklist import Item, Judged
from apps.grants.services.ending import close_if_done
from apps.grants.services.locks import changed, lock_grants, lock_instalments
from apps.grants.states import NOT_MET, PARTLY
from apps.projects import services as projects
from apps.projects.models import Evidence, Project, RatingCode, SatisfactionReply
from apps.projects.states import ACCEPTED, FILED
from apps.users.models import User

TO_MEND = frozenset({PARTLY, NOT_MET})


@verb
def accept(
    evidence: Evidence,
    *,
    judgements: Mapping[str, Judged] | None = None,
    seen: str = "",
    private_note: str = "",
    by: User,
) -> Evidence:
    """Accept a report: its photographs become public, and the instalments that waited for it become due: those of its
    milestone, and on a closing report the last.

    A closing report is judged item by item (`queries.checklist`): `judgements` by the items' keys, `seen` the
    fingerprint of the figures that were shown. The list is kept with the acceptance; its notes are public,
    `private_note` is not. Accepting twice changes nothing. Raises `Refused` naming the field, and for anyone but the
    fund's officers, and for the side of the implementer.
    """
    grants = lock_grants(evidence.project)
    instalments = [row for grant in grants for row in lock_instalments(grant)]
    evidence = projects.lock_evidence(evidence)
    if evidence.state == ACCEPTED:
        return evidence
    permissions.may_accept(by, evidence).require()
    judged = _gone_through(evidence, judgements or {}, seen=seen, must_judge=True)
    evidence = projects.accept_evidence(evidence, by=by)
    released = set(queries.released_by(evidence).values_list("pk", flat=True))
    for instalment in instalments:
        if instalment.pk in released:
            instalment.state, instalment.evidence = Instalment.State.DUE, evidence
            instalment.save(update_fields=["state", "evidence"])
            notices.instalment_due(instalment)
    if evidence.is_final:
        _keep_round(
            evidence, judged, Acceptance.Outcome.ACCEPTED, reason="", private_note=private_note, by=by
        )
        projects.mark(evidence.project, state=ACCEPTED, by=by)
        for grant in grants:
            close_if_done(grant, by=by)
    audit.record(by, "accept", evidence, grants=[grant.code for grant in grants])
    notices.accepted(evidence)
    for grant in grants:
        if grant.fund_id != evidence.project.fund_id:
            notices.accepted_by_the_lead(evidence, grant)
    for grant in grants:
        changed(grant)
    return evidence


@verb
def return_evidence(
    evidence: Evidence,
    *,
    reason: str,
    judgements: Mapping[str, Judged] | None = None,
    seen: str = "",
    private_note: str = "",
    by: User,
) -> Evidence:
    """Send a report back with a reason; officers of any fund that pays may. The implementer is told and may file again.

    Of a closing report the items to mend are named: at least one is judged met in part or not met.
    """
    grants = lock_grants(evidence.project)
    evidence = projects.lock_evidence(evidence)
    judged: list[tuple[Item, Judged]] = []
    if evidence.state == FILED:
        permissions.may_return(by, evidence).require()
        judged = _gone_through(evidence, judgements or {}, seen=seen, must_judge=False)
        if evidence.is_final and not any(one.verdict in TO_MEND for _item, one in judged):
            raise Refused(_("请把要补的项判成“部分达到”或“没达到”，并写明补什么。"), "reason")
    to_mend = [_mended(item, one) for item, one in judged if one.verdict in TO_MEND]
    evidence = projects.return_evidence(evidence, reason=reason, to_mend=to_mend, by=by)
    if evidence.is_final:
        _keep_round(
            evidence,
            judged,
            Acceptance.Outcome.RETURNED,
            reason=evidence.reason,
            private_note=private_note,
            by=by,
        )
        for grant in grants:
            changed(grant)
    return evidence


def _gone_through(
    evidence: Evidence, judgements: Mapping[str, Judged], *, seen: str, must_judge: bool
) -> list[tuple[Item, Judged]]:
    """Return the items of a closing report with their judgements; a report of a stretch of work has none."""
    if not evidence.is_final:
        return []
    items = queries.checklist(evidence.project, evidence)
    if seen != rules.hash_of(items):
        raise Refused(_("您看的时候数字变了（记了支出、活动或评价），请看过新的数字再判。"))
    return rules.check_all(items, judgements, must_judge=must_judge)


def _mended(item: Item, judged: Judged) -> str:
    words = queries.item_title(item)
    return f"{words}：{judged.note}" if judged.note else words


def _keep_round(
    evidence: Evidence,
    judged: Sequence[tuple[Item, Judged]],
    outcome: Acceptance.Outcome,
    *,
    reason: str,
    private_note: str,
    by: User,
) -> None:
    """Keep what was judged as one round of the project's acceptance, under its fingerprint."""
    rows = [
        AcceptanceItem(
            position=position,
            key=item.key,
            kind=item.kind,
            words=item.words,
            figures=dict(item.figures),
            proposed=item.proposed,
            verdict=one.verdict,
            note=one.note,
        )
        for position, (item, one) in enumerate(judged)
    ]
    round_ = Acceptance(
        evidence=evidence,
        number=Acceptance.objects.filter(evidence__project=evidence.project).count() + 1,
        outcome=outcome,
        reason=reason,
        private_note=clean_text(private_note, field="private_note", limit=500, lines=True),
        judged_at=clock.now(),
        judged_by_id=by.pk,
    )
    round_.content_hash = queries.acceptance_hash(round_, rows)
    round_.save()
    for row in rows:
        row.acceptance = round_
    AcceptanceItem.objects.bulk_create(rows)


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
