"""What is open when one committee hands over to the next, and where the hand-over stands."""

from typing import Any

from apps.core import clock
from apps.funds.queries import promised
from apps.governance.models import Committee, HandOver, HandOverSeat, Motion, Seat
from apps.governance.states import BEFORE_THE_VOTE, CARRIED, IN_FORCE, OPEN, HandOverState


def waiting_hand_over(committee: Committee) -> HandOver | None:
    """Return the hand-over that waits for its confirmations, if one does."""
    return committee.hand_overs.filter(state=HandOverState.PREPARED).first()


def last_hand_over(committee: Committee) -> HandOver | None:
    """Return the last hand-over that was done."""
    return committee.hand_overs.filter(state=HandOverState.DONE).order_by("-done_at").first()


def incoming_chair(hand_over: HandOver) -> HandOverSeat | None:
    """Return the chair of the coming committee."""
    return hand_over.planned.filter(office=Seat.Office.CHAIR).select_related("user").first()


def open_matters(committee: Committee) -> dict[str, Any]:
    """Return what the next committee takes over, as plain values: open motions, decided grants, promised fen, papers.

    What has been paid of a grant stands with the grants; here is what the committee decided and the fund still holds
    back for it.
    """
    open_motions = committee.motions.filter(state__in=[*BEFORE_THE_VOTE, OPEN, CARRIED]).order_by("number")
    grants = committee.motions.filter(kind=Motion.Kind.GRANT, state__in=[CARRIED, IN_FORCE]).order_by(
        "number"
    )
    return {
        "motions": [
            {"code": one.code, "number": one.number, "title": one.title, "state": one.state}
            for one in open_motions
        ],
        "grants": [
            {"code": one.code, "number": one.number, "title": one.title, "amount": one.amount}
            for one in grants
        ],
        "promised": sum(promised(committee.fund).values()),
        "appointments": list(
            committee.appointments.order_by("issued_on", "pk").values_list("number", flat=True)
        ),
        "as_of": clock.now().isoformat(),
    }
