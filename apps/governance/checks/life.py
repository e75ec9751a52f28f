"""What must hold of a motion after its vote, and of signed minutes."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.core import canonical
from apps.core.checks import Check, Row
from apps.funds.models import Approval, ApprovalStep
from apps.governance import queries
from apps.governance.models import Minutes, Motion, RollEntry, Seat
from apps.governance.states import CARRIED, IN_FORCE, RETURNED

STANDS = {IN_FORCE: {Approval.State.PASSED}, RETURNED: {Approval.State.RETURNED, Approval.State.REFUSED}}


def settled_against_the_levels_above() -> Iterator[Row]:
    """Motions in force or sent back without a moment, or against what the levels above said."""
    said = dict(
        Approval.objects.filter(subject_kind=queries.SUBJECT_KIND)
        .exclude(state=Approval.State.WITHDRAWN)
        .values_list("subject_code", "state")
    )
    for motion in Motion.objects.filter(state__in=(CARRIED, IN_FORCE, RETURNED)).order_by("pk"):
        state = said.get(motion.code)
        untold = state is None and motion.state == RETURNED
        differs = state is not None and motion.state in STANDS and state not in STANDS[motion.state]
        if untold or differs or (motion.settled_at is None) != (motion.state == CARRIED):
            yield {"motion": motion.code, "state": motion.state, "above": state}


def judged_by_a_member() -> Iterator[Row]:
    """Motions that somebody who stood on their roll agreed to, returned or refused on an upper level."""
    decided = ApprovalStep.objects.filter(approval__subject_kind=queries.SUBJECT_KIND).exclude(
        decided_by_id=None
    )
    judges: defaultdict[str, set[int]] = defaultdict(set)
    for code, user_id in decided.values_list("approval__subject_code", "decided_by_id"):
        judges[code].add(user_id or 0)
    voters = RollEntry.objects.filter(motion__code__in=judges).values_list("motion__code", "seat__user_id")
    for code, user_id in voters:
        if user_id in judges[code]:
            yield {"motion": code}


def minutes_not_as_signed() -> Iterator[Row]:
    """Signed minutes whose text is not the signed one, or that two fitting people did not sign."""
    signed = Minutes.objects.filter(state=Minutes.State.SIGNED).prefetch_related("signatures__seat")
    for minutes in signed:
        signatures = list(minutes.signatures.all())
        offices = {one.seat.office for one in signatures}
        fit = Seat.Office.CHAIR in offices and offices & {Seat.Office.SUPERVISOR, Seat.Office.SECRETARY}
        hashes = {canonical.sha256_hex(minutes.content), *(one.content_hash for one in signatures)}
        if not fit or hashes != {minutes.content_hash}:
            yield {"minutes": minutes.code, "content_hash": minutes.content_hash}


CHECKS = [
    Check("governance.settled", _("生效和退回的议案，与上级的答复一致。"), settled_against_the_levels_above),
    Check("governance.judges", _("管委会的人不在上级审核自己表决过的议案。"), judged_by_a_member),
    Check("governance.minutes", _("签署的纪要就是两个人签的那一版。"), minutes_not_as_signed),
]
