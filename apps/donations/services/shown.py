"""What the public sees of gifts, changed by their donors. Less of one month of a monthly gift is less of all months."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core import audit, versions
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, rules
from apps.donations.models import Consent, Donation, Donor, GivingPlan
from apps.donations.services.donors import check_consents, clean_identity, set_consent, show_gift, withdraw
from apps.donations.services.locks import lock_donation
from apps.donations.services.plans.steering import lock_plan
from apps.donations.services.thanks import forget_thanks
from apps.donations.states import NameChoice
from apps.funds.models import Fund
from apps.users.models import User

MESSAGE, DEDICATION = "message", "dedication"


@verb
def choose_name(
    donation: Donation,
    *,
    name_choice: str,
    consents: Collection[str],
    shows_amount: bool | None = None,
    shows_dedication: bool | None = None,
    by: rules.Giver | User | None,
) -> Donation:
    """Change what the public sees of a gift: its donor and, where told, its amount and dedication. What is shown less
    of one month of a monthly gift is shown less of its other months, and of those to come.

    Taking something back withdraws its consent. Only the donor, or who holds the gift's own address (`by` None).
    Raises `Refused`.
    """
    donation = locked(donation)
    before = (donation.name_choice, donation.shows_amount)
    had_dedication = donation.public_dedication != ""
    changed = show_gift(
        donation,
        name_choice=name_choice,
        consents=consents,
        shows_amount=shows_amount,
        shows_dedication=shows_dedication,
        by=by,
    )
    most = rules.taken_back(name_choice, changed.shows_amount, before=before)
    show_less_of_months(donation, most, by=by)
    if had_dedication and changed.public_dedication == "" and donation.plan_id is not None:
        take_back(donation, DEDICATION)
    if before[0] == NameChoice.REAL and name_choice != NameChoice.REAL:
        forget_name_in_thanks(donation, by=by)
    return changed


@verb
def choose_name_of_plan(
    plan: GivingPlan,
    *,
    name_choice: str,
    consents: Collection[str],
    shows_amount: bool,
    shows_dedication: bool | None = None,
    by: rules.Giver | User | None,
) -> GivingPlan:
    """Change what the public sees of a monthly gift: from the next month on, and of every month where it is less.

    Only who holds the plan's link, or its donor. Raises `Refused`.
    """
    plan = lock_plan(plan)
    permissions.may_choose_of_plan(plan).require()
    clean_identity(plan.donor.name, "", name_choice)
    check_consents(name_choice, (), consents)
    before = (plan.name_choice, plan.shows_amount)
    most = rules.taken_back(name_choice, shows_amount, before=before)
    for month in Donation.objects.filter(plan=plan).order_by("pk"):
        show(month, rules.least_open(month.name_choice, most[0]), month.shows_amount and most[1], by=by)
    _let_plan_show(plan, name_choice, shows_amount)
    set_consent(plan, Consent.Purpose.PUBLISH_NAME.value, is_given=name_choice == NameChoice.REAL)
    set_consent(plan, Consent.Purpose.PUBLISH_AMOUNT.value, is_given=shows_amount)
    if shows_dedication is not None and plan.dedication_sealed:
        _let_dedication_show(plan, is_shown=shows_dedication)
    if before[0] == NameChoice.REAL and name_choice != NameChoice.REAL:
        forget_thanks(Donation.objects.filter(plan=plan), name=plan.donor.name, is_erasure=False, by=by)
    audit.record(by, "choose_name", plan, before=before[0], after=name_choice)
    return plan


def _let_dedication_show(plan: GivingPlan, *, is_shown: bool) -> None:
    if is_shown:
        set_consent(plan, Consent.Purpose.DEDICATION.value, is_given=True)
        plan.public_dedication = plan.dedication
        plan.save(update_fields=["public_dedication"])
    else:
        _clear(
            DEDICATION, Donation.objects.filter(plan=plan), GivingPlan.objects.filter(pk=plan.pk), plan.donor
        )
        plan.public_dedication = ""


@verb
def take_back_words(donation: Donation, *, what: str, by: rules.Giver | User | None) -> Donation:
    """Take a gift's public message, or its public dedication, back alone; of a monthly gift, that of every month and of
    those to come. Twice changes nothing. Only the donor, or who holds the gift's own address (`by` None).

    Raises `Refused` for anybody else and for other words.
    """
    donation = locked(donation)
    permissions.is_own(by, donation.donor).require()
    if what not in {MESSAGE, DEDICATION}:
        raise Refused(_("只有留言、献给谁可以这样撤下。"))
    take_back(donation, what)
    audit.record(by, "take_back_words", donation, what=what)
    return lock_donation(donation.pk)


def locked(donation: Donation) -> Donation:
    """Lock a gift and return it as it stands; its monthly plan is locked before it, as steering the plan does."""
    if donation.plan_id is not None:
        lock_plan(GivingPlan(pk=donation.plan_id))
    return lock_donation(donation.pk)


def take_back(donation: Donation, what: str) -> None:
    """Take a gift's message or public dedication back, of every month if it is one of many. The caller locks it."""
    _clear(what, _months_with(donation), GivingPlan.objects.filter(donations=donation), donation.donor)


