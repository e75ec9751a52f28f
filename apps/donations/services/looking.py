"""Who looked at a donor's name and contact: one row of the trail a day, person and page (PIPL 51, 54)."""

from apps.core import audit, clock
from apps.core.models import AuditEvent
from apps.core.verbs import verb
from apps.donations.models import Custody, DirectedAppeal, Donation, Donor, InKindGift, Invitee, Pledge
from apps.users.models import User

LOOKED = "see_donor"


@verb
def note_look(
    subject: Donation | Donor | InKindGift | Pledge | Custody | DirectedAppeal | Invitee, *, by: User
) -> None:
    """Note that a person opened the page with a donor's name and contact; again on the same day changes nothing."""
    today = clock.midnight(clock.today())
    seen = AuditEvent.objects.filter(
        subject_kind=subject._meta.label_lower,
        subject_code=subject.code,
        verb=LOOKED,
        by_id=by.pk,
        at__gte=today,
    )
    if not seen.exists():
        audit.record(by, LOOKED, subject)
