"""Live invariants of monthly plans and pledges: promises are no income, and what comes for them is counted once."""

from collections.abc import Iterator

from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.donations.checks.compare import CHUNK
from apps.donations.models import Donation, GivingPlan, Pledge, PledgeGift
from apps.donations.pledging import PledgeForm
from apps.donations.states import AgreementState, DonationState, PlanRail, PlanState
from apps.ledger.flow_lines import entry_ids
from apps.ledger.rules import EntryKind


def months_of_plans() -> Iterator[Row]:
    """Months of a plan that are another donor's or host's, and running card plans that nothing pays."""
    rows = Donation.objects.exclude(plan=None).exclude(plan__donor=F("donor"), plan__host=F("host"))
    for code, plan in rows.values_list("code", "plan__code").iterator(chunk_size=CHUNK):
        yield {"code": code, "plan": plan}
    unpaid = GivingPlan.objects.filter(rail=PlanRail.CARD, subscription_id=None)
    for code, state in unpaid.exclude(state__in=[PlanState.STARTING, PlanState.STOPPED]).values_list(
        "code", "state"
    ):
        yield {"plan": code, "state": state}


def pledges_are_whole() -> Iterator[Row]:
    """Pledges whose instalments do not add up to what was pledged."""
    rows = Pledge.objects.annotate(planned=Sum("instalments__amount", default=0)).exclude(amount=F("planned"))
    for code, amount, planned in rows.values_list("code", "amount", "planned").iterator(chunk_size=CHUNK):
        yield {"code": code, "pledged": amount, "planned": planned}


def pledges_and_gifts() -> Iterator[Row]:
    """Gifts that count for a pledge without being booked, of another host, or for more than they or the pledge are."""
    live = PledgeGift.objects.filter(taken_off_at=None)
    bad = ~Q(donation__state=DonationState.BOOKED) | ~Q(donation__host=F("pledge__host"))
    bad |= Q(amount__gt=F("donation__amount")) | Q(amount__gt=F("pledge__amount"))
    for code, gift in (
        live.filter(bad).values_list("pledge__code", "donation__code").iterator(chunk_size=CHUNK)
    ):
        yield {"pledge": code, "gift": gift}


def pledges_are_not_income() -> Iterator[Row]:
    """Pledges that stand in the books: only the gifts that come for them may."""
    codes = list(Pledge.objects.values_list("code", flat=True))
    for kind in EntryKind.values:
        for source in entry_ids(kind, codes):
            yield {"pledge": source, "kind": kind}


def signed_pledges_are_in_writing() -> Iterator[Row]:
    """Pledges with a signed agreement that still count as only spoken of, which decides what may be claimed."""
    rows = Pledge.objects.filter(agreement__state=AgreementState.SIGNED, form=PledgeForm.OTHER)
    for code in rows.values_list("code", flat=True):
        yield {"pledge": code}


CHECKS = [
    Check(
        "donations.months_of_plans",
        _("月捐的每一笔都属于同一位捐赠人，自动扣的月捐在支付机构那边都有对应的一份。"),
        months_of_plans,
    ),
    Check("donations.pledges_are_whole", _("每份认捐的各期加起来等于认捐的金额。"), pledges_are_whole),
    Check(
        "donations.pledges_and_gifts",
        _("算给认捐的每笔捐赠都已入账，属于同一家慈善会，不超过它自己和认捐的金额。"),
        pledges_and_gifts,
    ),
    Check(
        "donations.pledges_are_not_income",
        _("认捐没有一份记在账上，记账的只有到了的捐赠。"),
        pledges_are_not_income,
    ),
    Check(
        "donations.signed_pledges_are_in_writing",
        _("签了协议的认捐都算书面认捐。"),
        signed_pledges_are_in_writing,
    ),
]
