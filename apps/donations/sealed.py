"""The personal fields of this room, and the keyed hashes by which donors are found."""

from apps.core.resealing import IndexedField, SealedField
from apps.donations.likeness import normal_name
from apps.donations.models import (
    Custody,
    Donation,
    DonationAgreement,
    Donor,
    DonorContact,
    FiscalReceipt,
    GivingPlan,
    HandOver,
    Invitee,
    SignInCode,
)
from apps.donations.rules import normal_contact

FIELDS = [
    SealedField(Donor, "name_sealed", "donor:{}:name"),
    SealedField(Donor, "contact_sealed", "donor:{}:contact"),
    SealedField(DonorContact, "person_sealed", "donor-contact:{}:person"),
    SealedField(DonorContact, "phone_sealed", "donor-contact:{}:phone"),
    SealedField(DonorContact, "email_sealed", "donor-contact:{}:email"),
    SealedField(Donation, "dedication_sealed", "gift:{}:dedication"),
    SealedField(GivingPlan, "dedication_sealed", "plan:{}:dedication"),
    SealedField(DonationAgreement, "party_sealed", "agreement:{}:party"),
    SealedField(Custody, "receiver_sealed", "custody:{}:receiver"),
    SealedField(HandOver, "account_sealed", "hand-over:{}:account"),
    SealedField(FiscalReceipt, "payer_sealed", "receipt:{}:payer"),
    SealedField(Invitee, "name_sealed", "invitee:{}:name"),
    SealedField(Invitee, "contact_sealed", "invitee:{}:contact"),
    SealedField(SignInCode, "contact_sealed", "sign-in:{}:contact", key="token"),
]
INDEXES = [
    IndexedField(Donor, "contact_index", lambda donor: normal_contact(donor.contact)),
    IndexedField(Invitee, "contact_index", lambda invitee: invitee.contact),
    IndexedField(Donor, "name_index", lambda donor: normal_name(donor.name)),
]
