"""What a donor asks for after a gift or with a pledge: a certificate, a written agreement."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core import audit, clock, files
from apps.core.codes import new_code
from apps.core.names import clean_text
from apps.core.sealing import seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules
from apps.donations.models import Certificate, Donation, DonationAgreement, Donor, Pledge
from apps.donations.pledging import PledgeForm
from apps.donations.services.locks import lock_donation, lock_pledge
from apps.donations.services.receipts import clean_payer
from apps.donations.states import AgreementState
from apps.users.models import User

WISHES_LIMIT = 300
By = rules.Giver | User | None


@verb
def make_certificate(
    donation: Donation, *, prints_full_name: bool, shows_amount: bool, by: By
) -> Certificate:
    """Make a gift's certificate, or change what it shows. Asked twice it is one, under one number.

    `by` is None for a donor whose page's address proves that the gift is theirs. Raises `Refused`.
    """
    donation = lock_donation(donation.pk)
    permissions.may_make_certificate(by, donation).require()
    row = Certificate.objects.filter(donation=donation).first()
    if row is None:
        row = Certificate(code=new_code("", 10), donation=donation, made_at=clock.now())
    row.prints_full_name, row.shows_amount = prints_full_name, shows_amount
    row.save()
    audit.record(by, "make_certificate", row, shows_amount=shows_amount)
    return row


@verb
def draw_donation_agreement(
    subject: Donation | Pledge, *, name: str, kind: str, uscc: str = "", wishes: str = "", by: By
) -> DonationAgreement:
    """Draw the written agreement that a donor may ask for (Charity Law, article 39); drawn anew until it is signed."""
    subject = _lock(subject)
    permissions.may_draw_agreement(by, subject).require()
    name, uscc = clean_payer(name, kind, uscc)
    wishes = clean_text(wishes, field="wishes", limit=WISHES_LIMIT)
    row = queries.agreement_of(subject)
    if row is None:
        row = DonationAgreement(code=new_code("", 10), **queries.about(subject), drawn_at=clock.now())
    row.party_sealed = seal(name, context=f"agreement:{row.code}:party")
    row.party_uscc, row.wishes = uscc, wishes
    row.purpose = queries.purpose_of(subject)[:WISHES_LIMIT]
    row.save()
    audit.record(by, "draw_donation_agreement", row)
    return row


@verb
def file_donation_agreement(
    agreement: DonationAgreement, *, upload: "UploadedFile[bytes]", signed_on: date, by: User | None
) -> DonationAgreement:
    """Keep the signed copy of an agreement. Raises `Refused` for a file that is none, and for a day to come.

    A pledge that was only spoken of is one in writing from then on, which decides what may be claimed (article 41).
    """
    subject = _lock(agreement.subject)
    permissions.may_handle_money(by, subject.host).require()
    row = DonationAgreement.objects.get(pk=agreement.pk)
    if row.state == AgreementState.SIGNED:
        return row
    if signed_on > clock.today():
        raise Refused(_("签订日期不能在今天以后。"), "signed_on")
    row.file = files.keep_document(upload, by_id=getattr(by, "pk", None), field="file", signed=True)
    row.state, row.signed_on, row.filed_at = AgreementState.SIGNED.value, signed_on, clock.now()
    row.filed_by_id = getattr(by, "pk", None)
    row.save()
    if isinstance(subject, Pledge) and subject.form == PledgeForm.OTHER:
        subject.form = PledgeForm.WRITTEN.value
        subject.save(update_fields=["form"])
    audit.record(by, "file_donation_agreement", row)
    return row


def _lock(subject: Donation | Pledge) -> Donation | Pledge:
    return lock_pledge(subject.pk) if isinstance(subject, Pledge) else lock_donation(subject.pk)


def forget_agreements(donor: Donor) -> None:
    """Destroy the names in agreements that nobody signed. A signed one is a contract and stays with the books."""
    about = Q(donation__donor=donor) | Q(pledge__donor=donor)
    rows = DonationAgreement.objects.filter(about, state=AgreementState.DRAWN)
    rows.update(party_sealed="", party_uscc="", wishes="")
    Certificate.objects.filter(donation__donor=donor).update(prints_full_name=False)
