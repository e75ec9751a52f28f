"""The gift of one month, as the plan says it is given."""

from typing import Any

from apps.core import clock
from apps.core.codes import new_code
from apps.core.sealing import seal
from apps.donations import queries, rules
from apps.donations.models import Donation, GivingPlan
from apps.donations.states import NameChoice


def gift_of_month(plan: GivingPlan, *, amount: int, form_token: str, **more: Any) -> Donation:
    """Return the unsaved gift of a month (fen), with what its donor said and agreed to when the plan began.

    Whoever was erased meanwhile gives as nobody and says nothing.
    """
    code, is_gone = new_code("", 10), plan.donor.erased_at is not None
    return Donation(
        code=code,
        host=plan.host,
        fund=plan.fund,
        restriction=plan.restriction,
        campaign=queries.campaign_of_month(plan),
        donor=plan.donor,
        channel=plan.channel,
        amount=amount,
        name_choice=NameChoice.ANONYMOUS if is_gone else plan.name_choice,
        public_name=rules.ANONYMOUS_NAME if is_gone else plan.public_name,
        shows_amount=plan.shows_amount and not is_gone,
        message="" if is_gone else plan.message,
        dedication_kind="" if is_gone else plan.dedication_kind,
        # Sealed to the gift it stands in.
        dedication_sealed=seal("" if is_gone else plan.dedication, context=f"gift:{code}:dedication"),
        public_dedication="" if is_gone else plan.public_dedication,
        started_at=clock.now(),
        plan=plan,
        form_token=form_token,
        **more,
    )
