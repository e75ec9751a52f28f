"""Who gave: the sealed donor row, the consents, and what the public sees."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import audit, clock, files, versions
from apps.core.codes import new_code
from apps.core.names import clean_text
from apps.core.sealing import blind_index, seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules
from apps.donations.likeness import normal_name
from apps.donations.models import (
    Consent,
    Donation,
    Donor,
    DonorContact,
    DonorInstruction,
    DonorText,
    GivingPlan,
    InKindGift,
    Pledge,
    PurposeRequest,
)
from apps.donations.services.after_gift import forget_agreements
from apps.donations.services.directed.forgetting import forget_invitations
from apps.donations.services.locks import lock_donation
from apps.donations.services.receipts import forget_requests
from apps.donations.services.thanks import forget_thanks
from apps.donations.states import NameChoice
from apps.users.models import User

CONSENT_TEXTS = {
    Consent.Purpose.PUBLISH_NAME.value: gettext_lazy("同意慈善会在捐赠名册里公开我的姓名，可以随时撤回。"),
    Consent.Purpose.PUBLISH_AMOUNT.value: gettext_lazy("同意在捐赠名册里公开这笔捐款的金额，可以随时撤回。"),
    Consent.Purpose.DEDICATION.value: gettext_lazy("同意公开这笔捐款献给谁或以谁的名义，可以随时撤回。"),
    Consent.Purpose.GUARDIAN.value: gettext_lazy(
        "我是捐赠人的父母或其他监护人，同意这笔捐款，也同意为此处理孩子的个人信息。"
    ),
    Consent.Purpose.PROVIDER_ABROAD.value: gettext_lazy(
        "同意把捐款金额和一个随机编号交给境外支付机构处理付款，姓名和电话不出境。"
    ),
}


NEEDED_TEXTS = {
    Consent.Purpose.PROVIDER_ABROAD.value: gettext_lazy(
        "网上支付由境外支付机构处理，要您单独同意；不同意也可以改用银行转账。"
    ),
}


def clean_identity(name: str, contact: str, choice: str) -> tuple[str, str]:
    """Return the cleaned name and contact. Raises `Refused` naming the field."""
    if choice not in NameChoice.values:
        raise Refused(_("请选择公示时怎么写您的名字。"), "name_choice")
    name = clean_text(name, field="name", limit=rules.NAME_LIMIT)
    contact = clean_text(contact, field="contact", limit=rules.CONTACT_LIMIT)
    if choice != NameChoice.ANONYMOUS and not name:
        raise Refused(_("要公示姓名或姓，请先写上姓名；不想写可以选匿名。"), "name")
    return name, contact


def new_donor(*, name: str, contact: str, kind: str, user_id: int | None, now: datetime) -> Donor:
    """Return an unsaved donor whose personal fields are sealed to their own code."""
    code = new_code("D", 10)
    return Donor(
        code=code,
        kind=kind,
        user_id=user_id,
        name_sealed=seal(name, context=f"donor:{code}:name"),
        contact_sealed=seal(contact, context=f"donor:{code}:contact"),
        contact_index=blind_index(rules.normal_contact(contact)),
        name_index=blind_index(normal_name(name)),
        created_at=now,
    )


def donor_for(user: User | None, *, name: str, contact: str, kind: str) -> Donor:
    """Return the signed-in person's donor row of this name and contact, or a new one, saved."""
    if user is not None:
        for donor in Donor.objects.filter(user_id=user.pk, kind=kind, erased_at=None).order_by("-pk"):
            if (queries.donor_name(donor), queries.donor_contact(donor)) == (name, contact):
                return donor
    donor = new_donor(
        name=name, contact=contact, kind=kind, user_id=user.pk if user else None, now=clock.now()
    )
    donor.save()
    return donor


def consent_rows(
    donor: Donor, donation_code: str, purposes: Collection[str], *, now: datetime
) -> list[Consent]:
    """Return unsaved rows of what the donor agreed to for one gift, in the words they agreed to."""
    return [
        Consent(
            donor=donor,
            purpose=purpose,
            donation_code=donation_code,
            text=str(CONSENT_TEXTS[purpose]),
            given_at=now,
        )
        for purpose in sorted(set(purposes) & CONSENT_TEXTS.keys())
    ]


def check_consents(
    choice: str, needed: Collection[str], consents: Collection[str], *, is_under_14: bool = False
) -> None:
    """Raise `Refused` unless what needs a separate consent has it (PIPL 25, 31, 39); `needed` is what the way of paying
    asks for."""
    if is_under_14 and Consent.Purpose.GUARDIAN not in consents:
        raise Refused(_("不满 14 岁要父母或其他监护人同意，请和监护人一起填，并在下面勾选。"), "guardian")
    if choice == NameChoice.REAL and Consent.Purpose.PUBLISH_NAME not in consents:
        raise Refused(_("公开全名要您单独同意，请在下面勾选，或者改选只公开姓、匿名。"), "publish_name")
    for purpose in needed:
        if purpose not in consents:
            raise Refused(NEEDED_TEXTS.get(purpose, _("这样付款要您单独同意，请在下面勾选。")), purpose)


