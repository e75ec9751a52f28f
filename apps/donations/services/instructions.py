"""What the public sees of a gift, changed on the donor's word: by the donor's own key, or by staff whom they told."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.models import StoredFile
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, rules
from apps.donations.models import Consent, Donation, Donor, DonorInstruction, GivingPlan
from apps.donations.services.donors import choose_name
from apps.donations.services.locks import lock_donation
from apps.donations.services.plans.steering import lock_plan
from apps.donations.services.thanks import forget_thanks
from apps.donations.states import Asker, IdentityCheck, NameChoice
from apps.funds.models import Fund
from apps.users.models import User

MESSAGE, DEDICATION = "message", "dedication"


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a donor wants to show of a gift from now on, who said so, and how staff made sure of them."""

    asker: str
    checked: str
    told_on: date
    name_choice: str
    shows_amount: bool
    token: str
    drops_message: bool = False
    hides_dedication: bool = False


@verb
def take_back_words(donation: Donation, *, what: str, by: rules.Giver | User | None) -> Donation:
    """Take a gift's public message, or its public dedication, back alone; of a monthly gift, that of every month and of
    those to come. Twice changes nothing. Only the donor, or who holds the gift's own address (`by` None).

    Raises `Refused` for anybody else and for other words.
    """
    donation = _locked(donation)
    permissions.is_own(by, donation.donor).require()
    if what not in {MESSAGE, DEDICATION}:
        raise Refused(_("只有留言、献给谁可以这样撤下。"))
    _take_back(donation, what)
    audit.record(by, "take_back_words", donation, what=what)
    return lock_donation(donation.pk)


def _locked(donation: Donation) -> Donation:
    """Lock a gift, its monthly plan before it, as steering the plan does."""
    if donation.plan_id is not None:
        lock_plan(GivingPlan(pk=donation.plan_id))
    return lock_donation(donation.pk)


def _take_back(donation: Donation, what: str) -> None:
    same = {"plan": donation.plan_id} if donation.plan_id is not None else {"pk": donation.pk}
    gifts = Donation.objects.filter(**same)
    plans = GivingPlan.objects.filter(donations=donation)
    if what == MESSAGE:
        for rows in (gifts, plans):
            rows.update(message="")
    else:
        gifts.update(public_dedication="")
        plans.update(public_dedication="")
        codes = [*gifts.values_list("code", flat=True), *plans.values_list("code", flat=True)]
        Consent.objects.filter(
            donor=donation.donor_id,
            purpose=Consent.Purpose.DEDICATION,
            donation_code__in=codes,
            withdrawn_at=None,
        ).update(withdrawn_at=clock.now())
    funds = Fund.objects.filter(pk__in=gifts.values("fund")).values_list("code", flat=True)
    versions.bump("site", *(f"fund:{code}" for code in funds))


@verb
def follow_instruction(
    donation: Donation, told: Instruction, *, document: StoredFile | None = None, by: User | None
) -> DonorInstruction:
    """Show of a gift what its donor asked for and write down who asked and how they were known; once for one form.

    Less may be shown on the donor's word. More needs the donor's (or guardian's) own signed paper. Raises `Refused`
    naming the field when nothing changes, or for a donor who was erased.
    """
    donation = _locked(donation)
    permissions.may_instruct(by, donation).require()
    code = f"I{rules.gift_key(told.token, donation.code)[:12].upper()}"
    earlier = DonorInstruction.objects.filter(code=code).first()
    if earlier is not None:
        return earlier
    opens = _check(donation, told, document)
    was_named = donation.name_choice == NameChoice.REAL
    row = DonorInstruction.objects.create(
        code=code,
        donation=donation,
        asker=told.asker,
        checked=told.checked,
        told_on=told.told_on,
        name_choice=told.name_choice,
        shows_amount=told.shows_amount,
        drops_message=told.drops_message,
        hides_dedication=told.hides_dedication,
        opens=opens,
        document=document,
        written_at=clock.now(),
        by_id=by.pk if by else None,
    )
    for what, is_wanted in ((MESSAGE, told.drops_message), (DEDICATION, told.hides_dedication)):
        if is_wanted:
            _take_back(donation, what)
    _show(donation, told.name_choice, told.shows_amount)
    if donation.plan_id is not None and not opens:
        _show_less_of_plan(donation, told)
    if was_named and told.name_choice != NameChoice.REAL:
        # The committee's thanks may have said the name.
        same = {"plan": donation.plan_id} if donation.plan_id is not None else {"pk": donation.pk}
        gifts = Donation.objects.filter(**same)
        forget_thanks(gifts, name=donation.donor.name, is_erasure=False, by=by)
    audit.record(by, "follow_instruction", donation, instruction=code, asker=told.asker, opens=opens)
    return row


