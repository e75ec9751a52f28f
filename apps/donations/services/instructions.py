"""What the public sees of a gift, changed by staff on its donor's word; or all that is known of them destroyed."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.models import StoredFile
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, rules
from apps.donations.models import Consent, Donation, DonorInstruction, InKindGift
from apps.donations.services.own import erase_on_word
from apps.donations.services.shown import (
    DEDICATION,
    MESSAGE,
    forget_name_in_thanks,
    locked,
    show,
    show_less_of_months,
    take_back,
)
from apps.donations.services.shown_goods import choose_name_of_things, locked_things
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
    erases: bool = False


@verb
def follow_instruction(
    given: Donation | InKindGift, told: Instruction, *, document: StoredFile | None = None, by: User | None
) -> DonorInstruction:
    """Show of a gift what its donor asked for, or erase the donor, and write down who asked and how they were known;
    once for one form.

    Less may be shown on the donor's word. More needs the donor's (or guardian's) own signed paper. To be erased, more
    than the facts of the gift is needed, and from anybody else a signed paper. Raises `Refused` naming the field when
    nothing changes, or for a donor who was erased.
    """
    given = locked_things(given) if isinstance(given, InKindGift) else locked(given)
    code = f"I{rules.gift_key(told.token, given.code)[:12].upper()}"
    earlier = DonorInstruction.objects.filter(code=code).first()
    if earlier is not None:
        permissions.may_handle_money(by, given.host).require()
        return earlier
    permissions.may_instruct(by, given).require()
    if told.erases:
        told = replace(told, name_choice=NameChoice.ANONYMOUS.value, shows_amount=False)
    before = _shown(given)
    opens = _check(given, told, document, before)
    row = DonorInstruction.objects.create(
        code=code,
        donation=None if isinstance(given, InKindGift) else given,
        things=given if isinstance(given, InKindGift) else None,
        asker=told.asker,
        checked=told.checked,
        told_on=told.told_on,
        name_choice=told.name_choice,
        shows_amount=told.shows_amount,
        drops_message=told.drops_message,
        hides_dedication=told.hides_dedication,
        erases=told.erases,
        opens=opens,
        document=document,
        written_at=clock.now(),
        by_id=by.pk if by else None,
    )
    audit.record(
        by, "follow_instruction", given, instruction=code, asker=told.asker, opens=opens, erases=told.erases
    )
    if told.erases:
        erase_on_word(given, by=by)
        row.refresh_from_db()
    elif isinstance(given, InKindGift):
        choose_name_of_things(
            given, name_choice=told.name_choice, consents=_agreed(told.name_choice), by=None
        )
    else:
        _follow(given, told, before, by=by)
    return row


def _shown(given: Donation | InKindGift) -> tuple[str, bool]:
    """Return what shows now: the name choice, and the amount, which things do not have."""
    return given.name_choice, not isinstance(given, InKindGift) and given.shows_amount


def _agreed(name_choice: str) -> list[str]:
    return [Consent.Purpose.PUBLISH_NAME.value] if name_choice == NameChoice.REAL else []


def _follow(donation: Donation, told: Instruction, before: tuple[str, bool], *, by: User | None) -> None:
    """Show of a gift of money what was asked for, and of its other months no more."""
    for what, is_wanted in ((MESSAGE, told.drops_message), (DEDICATION, told.hides_dedication)):
        if is_wanted:
            take_back(donation, what)
    show(donation, told.name_choice, told.shows_amount, by=None)
    show_less_of_months(
        donation, rules.taken_back(told.name_choice, told.shows_amount, before=before), by=None
    )
    if before[0] == NameChoice.REAL and told.name_choice != NameChoice.REAL:
        forget_name_in_thanks(donation, by=by)


def _check(
    given: Donation | InKindGift, told: Instruction, document: StoredFile | None, before: tuple[str, bool]
) -> bool:
    """Return whether the public will see more. Raises `Refused` naming the field."""
    if told.asker not in Asker.values:
        raise Refused(_("请选择是谁来说的。"), "asker")
    if told.checked not in IdentityCheck.values:
        raise Refused(_("请选择怎么核实的身份。"), "checked")
    if told.name_choice not in NameChoice.values:
        raise Refused(_("请选择公示时怎么写。"), "name_choice")
    if told.told_on > clock.today() or told.told_on < _began(given):
        raise Refused(_("请写捐赠人来说的日子：在捐款以后，不能在今天以后。"), "told_on")
    if told.checked == IdentityCheck.SIGNED and document is None:
        raise Refused(_("说有书面材料的，请把它附上。"), "document")
    if told.erases:
        _check_erasure(told)
        return False
    wanted = (told.name_choice, told.shows_amount)
    if not told.drops_message and not told.hides_dedication and before == wanted:
        raise Refused(_("和现在一样，没有要改的。"))
    opens = rules.opens(*wanted, before=before)
    if opens and told.checked != IdentityCheck.SIGNED:
        raise Refused(
            _("要多公开一些，得有捐赠人自己签名的书面同意，请附上；口头只能改成少公开。"), "checked"
        )
    if opens and told.asker not in {Asker.DONOR, Asker.GUARDIAN}:
        raise Refused(_("要多公开一些，只有捐赠人本人（孩子由监护人）能同意。"), "asker")
    return opens


def _began(given: Donation | InKindGift) -> date:
    """Return the first day on which a donor can have said anything about a gift."""
    return given.day if isinstance(given, InKindGift) else clock.day_of(given.started_at)


def _check_erasure(told: Instruction) -> None:
    """Raise `Refused` unless it is sure enough who asks for what cannot be undone."""
    if told.checked == IdentityCheck.GIFT_FACTS:
        raise Refused(
            _("删除不能恢复，只说得出捐款的情况还不够：请打回登记的电话，或者看证件、看书面材料。"), "checked"
        )
    if told.asker not in {Asker.DONOR, Asker.GUARDIAN} and told.checked != IdentityCheck.SIGNED:
        raise Refused(_("不是捐赠人本人来说的，要有签名的书面材料才能删除。"), "checked")