@verb
def show_gift(
    donation: Donation,
    *,
    name_choice: str,
    consents: Collection[str],
    shows_amount: bool | None = None,
    shows_dedication: bool | None = None,
    by: rules.Giver | User | None,
) -> Donation:
    """Change what the public sees of one gift: its donor and, where told, its amount and dedication.

    Taking something back withdraws its consent. Only the donor or the system. Raises `Refused`.
    """
    donation = lock_donation(donation.pk)
    permissions.is_own(by, donation.donor).require()
    name = queries.donor_name(donation.donor)
    clean_identity(name, "", name_choice)
    check_consents(name_choice, (), consents)
    set_consent(donation, Consent.Purpose.PUBLISH_NAME.value, is_given=name_choice == NameChoice.REAL)
    if shows_amount is not None:
        set_consent(donation, Consent.Purpose.PUBLISH_AMOUNT.value, is_given=shows_amount)
        donation.shows_amount = shows_amount
    if shows_dedication is not None and donation.dedication_sealed:
        set_consent(donation, Consent.Purpose.DEDICATION.value, is_given=shows_dedication)
        donation.public_dedication = donation.dedication if shows_dedication else ""
    before, donation.name_choice = donation.name_choice, name_choice
    donation.public_name = rules.public_name(
        name, name_choice, is_organisation=donation.donor.kind == Donor.Kind.ORGANISATION
    )
    donation.save(update_fields=["name_choice", "public_name", "shows_amount", "public_dedication"])
    audit.record(by, "choose_name", donation, before=before, after=name_choice)
    versions.bump(f"fund:{donation.fund.code}", "site")
    return donation


def set_consent(donation: Donation | GivingPlan | InKindGift, purpose: str, *, is_given: bool) -> None:
    """Write down a consent that is new, withdraw one that is taken back; what stands already stays as it is."""
    if not is_given:
        withdraw(donation.donor, [donation.code], purpose)
    elif not _standing(donation.donor, [donation.code], purpose).exists():
        Consent.objects.bulk_create(consent_rows(donation.donor, donation.code, [purpose], now=clock.now()))


def withdraw(donor: Donor, codes: Collection[str], *purposes: str) -> None:
    """Write down that a donor takes back what they agreed to for the gifts and monthly gifts of these codes."""
    _standing(donor, codes, *purposes).update(withdrawn_at=clock.now())


def _standing(donor: Donor, codes: Collection[str], *purposes: str) -> QuerySet[Consent]:
    return Consent.objects.filter(
        donor=donor, donation_code__in=codes, purpose__in=purposes, withdrawn_at=None
    )


@verb
def erase_donor(donor: Donor, *, by: rules.Giver | User | None) -> Donor:
    """Destroy what is known of a donor (PIPL 47), under every row that was merged with theirs; their gifts stay in the
    books as anonymous ones."""
    rows = list(queries.family_of(donor).order_by("pk").select_for_update(no_key=True))
    found = next(row for row in rows if row.pk == donor.pk)
    if found.erased_at is None:
        permissions.is_own(by, found).require()
        for row in rows:
            if row.erased_at is None:
                _erase_row(row, by=by)
    return found


def _erase_row(donor: Donor, *, by: rules.Giver | User | None) -> None:
    now = clock.now()
    forget_invitations(donor, by=by)
    forget_thanks(Donation.objects.filter(donor=donor), name=donor.name, is_erasure=True, by=by)
    donor.name_sealed = donor.contact_sealed = donor.contact_index = donor.name_index = ""
    donor.user_id = None
    donor.erased_at = now
    donor.save()
    donor.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
    forget_requests(donor)
    forget_agreements(donor)
    DonorContact.objects.filter(donor=donor, ended_at=None).update(
        role="", person_sealed="", phone_sealed="", email_sealed="", ended_at=now
    )
    # Before its months: one that is being written down waits for this, and is among the gifts below.
    GivingPlan.objects.filter(donor=donor).update(
        name_choice=NameChoice.ANONYMOUS,
        public_name=rules.ANONYMOUS_NAME,
        message="",
        dedication_sealed="",
        public_dedication="",
    )
    gifts = Donation.objects.filter(donor=donor)
    funds = sorted(set(gifts.values_list("fund__code", flat=True)))
    gifts.update(
        name_choice=NameChoice.ANONYMOUS,
        public_name=rules.ANONYMOUS_NAME,
        message="",
        dedication_sealed="",
        public_dedication="",
    )
    things = InKindGift.objects.filter(donor=donor)
    for rows in (things, Pledge.objects.filter(donor=donor)):
        funds = sorted({*funds, *rows.values_list("fund__code", flat=True)})
        rows.update(name_choice=NameChoice.ANONYMOUS, public_name=rules.ANONYMOUS_NAME)
    Pledge.objects.filter(donor=donor).update(note="")
    _forget_papers(donor)
    audit.record(by, "erase_donor", donor, gifts=gifts.count() + things.count())
    versions.bump("site", *(f"fund:{code}" for code in funds))


def _forget_papers(donor: Donor) -> None:
    """Destroy the papers on which a donor said what the public sees, or what their gift may serve; what they asked for
    stays, without a name. Nobody is told anything more."""
    of_donor = Q(donation__donor=donor) | Q(things__donor=donor)
    rows = DonorInstruction.objects.filter(of_donor).exclude(document=None)
    answers = PurposeRequest.objects.filter(donation__donor=donor).exclude(answer_paper=None)
    papers = [row.document for row in rows.select_related("document")]
    papers += [row.answer_paper for row in answers.select_related("answer_paper")]
    rows.update(document=None)
    answers.update(answer_paper=None)
    about = of_donor | Q(pledge__donor=donor) | Q(plan__donor=donor)
    DonorText.objects.filter(about, closed_at=None).update(closed_at=clock.now())
    for paper in papers:
        if paper is not None:
            files.discard(paper)
