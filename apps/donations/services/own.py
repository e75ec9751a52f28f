"""What donors do with what is known of them: taking a consent back, and having everything personal destroyed."""

from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.core import audit, clock, letterbox, versions
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries
from apps.donations.models import (
    CampaignCorrection,
    Consent,
    Correction,
    Donation,
    Donor,
    FiscalReceipt,
    GivingPlan,
    InKindGift,
    Pledge,
    PurposeRequest,
    Refund,
    SignInCode,
)
from apps.donations.rules import ANONYMOUS_NAME, Giver
from apps.donations.services.donors import erase_donor, show_gift, withdraw
from apps.donations.services.plans.steering import lock_plan, stop_plan
from apps.donations.services.pledges import hide_pledge
from apps.donations.services.thanks import forget_thanks
from apps.donations.states import NameChoice
from apps.users.models import User


@verb
def withdraw_consent(consent: Consent, *, by: Giver | User | None) -> Consent:
    """Take a consent back (PIPL 15): what it let the public see is hidden at once, everywhere. Twice changes nothing.

    A monthly gift cannot be paid without the provider abroad: taking that consent back stops it. Raises `Refused` for
    anybody but the donor.
    """
    consent = lock_row(Consent, "donor", pk=consent.pk)
    permissions.is_own(by, consent.donor).require()
    if consent.withdrawn_at is not None:
        return consent
    gift = Donation.objects.filter(code=consent.donation_code, donor=consent.donor).first()
    plan = GivingPlan.objects.filter(code=consent.donation_code, donor=consent.donor).first()
    if plan is None and gift is not None and consent.lets_see:
        # Of one month is of all: those to come would show it again.
        plan = gift.plan
    if plan is not None:
        _withdraw_of_plan(plan, consent.purpose, by=by)
    elif consent.lets_see:
        if gift is not None:
            _hide(gift, consent.purpose, by=by)
            if consent.purpose == Consent.Purpose.PUBLISH_NAME:
                forget_thanks(
                    Donation.objects.filter(pk=gift.pk), name=consent.donor.name, is_erasure=False, by=by
                )
        else:
            _hide_other(consent)
    Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=clock.now())
    consent.refresh_from_db()
    audit.record(by, "withdraw_consent", gift or plan or consent.donor, purpose=consent.purpose)
    return consent


def _hide_other(consent: Consent) -> None:
    """Hide what a consent showed of a pledge or of things, which carry its code like a gift."""
    named = {"code": consent.donation_code, "donor": consent.donor}
    pledge = Pledge.objects.select_related("fund").filter(**named).first()
    if pledge is not None:
        hide_pledge(pledge, consent.purpose)
    things = InKindGift.objects.select_related("fund").filter(**named).first()
    if things is not None and consent.purpose == Consent.Purpose.PUBLISH_NAME:
        _make_anonymous(things)


@verb
def hide_surname(given: Pledge | InKindGift, *, by: Giver | User | None) -> None:
    """Make a pledge, or things, that show a surname anonymous. Twice changes nothing. Only the donor."""
    rows: QuerySet[Any] = type(given)._default_manager.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("donor", "fund").get(pk=given.pk)
    permissions.is_own(by, row.donor).require()
    if row.name_choice != NameChoice.MASKED:
        return
    _make_anonymous(row)
    audit.record(by, "choose_name", row, before=NameChoice.MASKED.value, after=NameChoice.ANONYMOUS.value)


def _make_anonymous(given: Pledge | InKindGift) -> None:
    given.name_choice, given.public_name = NameChoice.ANONYMOUS.value, ANONYMOUS_NAME
    given.save(update_fields=["name_choice", "public_name"])
    versions.bump("site", f"fund:{given.fund.code}")


def _withdraw_of_plan(plan: GivingPlan, purpose: str, *, by: Giver | User | None) -> None:
    """Do to a monthly gift, and to every month of it, what taking a consent back means; months to come follow it."""
    plan = lock_plan(plan)
    months = Donation.objects.filter(plan=plan)
    if purpose == Consent.Purpose.PROVIDER_ABROAD:
        stop_plan(plan, by=by)
    elif purpose == Consent.Purpose.PUBLISH_NAME:
        if plan.name_choice == NameChoice.REAL:
            plan.name_choice, plan.public_name = NameChoice.ANONYMOUS.value, ANONYMOUS_NAME
            plan.save(update_fields=["name_choice", "public_name"])
        for month in months.filter(name_choice=NameChoice.REAL).order_by("pk"):
            _hide(month, purpose, by=by)
        forget_thanks(months, name=plan.donor.name, is_erasure=False, by=by)
    elif purpose == Consent.Purpose.PUBLISH_AMOUNT:
        plan.shows_amount = False
        plan.save(update_fields=["shows_amount"])
        for month in months.filter(shows_amount=True).order_by("pk"):
            _hide(month, purpose, by=by)
    elif purpose == Consent.Purpose.DEDICATION:
        plan.public_dedication = ""
        plan.save(update_fields=["public_dedication"])
        for month in months.exclude(public_dedication="").order_by("pk"):
            _hide(month, purpose, by=by)
    # What a month carries of its own repeats what was agreed to for all of them.
    codes = [plan.code, *months.values_list("code", flat=True)]
    withdraw(plan.donor, codes, purpose)


