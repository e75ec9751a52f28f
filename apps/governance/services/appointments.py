"""Filing the papers by which a committee and its seats were appointed."""

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.core import audit, clock, files, versions
from apps.core.codes import new_code
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import permissions
from apps.governance.models import Appointment, Committee, Seat
from apps.governance.services.committees import lock_committee
from apps.users.models import User


@verb
def file_appointment(
    committee: Committee,
    *,
    number: str,
    issuer: str,
    issued_on: date,
    seats: Sequence[Seat] = (),
    upload: "UploadedFile[bytes] | None" = None,
    by: User | None,
) -> Appointment:
    """File a paper of appointment; without `seats` it appoints the committee as a whole.

    Everyone may read its number, issuer and day; the scan is kept for staff. Raises `Refused` for a number that is
    filed already, a day that has not come, a seat of another committee, or a file that is no document.
    """
    committee = lock_committee(committee)
    permissions.may_form(by, committee.fund).require()
    facts = {
        "number": clean_text(number, field="number", limit=80),
        "issuer": clean_text(issuer, field="issuer", limit=80),
    }
    for field, value in facts.items():
        if not value:
            raise Refused(_("请写文号和发文单位。"), field)
    if issued_on > clock.today():
        raise Refused(_("发文日期还没到。"), "issued_on")
    if any(seat.committee_id != committee.pk for seat in seats):
        raise Refused(_("只能登记这个管委会的席位。"), "seats")
    if committee.appointments.filter(number=facts["number"]).exists():
        raise Refused(_("这个文号已经登记过了。"), "number")
    by_id = by.pk if by else None
    paper = Appointment.objects.create(
        code=new_code("A"),
        committee=committee,
        issued_on=issued_on,
        scan=files.keep_document(upload, by_id=by_id, field="scan") if upload else None,
        filed_by_id=by_id,
        filed_at=clock.now(),
        **facts,
    )
    paper.seats.set(seats)
    audit.record(by, "governance.file_appointment", paper, fund=committee.fund.code, seats=len(seats))
    versions.bump(f"fund:{committee.fund.code}")
    return paper