def _show(gift: Donation, name_choice: str, shows_amount: bool) -> None:
    if (name_choice, shows_amount) != (gift.name_choice, gift.shows_amount):
        choose_name(
            gift,
            name_choice=name_choice,
            consents=[Consent.Purpose.PUBLISH_NAME.value] if name_choice == NameChoice.REAL else [],
            shows_amount=shows_amount,
            by=None,
        )


def _show_less_of_plan(donation: Donation, told: Instruction) -> None:
    """Let a monthly gift's other months, and those to come, show no more than what was asked for one."""
    plan = lock_plan(GivingPlan(pk=donation.plan_id))
    for month in Donation.objects.filter(plan=plan).exclude(pk=donation.pk).order_by("pk"):
        least = rules.least_open(month.name_choice, told.name_choice)
        _show(month, least, month.shows_amount and told.shows_amount)
    plan.name_choice = rules.least_open(plan.name_choice, told.name_choice)
    plan.public_name = rules.public_name(
        plan.donor.name, plan.name_choice, is_organisation=plan.donor.kind == Donor.Kind.ORGANISATION
    )
    plan.shows_amount = plan.shows_amount and told.shows_amount
    plan.save(update_fields=["name_choice", "public_name", "shows_amount"])
    over = {
        Consent.Purpose.PUBLISH_NAME: plan.name_choice != NameChoice.REAL,
        Consent.Purpose.PUBLISH_AMOUNT: not plan.shows_amount,
    }
    Consent.objects.filter(
        donor=plan.donor,
        donation_code=plan.code,
        purpose__in=[purpose for purpose, is_over in over.items() if is_over],
        withdrawn_at=None,
    ).update(withdrawn_at=clock.now())


def _check(donation: Donation, told: Instruction, document: StoredFile | None) -> bool:
    """Return whether the public will see more. Raises `Refused` naming the field."""
    if told.asker not in Asker.values:
        raise Refused(_("请选择是谁来说的。"), "asker")
    if told.checked not in IdentityCheck.values:
        raise Refused(_("请选择怎么核实的身份。"), "checked")
    if told.name_choice not in NameChoice.values:
        raise Refused(_("请选择公示时怎么写。"), "name_choice")
    if told.told_on > clock.today() or told.told_on < clock.day_of(donation.started_at):
        raise Refused(_("请写捐赠人来说的日子：在捐款以后，不能在今天以后。"), "told_on")
    if told.checked == IdentityCheck.SIGNED and document is None:
        raise Refused(_("说有书面材料的，请把它附上。"), "document")
    before = (donation.name_choice, donation.shows_amount)
    if (
        not told.drops_message
        and not told.hides_dedication
        and before == (told.name_choice, told.shows_amount)
    ):
        raise Refused(_("和现在一样，没有要改的。"))
    opens = rules.opens(told.name_choice, told.shows_amount, before=before)
    if opens and told.checked != IdentityCheck.SIGNED:
        raise Refused(
            _("要多公开一些，得有捐赠人自己签名的书面同意，请附上；口头只能改成少公开。"), "checked"
        )
    if opens and told.asker not in {Asker.DONOR, Asker.GUARDIAN}:
        raise Refused(_("要多公开一些，只有捐赠人本人（孩子由监护人）能同意。"), "asker")
    return opens