def _months_with(donation: Donation) -> QuerySet[Donation]:
    """Return a gift, or every month of the monthly gift that it is one of."""
    same = {"plan": donation.plan_id} if donation.plan_id is not None else {"pk": donation.pk}
    return Donation.objects.filter(**same)


def _clear(what: str, gifts: QuerySet[Donation], plans: QuerySet[GivingPlan], donor: Donor) -> None:
    if what == MESSAGE:
        gifts.update(message="")
        plans.update(message="")
    else:
        gifts.update(public_dedication="")
        plans.update(public_dedication="")
        codes = [*gifts.values_list("code", flat=True), *plans.values_list("code", flat=True)]
        withdraw(donor, codes, Consent.Purpose.DEDICATION.value)
    # A month may have been corrected to another fund.
    funds = Fund.objects.filter(pk__in=gifts.values("fund")).values_list("code", flat=True)
    versions.bump("site", *(f"fund:{code}" for code in funds))


def show(gift: Donation, name_choice: str, shows_amount: bool, *, by: rules.Giver | User | None) -> None:
    """Let the public see this of one gift; nothing is done where it does already."""
    if (name_choice, shows_amount) != (gift.name_choice, gift.shows_amount):
        show_gift(
            gift,
            name_choice=name_choice,
            consents=[Consent.Purpose.PUBLISH_NAME.value] if name_choice == NameChoice.REAL else [],
            shows_amount=shows_amount,
            by=by,
        )


def show_less_of_months(donation: Donation, most: tuple[str, bool], *, by: rules.Giver | User | None) -> None:
    """Let a monthly gift's other months, and those to come, show no more than this (name choice, and the amount)."""
    if donation.plan_id is None:
        return
    plan = lock_plan(GivingPlan(pk=donation.plan_id))
    months = Donation.objects.filter(plan=plan).exclude(pk=donation.pk)
    for month in months.order_by("pk"):
        show(month, rules.least_open(month.name_choice, most[0]), month.shows_amount and most[1], by=by)
    _let_plan_show(plan, rules.least_open(plan.name_choice, most[0]), plan.shows_amount and most[1])
    over = {
        Consent.Purpose.PUBLISH_NAME: plan.name_choice != NameChoice.REAL,
        Consent.Purpose.PUBLISH_AMOUNT: not plan.shows_amount,
    }
    withdraw(plan.donor, [plan.code], *(purpose.value for purpose, is_over in over.items() if is_over))


def _let_plan_show(plan: GivingPlan, name_choice: str, shows_amount: bool) -> None:
    plan.name_choice, plan.shows_amount = name_choice, shows_amount
    plan.public_name = rules.public_name(
        plan.donor.name, name_choice, is_organisation=plan.donor.kind == Donor.Kind.ORGANISATION
    )
    plan.save(update_fields=["name_choice", "public_name", "shows_amount"])


def forget_name_in_thanks(donation: Donation, *, by: rules.Giver | User | None) -> None:
    """Destroy the committee's thanks that say the name of a donor who hid it; of a monthly gift, for all months."""
    forget_thanks(_months_with(donation), name=donation.donor.name, is_erasure=False, by=by)
