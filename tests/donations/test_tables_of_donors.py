"""Every table that refers to a donor is in the export of their data and has its place in an erasure, or a reason."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from apps.core import clock
from apps.core.sealing import blind_index
from apps.desk.queries.own_data import everything, tables
from apps.donations import services
from apps.donations.models import Donor, DonorText
from apps.donations.queries.by_hand import texts_by_hand
from apps.donations.rules import Giver
from tests.cast import ORGANISATION_USCC, Cast
from tests.donations.directed.house import invited, written
from tests.donations.test_goods import receive
from tests.donations.test_own import where
from tests.donations.test_pledges import promise
from tests.donations.test_receipts import gift_of

# Columns that name a donor without a key to their row.
LOOSE = {"donor", "donor_code", "donation", "donation_code", "contact_index"}
NOT_EXPORTED = {
    "donations.DonorMerge": "finance's trail of which rows are one person: the rows themselves are there",
    "donations.DonorApart": "finance's note that two rows are two people, which is about another donor too",
    "donations.SignInCode": "a code that was asked for, gone within a day",
    "ledger.Posting": "the books name an opaque code; what they say of it are the gifts",
}
# What an erasure (PIPL 47) does to each table. Rows without words of or about the donor stay as the books need them.
GONE, ANONYMOUS, KEPT_BY_LAW = "emptied", "anonymous", "kept by law"
NO_WORDS = "keys, amounts and days only"
STAFF = "words of finance, whose forms ask that nobody is named"
ERASURE = {
    "donations.Donor": GONE,
    "donations.Consent": "withdrawn; that it was given is the proof of what was done",
    "donations.DonorContact": GONE,
    "donations.Invitee": GONE,
    "donations.SignInCode": GONE,
    "donations.Donation": ANONYMOUS,
    "donations.GivingPlan": ANONYMOUS,
    "donations.InKindGift": ANONYMOUS,
    "donations.Pledge": ANONYMOUS,
    "donations.Certificate": "prints no name any more",
    "donations.ThankText": "the letter goes with the letterbox; what is left is when it was sent",
    "donations.DonationAgreement": "emptied unless signed: a signed one is a contract and a voucher",
    "donations.FiscalReceipt": "emptied unless issued: stubs are kept by law",
    "donations.Custody": "the receiver is another person; the register of custodial assets is kept by law",
    "donations.HandOver": KEPT_BY_LAW,
    "donations.DonorMerge": STAFF,
    "donations.DonorApart": NO_WORDS,
    "donations.Refund": STAFF,
    "donations.PlanChange": NO_WORDS,
    "donations.DonorText": "not sent any more, nor told by hand",
    "donations.DonorInstruction": "its paper goes; what was asked stays, without a name",
    "donations.PledgeInstalment": NO_WORDS,
    "donations.PledgeGift": STAFF,
    "donations.BatchGift": NO_WORDS,
    "donations.BoxCount": NO_WORDS,
    "donations.DepositedGift": NO_WORDS,
    "donations.DirectedGift": NO_WORDS,
    "donations.PlatformGift": "the platform's number of an order, by which it is known again",
    "donations.PurposeRequest": STAFF,
    "donations.Correction": STAFF,
    "donations.CampaignCorrection": STAFF,
    "donations.GoodsMove": STAFF,
    "donations.WriteOff": STAFF,
    "seeding.Match": NO_WORDS,
    "seeding.TakenBack": NO_WORDS,
    "ledger.Posting": "the books stay whole; their code leads to an emptied row",
}


def pointing_at(model: type[Model]) -> Iterator[type[Model]]:
    """Tables with a key to this one, also those that it cannot be asked for by name."""
    for other in apps.get_models():
        for field in other._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is model:
                yield other


def referring() -> set[str]:
    found: set[type[Model]] = {Donor}
    left: list[type[Model]] = [Donor]
    while left:
        new = set(pointing_at(left.pop())) - found
        found |= new
        left += new
    for model in apps.get_models():
        if any(
            field.name in LOOSE and not isinstance(field, ForeignKey) for field in model._meta.concrete_fields
        ):
            found.add(model)
    return {model._meta.label for model in found}


def test_every_table_about_a_donor_is_exported_or_has_its_reason() -> None:
    exported = {model._meta.label for model in tables()}
    assert referring() - exported == set(NOT_EXPORTED), (
        "put the table into the export (a key to a donor's row is enough), or give a reason in NOT_EXPORTED"
    )


def test_every_table_about_a_donor_has_its_place_in_an_erasure() -> None:
    assert referring() == set(ERASURE), (
        "say in ERASURE what `erase_donor` does to the table, and test that it does"
    )


NAME, CONTACT, WORDS = "欧阳䶮商行", "canary-9@example.org", "给隔壁的陈奶奶"


@pytest.mark.django_db
def test_promises_papers_and_invitations_are_told_and_then_forgotten(cast: Cast) -> None:
    whose = {"name": NAME, "contact": CONTACT, "kind": "organisation"}
    pledge = promise(cast, note=WORDS, **whose)
    services.draw_donation_agreement(
        pledge, name=NAME, kind="organisation", uscc=ORGANISATION_USCC, wishes=WORDS, by=cast.finance
    )
    services.add_contact(pledge.donor, host=cast.host, person=NAME, email=CONTACT, by=cast.finance)
    things = receive(cast, donor_name=NAME, contact=CONTACT, kind="organisation")
    services.request_receipt(things, name=NAME, by=None)
    gift = gift_of(cast, **whose)
    services.request_receipt(gift, name=NAME, by=None)
    DonorText.objects.create(kind="receipt", code="R1", donation=gift, laid_at=clock.now())
    assert texts_by_hand([cast.host]).exists()
    invited(cast, written(cast), name=NAME, contact=CONTACT)

    me = Giver(contact_index=blind_index(CONTACT))
    told = everything(me)
    [told_pledge] = [row for donor in told["donors"] for row in donor.get("pledge", ())]
    assert (told_pledge["amount"], told_pledge["note"]) == (pledge.amount, WORDS)
    assert [part["amount"] for part in told_pledge["pledgeinstalment"]] == [40_000, 60_000]
    assert told_pledge["donationagreement"][0]["party"] == NAME
    assert [row["person"] for donor in told["donors"] for row in donor.get("donorcontact", ())] == [NAME]
    assert told["things"][0]["fiscalreceipt"][0]["payer"] == NAME
    assert told["gifts"][0]["fiscalreceipt"][0]["payer"] == NAME
    assert [row["name"] for row in told["invitations"]] == [NAME]

    services.erase_all(me)
    assert where(NAME, CONTACT, WORDS) == set()
    assert not texts_by_hand([cast.host]).exists()
    told = everything(me)
    assert not any(told[part] for part in ("donors", "gifts", "things", "invitations"))
