"""What the public sees of a gift, changed by staff on its donor's word."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.models import StoredFile
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, rules
from apps.donations.models import Donation, DonorInstruction
from apps.donations.services.shown import (
    DEDICATION,
    MESSAGE,
    forget_name_in_thanks,
    locked,
    show,
    show_less_of_months,
    take_back,
)
from apps.donations.states import Asker, IdentityCheck, NameChoice
from apps.users.models import User


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
def follow_instruction(
    donation: Donation, told: Instruction, *, document: StoredFile | None = None, by: User | None
) -> DonorInstruction:
    """Show of a gift what its donor asked for and write down who asked and how they were known; once for one form.

    Less may be shown on the donor's word. More needs the donor's (or guardian's) own signed paper. Raises `Refused`
    naming the field when nothing changes, or for a donor who was erased.
    """
    donation = locked(donation)
    permissions.may_instruct(by, donation).require()
    code = f"I{rules.gift_key(told.token, donation.code)[:12].upper()}"
    earlier = DonorInstruction.objects.filter(code=code).first()
    if earlier is not None:
        return earlier
    opens = _check(donation, told, document)
    before = (donation.name_choice, donation.shows_amount)
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
            take_back(donation, what)
    show(donation, told.name_choice, told.shows_amount, by=None)
    show_less_of_months(
        donation, rules.taken_back(told.name_choice, told.shows_amount, before=before), by=None
    )
    if before[0] == NameChoice.REAL and told.name_choice != NameChoice.REAL:
        forget_name_in_thanks(donation, by=by)
    audit.record(by, "follow_instruction", donation, instruction=code, asker=told.asker, opens=opens)
    return row


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