def _hide(gift: Donation, purpose: str, *, by: Giver | User | None) -> None:
    keeps_name = gift.name_choice != NameChoice.REAL or purpose != Consent.Purpose.PUBLISH_NAME
    show_gift(
        gift,
        name_choice=gift.name_choice if keeps_name else NameChoice.ANONYMOUS.value,
        consents=[Consent.Purpose.PUBLISH_NAME.value] if keeps_name else [],
        shows_amount=False if purpose == Consent.Purpose.PUBLISH_AMOUNT else None,
        shows_dedication=False if purpose == Consent.Purpose.DEDICATION else None,
        by=by,
    )


@verb
def erase_all(giver: Giver) -> int:
    """Destroy what is known of a donor under every row that is theirs, and return how many rows there were.

    With the rows go the letters about their gifts and the codes that they asked for. The books, and the stubs of fiscal
    receipts that were issued, stay. Raises `Refused` for a visitor who is nobody.
    """
    if not giver:
        raise Refused(_("请先用验证码或账号登录。"))
    donors = list(queries.donors_of(giver).select_for_update(no_key=True))
    _erase_with_letters(donors, by=giver)
    return len(donors)


@verb
def erase_by_key(given: Donation | InKindGift) -> Donor:
    """Destroy what is known of the donor of one gift, for who holds the gift's own address. Raises `Refused` where more
    came from them, or they have an account."""
    donor = lock_row(Donor, pk=given.donor_id)
    given.donor = donor
    permissions.may_erase_by_key(given).require()
    _erase_with_letters([donor], by=None)
    donor.refresh_from_db()
    return donor


@verb
def erase_on_word(given: Donation | InKindGift, *, by: User | None) -> None:
    """Destroy what is known of the donor of a gift under every row of theirs, as they told staff. Raises `Refused`
    where another host has to do with them."""
    rows = list(queries.rows_of(given.donor).select_for_update(no_key=True))
    permissions.may_erase_on_word(by, given).require()
    # The donor decided, not who wrote it down.
    _erase_with_letters(rows, by=None)


def _erase_with_letters(rows: Sequence[Donor], *, by: Giver | None) -> None:
    """Destroy what is known of a donor under these rows, the letters to them and the codes that they asked for."""
    contacts = {row.contact_index for row in rows if row.contact_index}
    _forget_letters(rows)
    SignInCode.objects.filter(contact_index__in=contacts).delete()
    for row in rows:
        erase_donor(row, by=by)


def _forget_letters(rows: Sequence[Donor]) -> None:
    """Destroy the letters about a donor's gifts, and all to an address that no account has."""
    about = _codes_of(rows)
    for address in {row.contact for row in rows}:
        try:
            validate_email(address)
        except ValidationError:
            continue
        if User.objects.filter(email__iexact=address).exists():
            letterbox.forget(address, about=about)
        else:
            letterbox.forget(address)


def _codes_of(rows: Sequence[Donor]) -> Collection[str]:
    """Return the codes that the keys of letters to a donor name: of all that they gave, promised or were asked for."""
    mine, gift, things = Q(donor__in=rows), Q(donation__donor__in=rows), Q(in_kind__donor__in=rows)
    found: list[QuerySet[Any]] = [
        Donation.objects.filter(mine),
        GivingPlan.objects.filter(mine),
        Pledge.objects.filter(mine),
        Refund.objects.filter(gift),
        CampaignCorrection.objects.filter(gift | Q(things__donor__in=rows)),
        Correction.objects.filter(gift),
        PurposeRequest.objects.filter(gift),
        FiscalReceipt.objects.filter(gift | things),
        queries.directed.invited_as(rows),
    ]
    return [code for kind in found for code in kind.values_list("code", flat=True)]
