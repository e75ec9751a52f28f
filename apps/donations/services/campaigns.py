"""Writing down the filed fundraising plans under which the public may be asked for gifts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from stdnum.cn import uscc

from apps.core import audit, clock, versions
from apps.core.codes import new_code
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, rules
from apps.donations.models import Campaign
from apps.funds.models import Fund, Host
from apps.funds.states import FundState
from apps.users.models import User

USCC_LENGTH = 18
REQUIRED = (
    "name",
    "purpose",
    "use_of_money",
    "beneficiaries",
    "cost",
    "surplus",
    "responsible",
    "contact",
    "bank_account",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The fields that the law asks of a filed plan (Order 74)."""

    name: str
    filing_number: str
    purpose: str
    use_of_money: str
    beneficiaries: str
    cost: str
    surplus: str
    responsible: str
    contact: str
    bank_account: str
    starts_on: date
    ends_on: date
    platform: str = ""


def check_filing_number(text: str, host: Host) -> str:
    """Return the number in capitals. Raises `Refused` unless it is the host's credit code, A, and five digits."""
    number = text.strip().upper()
    if not rules.is_filing_number(number) or not uscc.is_valid(number[:USCC_LENGTH]):
        raise Refused(
            _("备案编号是 18 位统一社会信用代码加 A 加 5 位数字，请照备案回执填写。"), "filing_number"
        )
    if number[:USCC_LENGTH] != host.uscc:
        raise Refused(_("备案编号里的信用代码不是%(host)s的。") % {"host": host.name}, "filing_number")
    return number


@verb
def save_campaign(
    host: Host, plan: Plan, *, funds: Iterable[Fund] = (), campaign: Campaign | None = None, by: User | None
) -> Campaign:
    """Write down a filed plan, or mend one; no `funds` means all of the host's. Raises `Refused` naming the field."""
    permissions.may_run_campaigns(by, host).require()
    row = campaign or Campaign(code=new_code("C", 8), host=host)
    number = check_filing_number(plan.filing_number, host)
    if plan.ends_on < plan.starts_on:
        raise Refused(_("结束日期不能早于开始日期。"), "ends_on")
    for name in (*REQUIRED, "platform"):
        field = Campaign._meta.get_field(name)
        limit = getattr(field, "max_length", None) or 4000
        text = clean_text(getattr(plan, name), field=name, limit=limit, lines=True)
        if not text and name in REQUIRED:
            raise Refused(_("这一项备案时必须写明，请填写。"), name)
        setattr(row, name, text)
    row.filing_number, row.starts_on, row.ends_on = number, plan.starts_on, plan.ends_on
    chosen = list(funds)
    if any(fund.host_id != host.pk for fund in chosen):
        raise Refused(_("所选的基金不属于这家慈善会。"), "funds")
    gone = [fund.name for fund in chosen if fund.state == FundState.CLOSED]
    if gone:
        raise Refused(_("这些基金已经关闭：%(names)s。") % {"names": _("、").join(gone)}, "funds")
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("这个备案编号已经登记过了。"), "filing_number") from error
    row.funds.set(chosen)
    audit.record(by, "save_campaign", row, filing_number=number)
    # Its number stands on every page of the host.
    versions.bump("site", "house", *(f"fund:{fund.code}" for fund in chosen))
    return row


@verb
def hand_over_campaigns(old: Fund, *, to: Sequence[Fund], by: User | None) -> int:
    """In every plan that is not over yet, let the funds that stand for an ended one take its place; return how many.

    The caller holds the funds' locks and judges who may.
    """
    plans = Campaign.objects.filter(funds=old, ends_on__gte=clock.today()).order_by("pk")
    found = list(plans)
    for plan in found:
        # First the new ones: a plan without funds would be for all of the host's.
        plan.funds.add(*to)
        plan.funds.remove(old)
        audit.record(by, "hand_over_campaign", plan, before=old.code, after=[fund.code for fund in to])
    return len(found)
